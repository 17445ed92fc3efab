import type { Clock } from '../../../src/clock.js';

/** A clock on which every sleep is over at once, and is kept count of. */
export interface SteppingClock extends Clock {
  /** All sleeps in their order, in milliseconds. */
  readonly pauses: readonly number[];
}

/** Starts at noon of a day in 2025 unless told otherwise; `onPause` is told of each sleep before it is slept. */
export function steppingClock({
  start = Date.UTC(2025, 0, 15, 12),
  onPause,
}: {
  start?: number;
  onPause?: (ms: number) => void;
} = {}): SteppingClock {
  const pauses: number[] = [];
  let now = start;
  return {
    pauses,
    now: () => now,
    async sleep(ms, signal) {
      pauses.push(ms);
      onPause?.(ms);
      signal?.throwIfAborted();
      now += ms;
    },
  };
}
