import type { UnixMs } from '../clock.js';
import type { RangeWindow } from './series.js';

/** Step of a short window. Fly doesn't say how often it measures; 15 to 60 s is customary, and each step should have a sample. */
const STEP_MS = 60_000;
/** Step of a long window, whose answers are large; a longer one would hide how old its last sample is. */
const LONG_STEP_MS = 120_000;
const LONG_MS = 4 * 3_600_000;

/** Most steps of a window that begins at some time in the past, a day of long ones: the answer has to stay small. */
const MOST_STEPS = 720;

/** Most steps of a window that is asked for to see since when machines have been quiet. */
const LOOK_BACK_STEPS = 240;
/** Most steps of all machines together for that: a large fleet's answers have to stay as small as they are. */
const LOOK_BACK_SAMPLES = 20_000;

/** Returns the step for a window of such a length, in milliseconds. */
function stepFor(windowMs: number): number {
  return windowMs <= LONG_MS ? STEP_MS : LONG_STEP_MS;
}

/**
 * Returns the window that ends now, in whole seconds, and is at least `windowMs` long. `now` must be the servers' time: by a
 * clock that is behind, a machine would be judged by what it did earlier.
 */
export function rangeWindow(now: UnixMs, windowMs: number, stepMs = stepFor(windowMs)): RangeWindow {
  const end = Math.floor(now / 1000) * 1000;
  return { start: end - Math.ceil(windowMs / stepMs) * stepMs, end, stepMs };
}

/** Returns the window from a time in the past until now, with longer steps where there would be too many. */
export function windowSince(now: UnixMs, since: UnixMs): RangeWindow {
  const windowMs = now - since;
  const shortest = Math.ceil(windowMs / MOST_STEPS / STEP_MS) * STEP_MS;
  return rangeWindow(now, windowMs, Math.max(stepFor(windowMs), shortest));
}

/** Returns a window that reaches further back, with the same steps; for so many machines that the answers would be large, the same. */
export function lookBack(window: RangeWindow, machines: number): RangeWindow {
  const steps = Math.min(LOOK_BACK_STEPS, Math.floor(LOOK_BACK_SAMPLES / machines));
  return { ...window, start: Math.min(window.start, window.end - steps * window.stepMs) };
}
