import type { Exchange } from '../../../emulator/exchange.js';
import type { Answer } from '../../../emulator/http.js';

/** Name of what a request asks of a machine: a change by its name, or a reading. */
export type SentKind =
  | Lifecycle
  | 'exec'
  | 'metadata'
  | 'lease'
  | 'destroy'
  | 'wait'
  | 'read'
  | 'list'
  /** No request to a machine or a list of machines of the Machines API. */
  | 'other';

/** Change of a machine by one POST. */
export type Lifecycle = 'start' | 'stop' | 'suspend' | 'restart' | 'cordon' | 'uncordon';

/** Request of a run, read. */
export interface Sent {
  readonly exchange: Exchange;
  readonly kind: SentKind;
  readonly app: string;
  /** Id of the machine in the path; empty for a list or anything else. */
  readonly machine: string;
  /** True for what changes something at the Machines API, a lease and metadata included. */
  readonly changes: boolean;
  /** True where the world has really done or taken on what was asked. */
  readonly accepted: boolean;
  /** True where the sender got the world's own answer, whole. */
  readonly isClear: boolean;
}

const LIFECYCLE: ReadonlySet<string> = new Set(['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon']);

/** Returns whether a kind is a change of state or cordon. */
export function isLifecycle(kind: string): kind is Lifecycle {
  return LIFECYCLE.has(kind);
}

/** Words of an answer of trouble that tell all the same that nothing was done: for want of a token, or of room on the host. */
const PLAIN = /"error":"unauthorized"|"status":"insufficient_capacity"/;

/** Returns whether a request's sender can't know what became of it. A 408 is the world's own answer for a host that it doesn't reach. */
export function leavesOpen({ exchange: { reply }, isClear }: Sent): boolean {
  if ('fault' in reply || reply.status === 408) return true;
  if (reply.status >= 500 && PLAIN.test(reply.body)) return false;
  return !isClear && (reply.status < 400 || reply.status >= 500);
}

/** Reads a request: what it asks, of which machine, and what came of it. */
export function readExchange(exchange: Exchange): Sent {
  const { request, answer, reply } = exchange;
  const { method, path } = request;
  const query = path.indexOf('?');
  const segments = (query < 0 ? path : path.slice(0, query)).split('/');
  const isOfApp = segments[1] === 'v1' && segments[2] === 'apps' && segments[4] === 'machines';
  const [app = '', machine = '', part] = isOfApp ? [segments[3], segments[5], segments[6]] : [];
  const kind = isOfApp ? kindOf(method, machine, part) : 'other';
  const isReading = method === 'GET' || kind === 'other';
  return {
    exchange,
    kind,
    app: decoded(app),
    machine: decoded(machine),
    changes: !isReading,
    accepted: answer !== undefined && answer.status < 300 && !(isLifecycle(kind) && saysError(answer)),
    isClear:
      answer !== undefined &&
      !('fault' in reply) &&
      reply.status === answer.status &&
      reply.body === answer.body,
  };
}

/** Returns whether the world says no with a status of success, as it does to some starts. */
function saysError({ body }: Answer): boolean {
  return body.includes('"status":"error"');
}

function kindOf(method: string, machine: string, part: string | undefined): SentKind {
  if (machine === '') return method === 'GET' ? 'list' : 'other';
  if (part === undefined) return method === 'GET' ? 'read' : 'destroy';
  if (part === 'wait') return 'wait';
  if (part === 'exec' || part === 'metadata' || part === 'lease') return part;
  return isLifecycle(part) ? part : 'other';
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
