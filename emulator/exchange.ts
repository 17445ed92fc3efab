import { dispatch } from './dispatch.js';
import { createFaultFinder, type FaultRule, spoil } from './faults.js';
import type { Answer, FlyRequest, Reply } from './http.js';
import { ulid } from './random.js';
import type { LoggedRequest } from './request-log.js';
import { withoutSecret } from './third-parties/polls.js';
import type { World } from './world.js';

/** A request, what really came of it, and what its sender saw. Holds secrets. */
export interface Exchange {
  /** The very object that was handed in. */
  readonly request: FlyRequest;
  /** Arrival, in milliseconds since 1970. */
  readonly at: number;
  /** Answer that the world really gave; undefined for a request that never arrived. */
  readonly answer: Answer | undefined;
  /** True for a request that arrived, and whose sender left before the world gave an answer. */
  readonly leftEarly?: true;
  /** Reply that its sender got; a reset if the sender left before. */
  readonly reply: Reply;
  readonly endedAt: number;
}

/** Faults of an emulated Fly, and those who listen to what it answers. */
export interface ExchangeOptions {
  readonly faults: readonly FaultRule[];
  /**
   * Says how a request fails. It is asked before the rules, which neither see nor count a request that it fails.
   */
  readonly faultOf?: ((request: FlyRequest) => RequestFault | undefined) | undefined;
  /** Called after each reply. */
  readonly onRequest?: ((request: LoggedRequest) => void) | undefined;
  /** Called after each reply, with more than any client may know. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/** Failure of one request. */
export type RequestFault = Pick<FaultRule, 'fault' | 'afterEffect'>;

/**
 * Creates the function that answers requests: it writes each into the log, has the world answer it, and lets it
 * fail as the faults say.
 */
export function createExchanger(
  world: World,
  requests: LoggedRequest[],
  { faults, faultOf, onRequest, onExchange }: ExchangeOptions,
): (request: FlyRequest, signal: AbortSignal) => Promise<Reply> {
  const findRule = createFaultFinder(faults);
  return async (request, signal) => {
    const { clock, settings } = world;
    const failure = faultOf?.(request) ?? findRule(request);
    const arrives = failure === undefined || failure.afterEffect === true;
    const at = clock.now();
    const entry: LoggedRequest = { method: request.method, path: withoutSecret(request.path), at };
    requests.push(entry);
    let answer: Answer | undefined;
    let reply: Reply = LOST;
    try {
      if (arrives) {
        const dispatched = await dispatch(world, request, signal);
        entry.token = dispatched.token;
        answer = dispatched.answer;
      }
      if (settings.latencyMs > 0) await clock.sleep(settings.latencyMs, signal);
      reply = answer ?? LOST;
      if (failure !== undefined) reply = spoil(failure.fault, reply);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) reply = { fault: 'reset', answer: LOST };
    const endedAt = clock.now();
    entry.durationMs = endedAt - at;
    if ('fault' in reply) entry.fault = reply.fault;
    else entry.status = reply.status;
    reply = withUsualHeaders(world, reply);
    onRequest?.(entry);
    const leftEarly = arrives && answer === undefined;
    onExchange?.({ request, at, answer, ...(leftEarly && { leftEarly }), reply, endedAt });
    return reply;
  };
}

/** Answer that stands in where none was made, because the request never arrived. */
const LOST: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: '{"ok":true,"note":"this answer is not meant to arrive whole"}',
};

/** Adds the headers that every answer of Fly bears. */
function withUsualHeaders({ clock, random }: World, reply: Reply): Reply {
  const headers = {
    date: new Date(clock.now()).toUTCString(),
    'fly-request-id': `${ulid(clock.now(), random)}-local`,
    server: 'Fly/emulator',
    via: '1.1 fly.io',
  };
  const stamp = (answer: Answer): Answer => ({ ...answer, headers: { ...headers, ...answer.headers } });
  return 'fault' in reply ? { ...reply, answer: stamp(reply.answer) } : stamp(reply);
}
