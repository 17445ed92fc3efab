import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import { connectionCode, isUntrusted } from './advice.js';
import { type HttpResponse, NoTunnel, NotSent, TooLarge } from './transport.js';

/** End of an attempt, as far as sending it again is concerned. */
export type AttemptEnd =
  /** An answer that stands, good or bad. */
  | 'answered'
  /** 429: the request was not looked at. */
  | 'rate limited'
  /** No connection came about, or one that was kept had been closed: nothing can have happened. */
  | 'not sent'
  /** 408, 5xx, a cut connection or no answer in time: it may have happened, or not. */
  | 'unsure';

/** Attempts allowed per ending; `stands` is a status that is never retried. */
export type RetryPolicy = Readonly<Record<Exclude<AttemptEnd, 'answered'>, number>> & {
  readonly stands?: number;
  /** Longest time to go on, in milliseconds; an answer that asks to wait longer stands at once. Default: without an end. */
  readonly forMs?: number;
};

/** Retries of a request that does no harm when it happens twice, reading above all. 429 is asked again until the deadline. */
export const READ_POLICY: RetryPolicy = {
  'rate limited': Number.POSITIVE_INFINITY,
  'not sent': 5,
  unsure: 5,
};

const EVER = {
  'rate limited': Number.POSITIVE_INFINITY,
  'not sent': Number.POSITIVE_INFINITY,
  unsure: Number.POSITIVE_INFINITY,
};

/** Retries of a wait, which goes on until the deadline: 408 says that the state was not reached yet, which is an answer and no trouble. */
export const WAIT_POLICY: RetryPolicy = { ...EVER, stands: 408 };

/** Retries of a change: it is sent again only when it surely did nothing; otherwise the caller looks first. */
export const WRITE_POLICY: RetryPolicy = {
  'rate limited': Number.POSITIVE_INFINITY,
  'not sent': 5,
  unsure: 1,
};

/** Retries of a ticket, which may be handed in again: a third party that stumbles is mostly back within half a minute. */
export const TICKET_POLICY: RetryPolicy = { ...EVER, forMs: 28_000 };

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Dependencies of retries. */
export interface RetryTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A number in [0, 1) that spreads callers which failed together. */
  readonly jitter: () => number;
  /** True for an answer that stands in spite of its status, by what it says. */
  readonly stands?: (response: HttpResponse) => boolean;
  /** True for an answer that holds nothing in spite of its status: it is asked for again, as after a server's trouble. */
  readonly isHollow?: (response: HttpResponse) => boolean;
  /** Reports each pause before it begins, with the error where there was no answer. */
  readonly onRetry?: (why: string, delayMs: number, error?: unknown) => void;
  /** Reports the pause after a 429, which the sender then makes for other requests as well, also where this one gives up. */
  readonly onRateLimit?: (delayMs: number) => void;
}

/**
 * Sends until an answer stands or the policy is used up; then returns the last answer or throws the last error. Pauses
 * double from half a second to eight and honour `Retry-After`; once the signal aborts, they end and no attempt begins. Each
 * attempt is told whether it is to go on a fresh connection, after one that the last may have failed for, and which it is,
 * from 1.
 */
export async function withRetries(
  policy: RetryPolicy,
  tools: RetryTools,
  send: (isFresh: boolean, attempt: number) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let isFresh = false;
  const { forMs = Number.POSITIVE_INFINITY } = policy;
  const start = tools.clock.now();
  let paused = 0;
  const ended = { 'rate limited': 0, 'not sent': 0, unsure: 0 };
  for (let tries = 1; ; tries += 1) {
    let response: HttpResponse | undefined;
    let error: unknown;
    tools.signal.throwIfAborted();
    try {
      response = await send(isFresh, tries);
    } catch (thrown) {
      tools.signal.throwIfAborted();
      error = thrown;
    }
    const ending = response === undefined ? endingOfError(error) : endingOf(response, tools);
    if (response !== undefined && (response.status === policy.stands || tools.stands?.(response)))
      return response;
    if (ending !== 'answered') ended[ending] += 1;
    isFresh = ending === 'not sent' || ending === 'unsure';
    // A clock may be set back meanwhile.
    const left = Math.max(0, forMs - Math.max(paused, tools.clock.now() - start));
    const asked = retryAfterMs(response, tools.clock.now());
    const isOver = left === 0 || (asked ?? 0) > left;
    if (ending === 'answered' || ended[ending] >= policy[ending] || isOver) {
      if (ending === 'rate limited' && asked !== undefined) tools.onRateLimit?.(asked);
      if (response === undefined) throw error;
      return response;
    }
    const delay = asked ?? Math.min(left, backoffMs(tries, tools.jitter()));
    paused += delay;
    tools.onRetry?.(response === undefined ? whyAgain(error) : `status ${response.status}`, delay, error);
    if (ending === 'rate limited' && tools.onRateLimit !== undefined) tools.onRateLimit(delay);
    else await tools.clock.sleep(delay, tools.signal);
  }
}

function endingOf(response: HttpResponse, { isHollow }: RetryTools): AttemptEnd {
  return isHollow?.(response) ? 'unsure' : endingOfStatus(response.status);
}

/** Classifies the end of an attempt that got an answer. */
export function endingOfStatus(status: number): AttemptEnd {
  if (status === 429) return 'rate limited';
  return status === 408 || status >= 500 ? 'unsure' : 'answered';
}

/** Classifies the end of an attempt that threw: only network troubles and the attempt's own limit are worth another try. */
export function endingOfError(error: unknown): AttemptEnd {
  if (!(error instanceof ActionError)) return 'answered';
  if (error.class === 'timeout') return 'unsure';
  const { class: errorClass, cause } = error;
  if (errorClass !== 'network' || cause instanceof TooLarge || isUntrusted(cause)) return 'answered';
  // A proxy's no is final; that it is down, or reaches no server, may change.
  const status = cause instanceof NoTunnel ? cause.status : undefined;
  if (status !== undefined && endingOfStatus(status) === 'answered') return 'answered';
  const isNotSent =
    cause instanceof NoTunnel || cause instanceof NotSent || NOT_SENT.has(connectionCode(cause));
  return isNotSent ? 'not sent' : 'unsure';
}

function whyAgain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function backoffMs(tries: number, jitter: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1)) * (0.5 + jitter / 2);
}

/**
 * Returns `Retry-After` in milliseconds, which a server gives in seconds or as a date by its own clock; undefined when
 * absent, unreadable or not ahead: a server that says "at once" over and over isn't asked without a pause. (RFC 9110,
 * section 10.2.3)
 */
function retryAfterMs(response: HttpResponse | undefined, now: number): number | undefined {
  const value = response?.headers['retry-after'] ?? '';
  const sent = Date.parse(response?.headers['date'] ?? '');
  // JavaScript finds a date in many a text; an HTTP date ends in GMT.
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : date - (Number.isNaN(sent) ? now : sent);
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
