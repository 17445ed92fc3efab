import type { MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, spread, turn } from './scene.js';

const APP = 'shop-api';

/** A stopped machine that boots at its own pace. */
function stopped(index: number): MachineSpec {
  const bootMs = 1_100 + spread(index, 9) * 450;
  return { state: 'stopped', region: turn(['fra', 'iad', 'ams'], index), behaviour: { bootMs } };
}

/** A machine that the host has no room for. */
const CROWDED: MachineSpec = { behaviour: { start: 'no-capacity' } };
/** A machine whose program ends right after it is up. */
const BROKEN: MachineSpec = {
  config: { restart: { policy: 'no' } },
  behaviour: { boot: 'exits', bootMs: 2_400, exitAfterMs: 1_300, exitCode: 78 },
};
/** A machine that stays in starting. */
const STUCK: MachineSpec = { behaviour: { boot: 'never' } };

function fleet(count: number, others: Readonly<Record<number, MachineSpec>>): MachineSpec[] {
  return group('worker', count, (index) => ({ ...stopped(index), ...others[index + 1] }));
}

export const START_SCENES: readonly Scene[] = [
  {
    name: 'start-12',
    says: 'start of 12 machines: 2 were up already, one finds no room, the program of one ends with exit code 78',
    command: 'start',
    inputs: { app: APP, 'process-group': 'worker', settle: '5s' },
    apps: [
      {
        name: APP,
        machines: fleet(12, { 2: { state: 'started' }, 5: { state: 'started' }, 6: CROWDED, 10: BROKEN }),
      },
    ],
  },
  {
    name: 'start-200',
    says: 'start of 200 machines, of which 3 fail in two ways',
    command: 'start',
    inputs: { app: APP, 'process-group': 'worker', settle: '5s' },
    apps: [{ name: APP, machines: fleet(200, { 41: CROWDED, 118: CROWDED, 173: BROKEN }) }],
  },
  {
    name: 'start-well',
    says: 'start of 4 machines, all well',
    command: 'start',
    inputs: { app: APP, 'process-group': 'worker', restore: 'true' },
    apps: [{ name: APP, machines: fleet(4, {}) }],
  },
  {
    name: 'start-cancelled',
    says: 'start of 9 machines in a job that is cancelled after 6 seconds',
    command: 'start',
    inputs: { app: APP, 'process-group': 'worker', 'max-concurrent': '3' },
    apps: [{ name: APP, machines: fleet(9, { 3: STUCK, 4: STUCK }) }],
    cancelledAfterMs: 6_000,
  },
  {
    name: 'start-10000',
    says: 'start of 10,000 machines, for none of which there is room',
    command: 'start',
    inputs: { app: APP, 'process-group': 'worker', timeout: '1h', 'max-concurrent': '500' },
    settings: { rateLimits: false },
    apps: [{ name: APP, machines: group('worker', 10_000, () => ({ state: 'stopped', ...CROWDED })) }],
    huge: true,
  },
];
