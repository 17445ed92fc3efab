import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { LOADS, type Load } from '../../emulator/metrics/load.js';
import { NOON, spread, turn } from './scene.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
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
const STAGES = ['staging', 'preview', 'qa', 'demo', 'load-test', 'pr-1482'] as const;

const SMALL = { cpu_kind: 'shared', cpus: 1, memory_mb: 256 };
const MIDDLE = { cpu_kind: 'shared', cpus: 4, memory_mb: 1_024 };
const LARGE = { cpu_kind: 'performance', cpus: 2, memory_mb: 4_096 };

/** Work that ended some hours ago. */
function quietSince(hours: number): Load {
  return { requests: (at) => (at < NOON - hours * HOUR ? 3 : 0) };
}

/** What a machine is up to: of a hundred, how many do so. */
const LIVES: readonly (readonly [share: number, life: (n: number) => Partial<MachineSpec>])[] = [
  [22, () => ({ state: 'stopped' })],
  [4, () => ({ state: 'suspended' })],
  [12, () => ({ behaviour: { load: LOADS.busy } })],
  [8, () => ({ behaviour: { load: LOADS.brief } })],
  [3, () => ({ metadata: { 'keep-alive': 'true' }, behaviour: { load: LOADS.idle } })],
  [6, () => ({ sinceMs: 10 * MINUTE, behaviour: { load: LOADS.idle } })],
  [2, () => ({ cordoned: true, behaviour: { load: LOADS.idle } })],
  [2, () => ({ behaviour: { load: LOADS.unmeasured } })],
  [1, () => ({ behaviour: { unreachable: true } })],
  [40, (n) => ({ behaviour: { load: quietSince(1 + spread(n + 9, 30)) } })],
];

function lifeOf(n: number): Partial<MachineSpec> {
  let left = spread(n, 100);
  for (const [share, life] of LIVES) {
    if (left < share) return life(n);
    left -= share;
  }
  return {};
}

/** Machines of an app that few need at night. */
function machinesOf(app: number): MachineSpec[] {
  return Array.from({ length: 2 + spread(app, 5) }, (_, index) => {
    const n = app * 7 + index;
    const processGroup = index % 2 === 0 ? 'web' : 'worker';
    return {
      name: `${processGroup}-${Math.floor(index / 2) + 1}`,
      processGroup,
      region: turn(['fra', 'iad'], n),
      sinceMs: (2 + spread(n + 3, 50)) * HOUR,
      config: { guest: turn([SMALL, SMALL, MIDDLE, LARGE], spread(app, 4)) },
      ...lifeOf(n),
    };
  });
}

/** Makes sixty apps beside production, none of them busy throughout; `of` tells several such sixties apart. */
function sixtyApps(of = 0): AppSpec[] {
  return STAGES.flatMap((stage, row) =>
    NAMES.map((name, column) => ({
      name: of === 0 ? `${stage}-${name}` : `${stage}-${name}-${of}`,
      machines: machinesOf((of * STAGES.length + row) * NAMES.length + column),
    })),
  );
}

export const SIXTY_APPS: readonly AppSpec[] = sixtyApps();

/** Apps that have ten thousand machines among them. */
export const MANY_APPS: readonly AppSpec[] = Array.from({ length: 42 }, (_, of) => sixtyApps(of)).flat();
