import type { MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, spread, turn } from './scene.js';

const APP = 'shop-api';
const checks = { up: { type: 'http', port: 8080, path: '/up', interval: '10s', timeout: '2s' } };

function serving(index: number): MachineSpec {
  return {
    region: turn(['fra', 'iad', 'ams'], index),
    config: { checks },
    behaviour: { bootMs: 1_500 + spread(index, 5) * 300, checksPassMs: 2_000 + spread(index, 7) * 500 },
  };
}

/** A machine that has become healthy in the end, and after a restart doesn't in time. */
const SLOW: MachineSpec = {
  sinceMs: 5 * 3_600_000,
  behaviour: { bootMs: 2_100, checksPassMs: 4 * 3_600_000 },
};

const worker = (index: number): MachineSpec => ({
  region: turn(['fra', 'iad'], index),
  state: index === 3 ? 'stopped' : 'started',
});

export const RESTART_SCENES: readonly Scene[] = [
  {
    name: 'restart-rolling',
    says: 'rolling restart of 9 web machines and 4 workers, all well',
    command: 'restart',
    inputs: { app: APP, machines: 'all' },
    apps: [{ name: APP, machines: [...group('web', 9, serving), ...group('worker', 4, worker)] }],
  },
  {
    name: 'restart-broken-off',
    says: 'rolling restart of 9 web machines, one at a time, broken off at the one that stays unhealthy',
    command: 'restart',
    inputs: { app: APP, machines: 'all', 'max-unavailable': '1', timeout: '5m' },
    apps: [
      {
        name: APP,
        machines: group('web', 9, (index) => ({ ...serving(index), ...(index === 3 ? SLOW : {}) })),
      },
    ],
  },
];
