import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { LOADS } from '../../emulator/metrics/load.js';
import { type Scene, spread, turn } from './scene.js';

const HOUR = 3_600_000;
const NAMES = [
  'api',
  'web',
  'billing',
  'search',
  'mail',
  'reports',
  'auth',
  'jobs',
  'docs',
  'media',
] as const;
const STAGES = ['staging', 'preview', 'qa', 'demo', 'load', 'spike'] as const;

/** Machines of an app that nobody may need at night, each for a reason of its own. */
function machinesOf(app: number): MachineSpec[] {
  return Array.from({ length: 4 }, (_, index) => {
    const n = app * 4 + index;
    const group = index < 2 ? 'web' : 'worker';
    const base: MachineSpec = {
      name: `${group}-${(index % 2) + 1}`,
      processGroup: group,
      region: turn(['fra', 'iad'], n),
      sinceMs: (2 + spread(n, 40)) * HOUR,
      config: { guest: turn([SMALL, SMALL, LARGE], n) },
    };
    switch (spread(n, 12)) {
      case 0:
      case 1:
      case 2:
        return { ...base, state: 'stopped' };
      case 3:
      case 4:
        return { ...base, behaviour: { load: LOADS.busy } };
      case 5:
        return { ...base, behaviour: { load: LOADS.brief } };
      case 6:
        return { ...base, metadata: { 'keep-alive': 'true' }, behaviour: { load: LOADS.idle } };
      case 7:
        return { ...base, sinceMs: 10 * 60_000, behaviour: { load: LOADS.idle } };
      case 8:
        return { ...base, cordoned: true, behaviour: { load: LOADS.idle } };
      default:
        return { ...base, behaviour: { load: LOADS.idle } };
    }
  });
}

const SMALL = { cpu_kind: 'shared', cpus: 1, memory_mb: 256 };
const LARGE = { cpu_kind: 'performance', cpus: 2, memory_mb: 4_096 };

const apps: readonly AppSpec[] = STAGES.flatMap((stage, row) =>
  NAMES.map((name, column) => ({
    name: `${stage}-${name}`,
    machines: machinesOf(row * NAMES.length + column),
  })),
);

const inputs = {
  org: 'my-org',
  app: '*, !demo-billing',
  region: 'fra, iad',
  keep: 'process-group=1',
  'idle-for': '45m',
};

export const IDLE_SCENES: readonly Scene[] = [
  {
    name: 'stop-idle-dry-run',
    says: 'stop-idle of 60 apps, as a dry run',
    command: 'stop-idle',
    inputs: { ...inputs, 'dry-run': 'true' },
    apps,
  },
  {
    name: 'stop-idle',
    says: 'stop-idle of 60 apps, for real',
    command: 'stop-idle',
    inputs,
    apps,
  },
  {
    name: 'stop-idle-announced',
    says: 'stop-idle of 3 apps, which announces its stops a day ahead',
    command: 'stop-idle',
    inputs: { org: 'my-org', app: '*', region: 'fra, iad', announce: '24h' },
    apps: apps.slice(0, 3),
  },
];
