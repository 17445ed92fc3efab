import { growthOf } from './counters.js';
import { gapIn } from './coverage.js';
import { busyWith, NO_METRICS, RESTARTED, senseless } from './reasons.js';
import type { Measure, Sample, Series } from './series.js';

const SEVERAL = senseless('several values at once');

/** Returns why a machine is busy by its network; undefined for a quiet one: bytes per second never above the threshold between two samples. */
export function whyBusyByNetwork(
  series: readonly Series[],
  { threshold, window }: Measure,
): string | undefined {
  const [only, ...others] = series;
  if (others.length > 0) return SEVERAL;
  const samples = only?.samples ?? [];
  const gap = gapIn(samples, window);
  if (gap !== undefined) return gap;
  const growth = growthOf(samples);
  if (growth === undefined) return RESTARTED;
  const most = growth.reduce((peak, { ms, by }) => Math.max(peak, (by * 1000) / ms), 0);
  return most > threshold ? busyWith(`up to ${rounded(most)} bytes/s`) : undefined;
}

/**
 * Returns why a machine is busy by its CPU; undefined for a quiet one: busy time as a share of all CPU time, in percent, never
 * above the threshold. As a share of what was counted, it needs neither the unit of the counter nor the number of CPUs, nor
 * when exactly the samples were taken.
 */
export function whyBusyByCpu(series: readonly Series[], { threshold, window }: Measure): string | undefined {
  const samplesOf = (name: string) => series.find(({ labels }) => labels['signal'] === name)?.samples ?? [];
  const all = samplesOf('all');
  const busyAt = new Map(samplesOf('busy').map(({ at, value }) => [at, value]));
  // A share needs both.
  const both = all.filter(({ at }) => busyAt.has(at));
  const busy = both.map(({ at }): Sample => ({ at, value: busyAt.get(at) ?? Number.NaN }));
  const gap = gapIn(both, window) ?? gapIn(busy, window);
  if (gap !== undefined) return gap;
  const [allGrowth, busyGrowth] = [growthOf(both), growthOf(busy)];
  if (allGrowth === undefined || busyGrowth === undefined) return RESTARTED;
  if (allGrowth.some(({ by }) => by === 0)) return senseless('its CPU time stood still');
  const most = allGrowth.reduce(
    (peak, { by }, index) => Math.max(peak, ((busyGrowth[index]?.by ?? 0) / by) * 100),
    0,
  );
  return most > threshold ? busyWith(`CPU up to ${rounded(most)} %`) : undefined;
}

/** Returns why a machine is busy by the user's own query; undefined for a quiet one: its value is never above the threshold. */
export function whyBusyByValue(
  series: readonly Series[],
  { threshold, window }: Measure,
): string | undefined {
  const [only, ...others] = series;
  if (only === undefined) return NO_METRICS;
  if (others.length > 0) return SEVERAL;
  const gap = gapIn(only.samples, window);
  if (gap !== undefined) return gap;
  const most = only.samples.reduce((peak, { value }) => Math.max(peak, value), Number.NEGATIVE_INFINITY);
  return most > threshold ? busyWith(`value up to ${rounded(most)}`) : undefined;
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
