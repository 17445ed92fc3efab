import type { MachineSpec } from '../../emulator/machines/build.js';
import { NOW } from './known-fleet.js';

/** A kind of machine about which uptime alone tells the truth. */
export interface UptimeKind {
  readonly name: string;
  readonly spec: MachineSpec;
  /** The truth: it is idle, or the reason why not; undefined: it doesn't run. */
  readonly truth: 'idle' | RegExp | undefined;
}

const MIN = 60_000;
const LONG = 3 * 60 * MIN;
const keepUntil = (time: number) => ({ 'keep-alive-until': new Date(time).toISOString() });

/** Every way to be idle or not without metrics, for half an hour. */
export const UPTIME_KINDS: readonly UptimeKind[] = [
  { name: 'up for hours', spec: { sinceMs: LONG }, truth: 'idle' },
  { name: 'up for little longer', spec: { sinceMs: 31 * MIN }, truth: 'idle' },
  { name: 'up for less', spec: { sinceMs: 25 * MIN }, truth: /^up for 2[5-9] min.* only$/ },
  { name: 'stopped', spec: { sinceMs: LONG, state: 'stopped' }, truth: undefined },
  {
    name: 'to be kept',
    spec: { sinceMs: LONG, metadata: { 'keep-alive': 'true' } },
    truth: /^keep-alive is set/,
  },
  {
    name: 'to be kept for an hour more',
    spec: { sinceMs: LONG, metadata: keepUntil(NOW + 60 * MIN) },
    truth: /^keep-alive-until 2025-01-15/,
  },
  {
    name: 'kept long enough',
    spec: { sinceMs: LONG, metadata: keepUntil(NOW - MIN) },
    truth: 'idle',
  },
  {
    name: 'on a schedule',
    spec: { sinceMs: LONG, config: { schedule: 'daily' } },
    truth: /^runs on a schedule \(daily\)$/,
  },
  {
    name: 'gone when it stops',
    spec: { sinceMs: LONG, config: { auto_destroy: true } },
    truth: /^destroyed for good when it stops$/,
  },
  { name: 'cordoned', spec: { sinceMs: LONG, cordoned: true }, truth: /^cordoned/ },
];
