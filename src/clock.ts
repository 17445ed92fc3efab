import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { OVER, passOn } from './abort.js';
import { ActionError } from './errors.js';
import { formatDuration } from './text.js';

/** Node's timers go no further, and take what is longer for a millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Moment in milliseconds since 1970. The one unit of time above the macaroons, whose caveats count seconds. */
export type UnixMs = number;

/** Time, handed in: real in the action, virtual in simulations. Everything is in milliseconds. */
export interface Clock {
  /** Unix time by this machine's own clock. */
  now(): number;
  /** Resolves after `ms`, or some 24 days where that is more; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/**
 * Runs `work` with a signal that also aborts after `ms`, with `late()` as its reason (unless given, a `timeout` error), and when
 * the work fails: those parts of it that still go on are of no use then. The timer is gone when the work is.
 */
export async function withTimeout<T>(
  {
    clock,
    signal,
    ms,
    late = () => new ActionError('timeout', `no answer within ${formatDuration(ms)}`),
  }: { clock: Clock; signal: AbortSignal; ms: number; late?: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const over = new AbortController();
  const unsubscribe = passOn(signal, limited);
  clock.sleep(ms, over.signal).then(
    () => limited.abort(late()),
    () => undefined, // The work is over, and this timer is of no use.
  );
  try {
    return await work(forManyListeners(limited.signal));
  } catch (error) {
    limited.abort(error);
    throw error;
  } finally {
    unsubscribe();
    over.abort(OVER);
  }
}

/** Lets a signal have any number of listeners: Node warns about more than ten, and work side by side needs more. */
export function forManyListeners(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
