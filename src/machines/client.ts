import type * as v from '@badrap/valita';
import { type Clock, withTimeout } from '../clock.js';
import { ActionError } from '../errors.js';
import { READ, type RetryPolicy, WAIT, WRITE, withRetries } from '../http/retry.js';
import type { HttpResponse, Transport } from '../http/transport.js';
import { excerpt, formatDuration, withoutHeader } from '../text.js';
import { ActionJson, type Machine, MachineJson, MachinesJson } from './machine.js';
import { Refusal } from './refusals.js';

/** Gives the Authorization header, kept fresh. */
export interface TokenSource {
  header(): Promise<string>;
  /** After a 401 with `refused`: another header, or undefined when there is no other to be had. */
  renew(refused: string): Promise<string | undefined>;
}

/** What the client works with; all effects come from here. */
export interface ClientTools {
  readonly apiUrl: URL;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly debug: (message: string) => void;
}

/** One machine of one app. */
export interface MachineRef {
  readonly app: string;
  readonly id: string;
}

/** How a machine is to be stopped; what is absent is the machine's own setting. */
export interface StopOptions {
  readonly signal?: string | undefined;
  /** To SIGKILL, in milliseconds. */
  readonly killTimeout?: number | undefined;
}

interface Call<T> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** What is tried, for messages. */
  readonly what: string;
  readonly answer: v.Type<T>;
  readonly signal: AbortSignal;
  /** How long one attempt may take, in milliseconds. */
  readonly limit?: number;
}

const ATTEMPT_LIMIT_MS = 30_000;
/** Enough for 20,000 machines. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * Fly's Machines API, as far as it is used here. Every method throws a `Refusal` for an answer that isn't a
 * success, an error of class `network` or `timeout` where there is no answer, `Fly failure` for an answer that
 * makes no sense, and the signal's reason when that aborts. A 401 is answered by one renewal of the token.
 */
export class MachinesClient {
  readonly #tools: ClientTools;

  constructor(tools: ClientTools) {
    this.#tools = tools;
  }

