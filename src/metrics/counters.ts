import type { Sample } from './series.js';

/** Change of a counter from one sample to the next. */
export interface Growth {
  readonly ms: number;
  readonly by: number;
}

/** Returns the growth between neighbours; undefined where the counter ever fell. */
export function growthOf(samples: readonly Sample[]): Growth[] | undefined {
  const all: Growth[] = [];
  let before: Sample | undefined;
  for (const sample of samples) {
    if (before !== undefined) {
      const by = sample.value - before.value;
      if (by < 0) return undefined;
      all.push({ ms: sample.at - before.at, by });
    }
    before = sample;
  }
  return all;
}
