import type { MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, spread, turn } from './scene.js';

const APP = 'shop-api';
const checks = { up: { type: 'http', port: 8080, path: '/up' } };

function asleep(index: number): MachineSpec {
  const region = turn(['fra', 'iad'], index);
  const full = region === 'iad' && index > 2;
  return {
    region,
    state: index === 0 ? 'started' : turn(['suspended', 'stopped'], index),
    config: { checks },
    behaviour: {
      bootMs: 900 + spread(index, 5) * 400,
      checksPassMs: 1_500 + spread(index, 7) * 400,
      ...(full ? { start: 'no-capacity' } : {}),
    },
  };
}

export const WARM_SCENES: readonly Scene[] = [
  {
    name: 'warm-up-short',
    says: 'warm-up of 3 machines in fra and 4 in iad, where the hosts are full',
    command: 'warm-up',
    inputs: { app: APP, count: 'fra=3, iad=4', hold: '2h' },
    apps: [{ name: APP, machines: group('web', 10, asleep) }],
  },
  {
    name: 'warm-up-well',
    says: 'warm-up of 4 of 10 machines, all well',
    command: 'warm-up',
    inputs: { app: APP, count: 'fra=3, iad=1' },
    apps: [{ name: APP, machines: group('web', 10, asleep) }],
  },
];
