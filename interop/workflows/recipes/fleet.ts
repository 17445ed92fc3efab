import type { AppSpec, MachineSpec } from '../../../emulator/machines/build.js';
import { LOADS } from '../../../emulator/metrics/load.js';

const HOUR = 3_600_000;
/** Time at which each run begins by Fly's clock: a Friday, twenty minutes after the hours of the examples are over. */
export const BEGIN = Date.UTC(2026, 11, 4, 17, 20);

const idle: MachineSpec = { behaviour: { load: LOADS.idle }, sinceMs: 48 * HOUR };
const busy: MachineSpec = { behaviour: { load: LOADS.busy } };
const stopped = { state: 'stopped' } as const;

/** Apps that the examples name. Machines have been in their state for an hour where nothing else is said. */
export const APPS: readonly AppSpec[] = [
  {
    name: 'my-app',
    machines: [
      {},
      { ...stopped, region: 'iad', config: { checks: { alive: { type: 'tcp', port: 8080 } } } },
      { ...stopped, id: '148e21ea7e4689', processGroup: 'worker' },
      {
        name: 'worker-2',
        processGroup: 'worker',
        metadata: { keep: 'true', 'keep-alive-until': hoursAgo(1) },
      },
    ],
  },
  {
    name: 'staging-web',
    machines: [
      ...[idle, idle, busy, idle, idle],
      { ...stopped, metadata: { 'marked-night': `${hoursAgo(10)} stopped acme/ops/1` } },
    ].map(inTwoRegions),
  },
  {
    name: 'staging-billing',
    machines: [{ ...idle, metadata: { 'marked-idle': `${hoursAgo(24)} announced acme/ops/2` } }],
  },
  {
    name: 'tools',
    machines: [{ metadata: { hours: 'Mon-Fri 07:30-18:00 Europe/Berlin' } }, { metadata: { sleeps: 'yes' } }],
  },
];

function inTwoRegions(spec: MachineSpec, index: number): MachineSpec {
  return { ...spec, region: index < 3 ? 'fra' : 'iad' };
}

function hoursAgo(hours: number): string {
  return new Date(BEGIN - hours * HOUR).toISOString();
}
