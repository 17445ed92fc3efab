import type { UnixMs } from '../clock.js';

/** One value of a series; NaN and infinities are kept as they are. */
export interface Sample {
  /** Unix time in milliseconds: the step that it was asked for, not when it was measured. */
  readonly at: number;
  readonly value: number;
}

/** One time series, its samples in the order of time; a step without a value has none. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Span of a range query in milliseconds, both ends included. */
export interface RangeWindow {
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** True where what wasn't measured counts as quiet. */
  readonly isSparse?: true;
}

/** Groups the series of each machine, by the label `instance`; what lacks the label belongs to none. */
export function byInstance(all: readonly Series[]): ReadonlyMap<string, readonly Series[]> {
  const grouped = new Map<string, Series[]>();
  for (const series of all) {
    const instance = series.labels['instance'] ?? '';
    if (instance === '') continue;
    const others = grouped.get(instance);
    if (others === undefined) grouped.set(instance, [series]);
    else others.push(series);
  }
  return grouped;
}

/** Returns what series hold from a time on, as far as `counts` says; one that holds nothing is left out. */
export function samplesSince(
  start: UnixMs,
  all: readonly Series[],
  counts: (sample: Sample) => boolean = () => true,
): Series[] {
  return all
    .map(({ labels, samples }) => ({
      labels,
      samples: samples.filter((sample) => sample.at >= start && counts(sample)),
    }))
    .filter(({ samples }) => samples.length > 0);
}

/** Measure that a machine's series are judged by. */
export interface Measure {
  /** Limit in the signal's own unit; a value at the threshold is still quiet. */
  readonly threshold: number;
  /** The window that the series were asked for. */
  readonly window: RangeWindow;
}
