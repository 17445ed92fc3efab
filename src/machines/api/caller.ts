import type { Clock } from '../../clock.js';
import { ActionError, isOfClass } from '../../errors.js';
import { authorized, type TokenSource } from '../../http/authorized.js';
import { withCookies } from '../../http/cookies.js';
import { limited } from '../../http/limited.js';
import { READ_POLICY, WAIT_POLICY, WRITE_POLICY, withRetries } from '../../http/retry.js';
import type { HttpResponse, Transport } from '../../http/transport.js';
import { withoutHeader } from '../../known-secrets.js';
import { type Places, placesFor } from '../../places.js';
import { formatDuration } from '../../text.js';
import { ATTEMPT_LIMIT_MS, type Call } from './call.js';
import { Pace, USUAL_RATE } from './pace.js';
import { readAnswer } from './read-answer.js';
import { RATE_HINT } from './refusal-table.js';
import { isUnauthorized, saysNo } from './refusals.js';

/** Dependencies of `MachinesClient`; all effects come from here. */
export interface ClientTools {
  readonly apiUrl: URL;
  readonly transport: Transport;
  /** Transport whose cookies are carried; default: this one. */
  readonly host?: Transport;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly debug: (message: string) => void;
  /** Most requests in flight at once that change something. */
  readonly maxConcurrent: number;
  /** True if the token may list machines, as far as is known. Default true. */
  readonly canList?: boolean | undefined;
  /** Throws if nothing may be changed any more; called right before each request that changes something. */
  readonly mayChange?: (() => void) | undefined;
}

/** Words that `withRetries` has for a 429. */
const RATE_LIMITED = 'status 429';
const REQUEST_ID = 'fly-request-id';
/** Most bytes of an answer: enough for 20,000 machines. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/**
 * Most waits in flight at once. Each holds a connection until its machine is there, so without a limit the waits of a
 * large fleet would leave none for starts. A wait whose turn comes later mostly finds its machine there already.
 */
const MOST_WAITS = 300;

/** Caller of Fly's API under one token, within Fly's rates and a limit of changes in flight. */
export class Caller {
  readonly #tools: ClientTools;
  readonly #pace: Pace;
  readonly #transport: Transport;
  /** Places for changes; a read needs none. */
  readonly #places: Places;
  readonly #waits = placesFor(MOST_WAITS);

  constructor(tools: ClientTools) {
    this.#tools = tools;
    this.#pace = new Pace(tools.clock);
    // The cookies keep us at the server that has seen our writes.
    this.#transport = withCookies(tools.host ?? tools.transport, tools.transport, tools.clock);
    this.#places = placesFor(tools.maxConcurrent);
  }

  /** Sends a call and reads its answer. Throws as `MachinesClient` says. */
  async call<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    return readAnswer(await this.send(call, signal), call);
  }

  /** Sends a call. After a 401 that is not final it renews the token once; the answer after that stands. */
  async send(call: Call<unknown>, signal: AbortSignal): Promise<HttpResponse> {
    signal.throwIfAborted();
    return authorized({
      tokens: this.#tools.tokens,
      attempts: (header) => this.#attempts(call, header, signal),
      isRefused: (response) => isUnauthorized(response) && !call.isFinal,
      onRefused: call.undone,
    });
  }

  async #attempts(
    call: Call<unknown>,
    header: () => Promise<string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { clock, jitter, debug } = this.#tools;
    const {
      method,
      path,
      what,
      nonce = '',
      rate = USUAL_RATE,
      bucket: key = `${method} ${path}`,
      policy = method === 'GET' ? READ_POLICY : WRITE_POLICY,
      isUrgent,
    } = call;
    const bucket = { key, rate };
    const changing = method === 'GET' || isUrgent ? undefined : this.#places;
    const places = policy === WAIT_POLICY ? this.#waits : changing;
    let trouble: Trouble | undefined;
    let authorization = '';
    const authorize = async () => {
      authorization = await header();
      return authorization;
    };
    const onRetry = (why: string, delay: number, error?: unknown) => {
      trouble = { why, hint: error instanceof ActionError ? error.hint : undefined };
      // WRITE repeats only what surely did nothing.
      if (policy === WRITE_POLICY) call.undone?.();
      debug(`${what}: ${why}, again in ${formatDuration(delay)}`);
    };
    const onRateLimit = (delay: number) => this.#pace.closeFor(bucket, delay);
    try {
      const response = await withRetries(
        policy,
        { clock, jitter, signal, onRetry, onRateLimit, stands: saysNo },
        (isFresh, attempt) =>
          this.#pace.run({
            bucket,
            signal,
            places,
            send: () => this.#attempt(isFresh ? { ...call, isFresh } : call, { authorize, signal, attempt }),
          }),
      );
      // An answer may end up in a message, so it loses our secrets. A successful read does not; a lease needs its nonce.
      const isSuccess = response.status >= 200 && response.status <= 299;
      const hidden = isSuccess ? (method === 'GET' ? [] : [authorization]) : [authorization, nonce];
      const id = withoutHeaders(response.headers[REQUEST_ID] ?? '', [authorization, nonce]) || undefined;
      const headers = { ...response.headers, [REQUEST_ID]: id };
      return { ...response, headers, body: withoutHeaders(response.body, hidden) };
    } catch (error) {
      throw unanswered(error, what, trouble);
    }
  }

  async #attempt(
    call: Call<unknown>,
    {
      authorize,
      signal,
      attempt,
    }: { authorize: () => Promise<string>; signal: AbortSignal; attempt: number },
  ): Promise<HttpResponse> {
    const { clock, apiUrl } = this.#tools;
    const { method, path, query, body, nonce, limit: ms = ATTEMPT_LIMIT_MS } = call;
    const { before = [], undone, givesBack, isFresh = false } = call;
    const look = async () => {
      for (const step of before) await step(signal);
    };
    let authorization: string;
    try {
      // A refresh may take its time, and what is looked at is to be true when the request goes out: mostly all three are one.
      const known = await authorize();
      await look();
      if ((await authorize()) !== known) await look();
      authorization = await authorize();
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
      maxBytes: MAX_ANSWER_BYTES,
      isFresh,
      attempt,
    });
  }
}

/** End of the last attempt before a pause, and what to change about it, where that is known. */
interface Trouble {
  readonly why: string;
  readonly hint: string | undefined;
}

/** Returns an error without an answer that says what was tried, and what went wrong before time ran out. */
function unanswered(error: unknown, what: string, trouble: Trouble | undefined): unknown {
  if (!isOfClass(error, 'network', 'timeout')) return error;
  // More time is no remedy for what was wrong all the time.
  const before = error.class === 'timeout' ? trouble : undefined;
  const isLimited = before?.why === RATE_LIMITED;
  const known = isLimited ? RATE_HINT : before?.hint;
  return error.with({
    class: isLimited ? 'rate limited' : error.class,
    message: `${what}: ${error.message}${before === undefined ? '' : `; before that: ${before.why}`}`,
    hint: known ?? error.hint ?? 'Is api-url right? https://status.flyio.net shows how Fly is.',
    // The fate of a request is read off the network's own cause.
    cause: error.cause,
  });
}

/** Removes headers one by one: the search for a header is cached for the next answer, which a nonce in it would prevent. */
function withoutHeaders(text: string, headers: readonly string[]): string {
  return headers.reduce(withoutHeader, text);
}
