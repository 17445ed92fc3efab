import type { RangeWindow } from './series.js';

/** Fly doesn't say how often it measures; what is customary is every 15 to 60 s, and a step should hold a sample. */
const SHORTEST_STEP_MS = 60_000;
/** More would make the answers for large apps large, and says no more about quiet. */
const MOST_STEPS = 240;

/** The step for a window of such a length, in milliseconds: a minute up to four hours, then whole minutes. */
export function stepFor(windowMs: number): number {
  return SHORTEST_STEP_MS * Math.max(1, Math.ceil(windowMs / MOST_STEPS / SHORTEST_STEP_MS));
}

/**
 * The window that ends now, in whole seconds, and is at least `windowMs` long. `now` must be the servers' time: by a
 * clock that is behind, a machine would be judged by what it did earlier.
 */
export function rangeWindow(now: number, windowMs: number): RangeWindow {
  const stepMs = stepFor(windowMs);
  const end = Math.floor(now / 1000) * 1000;
  return { start: end - Math.ceil(windowMs / stepMs) * stepMs, end, stepMs };
}
