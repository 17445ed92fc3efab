import { formatDuration } from '../../text.js';

/** Times that one machine took, in milliseconds since its turn came. */
export interface WarmTime {
  readonly started: number;
  readonly ready: number;
}

/** Sums up times: `to started p50 1.2 s, p90 2 s, max 2 s; to ready p50 …`; empty where none was started. */
export function percentilesOf(times: readonly WarmTime[]): string {
  if (times.length === 0) return '';
  const text = (name: keyof WarmTime) => {
    const sorted = times.map((time) => time[name]).sort((a, b) => a - b);
    const at = (share: number) => formatDuration(percentile(sorted, share));
    return `to ${name} p50 ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`;
  };
  return `${text('started')}; ${text('ready')}`;
}

/** Returns a percentile by nearest rank, so that it is one of the times. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}
