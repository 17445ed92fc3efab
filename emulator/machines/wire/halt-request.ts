import { type Answer, refusal } from '../../http.js';
import type { Halt } from '../exits.js';
import { parseGoDuration, readDuration } from './go-duration.js';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'];

/**
 * Reads the wishes in the body of a stop, or returns the 400 that refuses them. A timeout of zero counts as
 * none, as in Go.
 */
export function readStopBody(body: string): Halt | Answer {
  if (body === '') return {};
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return refusal(400, 'invalid JSON in the body');
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const kind = Array.isArray(given) ? 'array' : typeof given;
    return refusal(400, `json: cannot unmarshal ${kind} into Go value of type main.stopRequest`);
  }
  const { signal, timeout }: { signal?: unknown; timeout?: unknown } = given;
  const timeoutMs = timeout === undefined || timeout === '' ? 0 : readDuration(timeout);
  return wishOf(signal, timeoutMs);
}

/**
 * Reads the wishes in the query of a restart, or returns the 400 that refuses them. Its timeout may also be a
 * number of seconds.
 */
export function readRestartQuery(query: URLSearchParams): Halt | Answer {
  const timeout = query.get('timeout') ?? '0';
  const timeoutMs = /^\d+$/.test(timeout) ? Number(timeout) * 1_000 : parseGoDuration(timeout);
  const force = query.get('force_stop') === 'true' ? 'SIGKILL' : undefined;
  return wishOf(force ?? query.get('signal') ?? undefined, timeoutMs);
}

function wishOf(signal: unknown, timeoutMs: number | undefined): Halt | Answer {
  if (timeoutMs === undefined || timeoutMs < 0) return refusal(400, 'invalid timeout: not a duration');
  if (signal !== undefined && signal !== '' && (typeof signal !== 'string' || !SIGNALS.includes(signal))) {
    return refusal(400, 'invalid signal');
  }
  return {
    ...(typeof signal === 'string' && signal !== '' ? { signal } : {}),
    ...(timeoutMs === 0 ? {} : { timeoutMs }),
  };
}
