import { count, formatDuration } from '../text.js';
import { growthOf } from './counters.js';
import { gapIn } from './coverage.js';
import { busyWith, NO_NUMBER, RESTARTED, senseless } from './reasons.js';
import type { Measure, RangeWindow, Sample, Series } from './series.js';

const COUNTED = ['requests', 'connections'] as const;

/**
 * Returns why a machine is busy by its traffic; undefined for a quiet one: in flight never above the threshold, and nothing
 * counted. Requests that aren't counted at all didn't come. Fly's proxy begins to count with the first request, forgets what
 * it counted some minutes after the last, and then begins anew; so a counter that turns up grew by all that it shows, and one
 * that was away while the rest was measured tells of requests as well.
 * (community.fly.io: "The fly_app_concurrency metric is now more useful")
 */
export function whyBusyByTraffic(
  series: readonly Series[],
  { threshold, window }: Measure,
): string | undefined {
  const samplesOf = (name: string) => series.find(({ labels }) => labels['signal'] === name)?.samples ?? [];
  const inFlight = samplesOf('concurrency');
  const gap = gapIn(inFlight, window);
  if (gap !== undefined) return gap;
  if (inFlight.some(({ value }) => value < 0)) return senseless('below zero');
  const most = inFlight.reduce((peak, { value }) => Math.max(peak, value), 0);
  if (most > threshold) return busyWith(`up to ${count(most, 'request')} at once`);
  for (const name of COUNTED) {
    const lapsed = samplesOf(`${name} away`).length > 0;
    const why = whyBusyByCounter(samplesOf(name), { name, lapsed, measured: inFlight, window });
    if (why !== undefined) return why;
  }
  return undefined;
}

interface CounterContext {
  readonly name: string;
  /** True if the counter was away for a part of a step. */
  readonly lapsed: boolean;
  /** Other measurements of the machine. */
  readonly measured: readonly Sample[];
  readonly window: RangeWindow;
}

function whyBusyByCounter(
  samples: readonly Sample[],
  { name, lapsed, measured, window }: CounterContext,
): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (samples.some(({ value }) => !Number.isFinite(value))) return NO_NUMBER;
  const served = busyWith(`${name} served`);
  const times = new Set(samples.map(({ at }) => at));
  const away = measured.filter(({ at }) => at > first.at && !times.has(at));
  if (away.some(({ at }) => at > last.at))
    return `${served} more than ${formatDuration(window.end - last.at)} ago`;
  if (away.length > 0) return served;
  const growth = growthOf(samples);
  if (growth === undefined) return RESTARTED;
  const before = first.at > (measured[0]?.at ?? window.start) ? first.value : 0;
  const all = growth.reduce((sum, { by }) => sum + by, before);
  if (all > 0) return `${served}: ${all}`;
  return lapsed ? served : undefined;
}
