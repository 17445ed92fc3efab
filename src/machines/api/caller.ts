import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../clock.js';
import { ActionError } from '../../errors.js';
import { CookieJar } from '../../http/cookies.js';
import { limited } from '../../http/limited.js';
import { READ, WAIT, WRITE, withRetries } from '../../http/retry.js';
import type { HttpResponse, Transport } from '../../http/transport.js';
import { withoutHeader } from '../../known-secrets.js';
import { formatDuration } from '../../text.js';
import { ATTEMPT_LIMIT_MS, type Call } from './call.js';
import { Pace, USUAL_RATE } from './pace.js';
import { readAnswer } from './read-answer.js';
import { isUnauthorized, saysNo } from './refusals.js';

/** Gives the Authorization header, kept fresh. */
export interface TokenSource {
  header(): Promise<string>;
  /** After a 401 with `refused`: another header, or undefined when there is no other to be had. */
  renew(refused: string): Promise<string | undefined>;
}

/** What calls are made with; all effects come from here. */
export interface ClientTools {
  readonly apiUrl: URL;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly debug: (message: string) => void;
  /** Requests that change something, in flight at once. */
  readonly maxConcurrent: number;
  /** Whether the token may list machines, as far as is known. Default true. */
  readonly canList?: boolean | undefined;
  /** Throws where nothing may be changed any more; asked right before each request that does. */
  readonly mayChange?: (() => void) | undefined;
}

/** As `withRetries` tells of it. */
const RATE_LIMITED = 'status 429';
const REQUEST_ID = 'fly-request-id';
/** Enough for 20,000 machines. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * Waits in flight at once. Each holds a connection until its machine is there, so without a limit those of a large fleet
 * would leave none to what is still to be started; in their turn, they find most machines there already.
 */
const MOST_WAITS = 300;

/** Makes calls, under one token, within Fly's rates and with so many changes in flight at once. */
export class Caller {
  readonly #tools: ClientTools;
  readonly #pace: Pace;
  readonly #transport: Transport;
  /** For changes: reading takes none. */
  readonly #places: LimitFunction;
  readonly #waits = pLimit(MOST_WAITS);

  constructor(tools: ClientTools) {
    this.#tools = tools;
    this.#pace = new Pace(tools.clock);
    // Whoever has seen our writes answers our reads.
    this.#transport = new CookieJar(tools.clock).carrying(tools.transport);
    this.#places = pLimit(tools.maxConcurrent);
  }

  /** Calls, and reads the answer. Throws as `MachinesClient` says. */
  async call<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    return readAnswer(await this.send(call, signal), call);
  }

  /** Calls, with one renewal of the token after a 401 unless that is final; whatever Fly answers then stands. */
  async send(call: Call<unknown>, signal: AbortSignal): Promise<HttpResponse> {
    signal.throwIfAborted();
    const header = await this.#tools.tokens.header();
    const response = await this.#attempts(call, header, signal);
    if (!isUnauthorized(response) || call.isFinal) return response;
    call.undone?.();
    const renewed = await this.#tools.tokens.renew(header);
    return renewed === undefined ? response : this.#attempts(call, renewed, signal);
  }

  async #attempts(call: Call<unknown>, authorization: string, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, jitter, debug } = this.#tools;
    const {
      method,
      path,
      what,
      nonce = '',
      rate = USUAL_RATE,
      policy = method === 'GET' ? READ : WRITE,
      isUrgent,
    } = call;
    const bucket = { key: `${method} ${path}`, rate };
    const changing = method === 'GET' || isUrgent ? undefined : this.#places;
    const places = policy === WAIT ? this.#waits : changing;
    let trouble: string | undefined;
    const onRetry = (why: string, delay: number) => {
      trouble = why;
      // Only what surely did nothing is repeated under it.
      if (policy === WRITE) call.undone?.();
      debug(`${what}: ${why}, again in ${formatDuration(delay)}`);
    };
    const onRateLimit = (delay: number) => this.#pace.hold(bucket, delay);
    try {
      const response = await withRetries(
        policy,
        { clock, jitter, signal, onRetry, onRateLimit, stands: saysNo },
        (isFresh) =>
          this.#pace.run({
            bucket,
            signal,
            places,
            send: () => this.#attempt(isFresh ? { ...call, isFresh } : call, authorization, signal),
          }),
      );
      // What comes back may end up in a message. Not so a list; and a lease is told by its nonce.
      const isSuccess = response.status >= 200 && response.status <= 299;
      const hidden = isSuccess ? (method === 'GET' ? [] : [authorization]) : [authorization, nonce];
      const id = withoutHeaders(response.headers[REQUEST_ID] ?? '', [authorization, nonce]) || undefined;
      const headers = { ...response.headers, [REQUEST_ID]: id };
      return { ...response, headers, body: withoutHeaders(response.body, hidden) };
    } catch (error) {
      throw unanswered(error, what, trouble);
    }
  }

  async #attempt(call: Call<unknown>, authorization: string, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, apiUrl } = this.#tools;
    const { method, path, query, body, nonce, limit: ms = ATTEMPT_LIMIT_MS } = call;
    const { before = [], undone, givesBack, isFresh = false } = call;
    for (const step of before) await step(signal);
    try {
      if (method !== 'GET' && givesBack !== true) this.#tools.mayChange?.();
    } catch (error) {
      undone?.();
      throw error;
    }
    const url = new URL(`/v1/${path}${query === undefined ? '' : `?${query}`}`, apiUrl);
    const headers = {
      authorization,
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(nonce !== undefined && { 'fly-machine-lease-nonce': nonce }),
    };
    return limited(
      this.#transport,
      clock,
      ms,
    )({
      method,
      url,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      signal,
      maxBytes: MAX_BYTES,
      isFresh,
    });
  }
}

/** Says what was tried where there was no answer, and what went wrong before time ran out. */
function unanswered(error: unknown, what: string, trouble: string | undefined): unknown {
  if (!(error instanceof ActionError) || !(error.class === 'network' || error.class === 'timeout'))
    return error;
  const before = error.class === 'timeout' && trouble !== undefined ? `; before that: ${trouble}` : '';
  const errorClass = error.class === 'timeout' && trouble === RATE_LIMITED ? 'rate limited' : error.class;
  return error.with({
    class: errorClass,
    message: `${what}: ${error.message}${before}`,
    hint: error.hint ?? 'Is api-url right? https://status.flyio.net shows how Fly is.',
    // What was done is read off the network's own cause.
    cause: error.cause,
  });
}

/** One by one: what is found of a header is kept for the next answer, which a nonce in it would prevent. */
function withoutHeaders(text: string, headers: readonly string[]): string {
  return headers.reduce(withoutHeader, text);
}