  /** All machines of an app, each once, in the order of their ids. */
  async list(app: string, signal: AbortSignal): Promise<Machine[]> {
    const path = `apps/${encodeURIComponent(app)}/machines`;
    const what = `list the machines of ${app}`;
    const machines = await this.#call({ method: 'GET', path, what, answer: MachinesJson, signal });
    const each = new Map(machines.map((machine) => [machine.id, machine]));
    return [...each.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(machine: MachineRef, signal: AbortSignal): Promise<Machine> {
    const what = `read machine ${machine.id}`;
    return this.#call({ method: 'GET', path: pathOf(machine), what, answer: MachineJson, signal });
  }

  /** Resolves once Fly has taken the request on; the machine is on its way then, not there. */
  async start(machine: MachineRef, signal: AbortSignal): Promise<void> {
    const what = `start machine ${machine.id}`;
    const path = `${pathOf(machine)}/start`;
    const { status, message } = await this.#call({ method: 'POST', path, what, answer: ActionJson, signal });
    // Fly's own client knows of a start that is answered with 200 and failed all the same.
    if (status === 'error')
      throw new ActionError('Fly failure', `${what}: ${excerpt(message ?? 'Fly answered an error')}`);
  }

  /** Resolves once Fly has taken the request on. */
  async stop(machine: MachineRef, options: StopOptions, signal: AbortSignal): Promise<void> {
    const body = {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      // A bare number would be read as nanoseconds.
      ...(options.killTimeout === undefined ? {} : { timeout: `${Math.ceil(options.killTimeout / 1000)}s` }),
    };
    const what = `stop machine ${machine.id}`;
    const path = `${pathOf(machine)}/stop`;
    await this.#call({ method: 'POST', path, body, what, answer: ActionJson, signal });
  }

  /**
   * Waits at Fly until the machine is in the state; false when it wasn't within `seconds` (1 to 60).
   * `version` is the machine's instance id, which some servers require for `stopped`.
   */
  async wait(
    machine: MachineRef,
    target: { state: string; version: string | undefined; seconds: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const query = new URLSearchParams({ state: target.state, timeout: String(target.seconds) });
    if (target.version !== undefined) query.set('version', target.version);
    const what = `wait for machine ${machine.id} to be ${target.state}`;
    const path = `${pathOf(machine)}/wait?${query}`;
    const limit = target.seconds * 1000 + ATTEMPT_LIMIT_MS;
    const response = await this.#send({ method: 'GET', path, what, answer: ActionJson, signal, limit }, WAIT);
    if (response.status === 408) return false;
    const { state } = read(response, what, ActionJson);
    return state === undefined || state === null || state === target.state;
  }

  async #call<T>(call: Call<T>): Promise<T> {
    const response = await this.#send(call, call.method === 'GET' ? READ : WRITE);
    return read(response, call.what, call.answer);
  }

  async #send(call: Call<unknown>, policy: RetryPolicy): Promise<HttpResponse> {
    const header = await this.#tools.tokens.header();
    const response = await this.#attempts(call, policy, header);
    if (response.status !== 401) return response;
    const renewed = await this.#tools.tokens.renew(header);
    return renewed === undefined ? response : this.#attempts(call, policy, renewed);
  }

  #attempts(call: Call<unknown>, policy: RetryPolicy, authorization: string): Promise<HttpResponse> {
    const { clock, jitter, transport, debug, apiUrl } = this.#tools;
    const { signal, method, what, limit: ms = ATTEMPT_LIMIT_MS } = call;
    let trouble: string | undefined;
    const onRetry = (why: string, delay: number) => {
      trouble = why;
      debug(`${what}: ${why}, again in ${formatDuration(delay)}`);
    };
    const late = () => new ActionError('timeout', `no answer within ${formatDuration(ms)}`);
    const answer = withRetries(policy, { clock, jitter, signal, onRetry }, () =>
      withTimeout({ clock, signal, ms, late }, (limited) =>
        transport({
          method,
          url: new URL(`/v1/${call.path}`, apiUrl),
          headers: {
            authorization,
            accept: 'application/json',
            ...(call.body && { 'content-type': 'application/json' }),
          },
          ...(call.body && { body: JSON.stringify(call.body) }),
          signal: limited,
          maxBytes: MAX_BYTES,
        }),
      ),
    );
    return answer.then(
      // Lists aside, what comes back may end up in a message.
      (response) =>
        response.status > 299 || method === 'POST'
          ? { ...response, body: withoutHeader(response.body, authorization) }
          : response,
      (error: unknown) => {
        throw unanswered(error, what, trouble);
      },
    );
  }
}

/** Says what was tried where there was no answer, and what went wrong before time ran out. */
function unanswered(error: unknown, what: string, trouble: string | undefined): unknown {
  if (!(error instanceof ActionError) || !(error.class === 'network' || error.class === 'timeout'))
    return error;
  const before = error.class === 'timeout' && trouble !== undefined ? `; before that: ${trouble}` : '';
  return new ActionError(error.class, `${what}: ${error.message}${before}`, {
    hint: error.hint ?? 'Is api-url right? https://status.flyio.net shows how Fly is.',
    cause: error.cause,
  });
}

function pathOf({ app, id }: MachineRef): string {
  return `apps/${encodeURIComponent(app)}/machines/${encodeURIComponent(id)}`;
}

function read<T>(response: HttpResponse, what: string, type: v.Type<T>): T {
  if (response.status < 200 || response.status > 299) throw new Refusal(what, response);
  let json: unknown;
  try {
    json = JSON.parse(response.body);
  } catch {
    throw nonsense(response, what, 'it is not JSON');
  }
  const result = type.try(json, { mode: 'strip' });
  if (!result.ok) throw nonsense(response, what, result.message);
  return result.value;
}

function nonsense(response: HttpResponse, what: string, why: string): ActionError {
  return new ActionError('Fly failure', `${what}: Fly's answer (${response.status}) makes no sense: ${why}`, {
    status: response.status,
    requestId: response.headers['fly-request-id'],
    hint: 'Is api-url right, and no proxy in between? Otherwise see https://status.flyio.net.',
  });
}
