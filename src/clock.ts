import { setTimeout as delay } from 'node:timers/promises';

/** Time, handed in: real in the action, virtual in simulations. Everything is in milliseconds. */
export interface Clock {
  /** Unix time by this machine's own clock. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
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
    return await work(AbortSignal.any([signal, timer.signal]));
  } finally {
    done.abort();
  }
}
