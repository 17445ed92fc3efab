import { setTimeout as sleep } from 'node:timers/promises';

/** A source of time, handed in: the system's for a server, a virtual one for simulations. */
export interface Clock {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Stands still, if it is a clock that jumps, until work that takes no sleep is done: such as that of other threads. */
  standStill?(work: Promise<unknown>): void;
}

/** Awaits work that takes none of the clock's time. */
export function standingStill<T>(clock: Clock, work: Promise<T>): Promise<T> {
  clock.standStill?.(work);
  return work;
}

/** The clock of the computer that runs the emulator. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** Formats a time in milliseconds since 1970 as RFC 3339 in UTC, to the second, as Fly does. */
export function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
