import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Node's timers go no further, and take what is longer for a millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

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
      await delay(Math.min(ms, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/**
 * Runs `work` with a signal that also aborts after `ms`, with `late()` as its reason. The timer is gone when
 * the work is.
 */
export async function withTimeout<T>(
  { clock, signal, ms, late }: { clock: Clock; signal: AbortSignal; ms: number; late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => timer.abort(late()),
    () => undefined, // The work ended first, or the step did; either way nobody waits for this timer.
  );
  try {
    return await work(shared(AbortSignal.any([signal, timer.signal])));
  } finally {
    done.abort();
  }
}

/** The signal, for any number of listeners: Node warns about more than ten, which is what side by side comes to. */
export function shared(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
