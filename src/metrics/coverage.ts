import { formatDuration } from '../text.js';
import { NO_METRICS, NO_NUMBER } from './reasons.js';
import type { RangeWindow, Sample } from './series.js';

/** Longest distance of two samples, in steps: late or lost ones are usual, two in a row at times; beyond that, what happened isn't known. */
const LONGEST_GAP_STEPS = 3;
/** Longest time in milliseconds since the last sample, and two steps at least: what happened last counts most. */
const LATEST_SAMPLE_MS = 3 * 60_000;
/** Longest distance of two samples, as a part of the window. */
const LARGEST_SHARE = 1 / 4;

/**
 * Tells why these samples don't cover the whole window, in a few words; undefined when they do: all numbers, two at least, and
 * one at every second step at least; no stretch in which more than two in a row are missing, nor one longer than a quarter
 * of the window. In between, a step is never too long. Where the window is sparse, numbers are enough.
 */
export function gapIn(samples: readonly Sample[], window: RangeWindow): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  const isOdd = samples.some(({ value }) => !Number.isFinite(value));
  if (window.isSparse) return isOdd ? NO_NUMBER : undefined;
  if (first === undefined || last === undefined) return NO_METRICS;
  if (isOdd) return NO_NUMBER;
  if (samples.length < 2) return 'too few metrics';
  const { start, end, stepMs } = window;
  const share = (end - start) * LARGEST_SHARE;
  const longest = Math.min(LONGEST_GAP_STEPS * stepMs, share);
  const longestAgo = Math.min(Math.max(LATEST_SAMPLE_MS, 2 * stepMs), share);
  const ago = (at: number) => formatDuration(end - at);
  if (end - last.at > longestAgo) return `metrics end ${ago(last.at)} ago`;
  const gap = widestGap(samples);
  // Neighbours are a step apart, however short the window is.
  if (gap > Math.max(stepMs, longest)) return `no metrics for ${formatDuration(gap)} in between`;
  if (first.at - start > longest) return `metrics begin ${ago(first.at)} ago`;
  const part = samples.length / ((end - start) / stepMs + 1);
  return part < 0.5 ? `metrics for only ${Math.round(part * 100)} % of the time` : undefined;
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
