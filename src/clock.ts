import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { onAbort } from './abort.js';

/** Node's timers go no further, and take what is longer for a millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A moment in milliseconds since 1970. The one unit of time above the macaroons, whose caveats count seconds. */
export type UnixMs = number;

/** Time, handed in: real in the action, virtual in simulations. Everything is in milliseconds. */
export interface Clock {
  /** Unix time by this machine's own clock. */
  now(): number;
  /** Resolves after `ms`, or some 24 days where that is more; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
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
 * Runs `work` with a signal that also aborts after `ms`, with `late()` as its reason, and when the work fails: what of it
 * still goes on side by side is of no use then. The timer is gone when the work is.
 */
export async function withTimeout<T>(
  { clock, signal, ms, late }: { clock: Clock; signal: AbortSignal; ms: number; late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const over = new AbortController();
  const unsubscribe = onAbort(signal, () => limited.abort(signal.reason));
  clock.sleep(ms, over.signal).then(
    () => limited.abort(late()),
    () => undefined, // The work is over, and nobody waits for this timer.
  );
  try {
    return await work(forManyListeners(limited.signal));
  } catch (error) {
    limited.abort(error);
    throw error;
  } finally {
    unsubscribe();
    over.abort(TIMER_OVER);
  }
}

/** A reason that needn't be made up, with a stack, for each that is over. */
const TIMER_OVER = new Error('over');

/** The signal, for any number of listeners: Node warns about more than ten, which is what side by side comes to. */
export function forManyListeners(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
