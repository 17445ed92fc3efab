import type { UnixMs } from '../clock.js';
import { isWork } from './reasons.js';
import { type Measure, type Series, samplesSince } from './series.js';
import { type SignalName, whyBusy, whyBusySince } from './signals.js';

/** Times at which a machine became quiet and last worked, as far as its metrics tell, to the step. Unknown is undefined. */
export interface Quiet {
  /** Time since when it is known to have been quiet: at least since then where `lastBusy` is undefined. */
  readonly quietSince: UnixMs | undefined;
  /** Time by which the last work that was seen had ended; undefined where none was before it got unclear what happened. */
  readonly lastBusy: UnixMs | undefined;
}

/**
 * Finds since when a machine has been quiet, in the run that began at `upSince`. Counts only a span by which the machine
 * would be found idle: what wasn't measured isn't quiet.
 */
export function quietOf(
  name: SignalName,
  series: readonly Series[],
  measure: Measure,
  upSince: UnixMs = 0,
): Quiet {
  const { start, end, stepMs } = measure.window;
  const timeOf = (step: number) => start + step * stepMs;
  const why = (step: number) => whyBusySince(timeOf(step), name, series, measure);
  // What is quiet since a time is so since each later one. Most are quiet all the time, so that comes first.
  let [first, last] = [0, (end - start) / stepMs + 1];
  for (let middle = 0; first < last; middle = (first + last) >> 1) {
    if (why(middle) === undefined) last = middle;
    else first = middle + 1;
  }
  const since = timeOf(first);
  const from = Math.max(since, upSince);
  const window = { ...measure.window, start: from };
  const unproven = whyBusy(name, samplesSince(from, series), { ...measure, window });
  return {
    quietSince: unproven === undefined ? from : undefined,
    lastBusy: first > 0 && isWork(why(first - 1)) ? Math.min(since, end) : undefined,
  };
}
