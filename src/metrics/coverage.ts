import { formatDuration } from '../text.js';
import type { RangeWindow, Sample } from './series.js';

/** Late or lost samples are usual; beyond so many steps, what happened meanwhile isn't known. */
const LONGEST_GAP_STEPS = 3;

/** The one reason that several signals give in their own ways. */
export const NO_SERIES = 'no series';

/**
 * Why these samples don't tell the whole window, in a few words; undefined when they do: all numbers, no stretch longer
 * than three steps without one, and at least every second step with one.
 */
export function gapIn(samples: readonly Sample[], window: RangeWindow): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return NO_SERIES;
  if (samples.some(({ value }) => !Number.isFinite(value))) return 'not a number';
  const longest = LONGEST_GAP_STEPS * window.stepMs;
  const ago = (at: number) => formatDuration(window.end - at);
  if (window.end - last.at > longest) return `metrics end ${ago(last.at)} ago`;
  const gap = widestGap(samples);
  if (gap > longest) return `no metrics for ${formatDuration(gap)} in between`;
  if (first.at - window.start > longest) return `metrics begin ${ago(first.at)} ago`;
  const share = samples.length / ((window.end - window.start) / window.stepMs + 1);
  return share < 0.5 ? `metrics for only ${Math.round(share * 100)} % of the window` : undefined;
}

function widestGap(samples: readonly Sample[]): number {
  let widest = 0;
  let before: Sample | undefined;
  for (const sample of samples) {
    if (before !== undefined) widest = Math.max(widest, sample.at - before.at);
    before = sample;
  }
  return widest;
}
