import type { Outcome } from '../../emulator/machines/behaviour.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import { group, type Scene, turn } from './scene.js';

const APP = 'shop-api';

const web = group('web', 4, (index) => ({
  region: turn(['fra', 'iad'], index),
  behaviour: { exec: () => (index === 2 ? FAILS : RUNS) },
}));

/** A migration that goes well, and one that another has locked out; with what programs print at best and at worst. */
const RUNS: Outcome = { takesMs: 2_300, stdout: '== 20250114 AddIndexToOrders: migrated (1.93s) ==\n' };
const FAILS: Outcome = {
  takesMs: 31_000,
  exitCode: 1,
  stderr: [
    'bin/rails aborted!',
    'ActiveRecord::LockWaitTimeout: PG::LockNotAvailable: ERROR:  canceling statement due to lock timeout | `orders`',
    'Tasks: TOP => db:migrate (See full trace by running task with --trace)\n',
  ].join('\n'),
};

const asleep: MachineSpec = { state: 'stopped' };

export const TROUBLE_SCENES: readonly Scene[] = [
  {
    name: 'exec-fails',
    says: 'exec of a migration in 4 machines, one of which fails',
    command: 'exec',
    inputs: { app: APP, 'process-group': 'web', run: 'bin/rails db:migrate' },
    apps: [{ name: APP, machines: web }],
  },
  {
    name: 'input-errors',
    says: 'start with three inputs that are wrong; nothing is sent',
    command: 'start',
    inputs: { app: APP, region: '', timeout: '5 minuts', state: 'running' },
    apps: [{ name: APP, machines: web }],
  },
  {
    name: 'token-of-another-app',
    says: 'stop of an app that the token is not for',
    command: 'stop',
    inputs: { app: 'billing', machines: 'all' },
    apps: [
      { name: APP, machines: web },
      { name: 'billing', machines: [asleep] },
    ],
    token: { app: APP },
  },
  {
    name: 'lease-held',
    says: 'stop of 4 machines while a deploy holds one of them',
    command: 'stop',
    inputs: { app: APP, machines: 'all', timeout: '20s' },
    apps: [{ name: APP, machines: web }],
    before: ({ fly }) =>
      void fly.takeLease(APP, 'web-2', { by: 'ada@example.com', ttlS: 1_800, description: 'deploy by ada' }),
  },
];
