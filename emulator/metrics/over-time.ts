import type { Aggregation, OverTime } from './promql.js';
import type { Sample } from './samples.js';

/** Returns the samples later than `after` and not later than `to`, both in milliseconds since 1970. */
export function within(samples: readonly Sample[], after: number, to: number): readonly Sample[] {
  return samples.slice(firstAfter(samples, after), firstAfter(samples, to));
}

function firstAfter(samples: readonly Sample[], time: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.at ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Applies a function to the samples of a range of `range` milliseconds. Returns undefined when there are too
 * few.
 */
export function overTime(name: OverTime, samples: readonly Sample[], range: number): number | undefined {
  const values = samples.map(({ value }) => value);
  if (values.length === 0) return undefined;
  if (name === 'last_over_time') return values.at(-1);
  if (name === 'count_over_time') return values.length;
  if (name !== 'increase' && name !== 'rate') return foldOver(name, values);
  if (values.length < 2) return undefined;
  // Unlike Prometheus, this doesn't extrapolate to the edges of the range.
  const grown = values.slice(1).reduce((sum, value, index) => {
    const before = values[index] ?? 0;
    return sum + (value < before ? value : value - before);
  }, 0);
  return name === 'rate' ? (grown * 1000) / range : grown;
}

/** Functions that make one value of several. */
export const FOLDS: Readonly<Record<Aggregation, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

function foldOver(name: `${Aggregation}_over_time`, values: readonly number[]): number {
  switch (name) {
    case 'sum_over_time':
      return FOLDS.sum(values);
    case 'max_over_time':
      return FOLDS.max(values);
    case 'min_over_time':
      return FOLDS.min(values);
    case 'avg_over_time':
      return FOLDS.avg(values);
  }
}
