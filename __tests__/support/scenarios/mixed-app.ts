import type { MachineSpec } from '../../../emulator/machines/build.js';
import { APP, WEB, WORKERS } from './scenario.js';

const [FIRST, SECOND, THIRD] = WORKERS;
export const STANDBY = 'f00000000001';
const LONELY = 'f00000000002';

const proxied = { services: [{ autostop: 'stop' as const, autostart: true }] };

/** Machines of each kind that a plan tells apart. */
export const MIXED: readonly MachineSpec[] = [
  { id: FIRST, name: 'worker-1', state: 'stopped' },
  { id: SECOND, name: 'worker-2', cordoned: true },
  { id: THIRD, name: 'worker-3', metadata: { keep: 'true' } },
  { id: WEB, name: 'web-1', config: proxied },
  { id: STANDBY, name: 'standby', config: { standbys: [WEB] } },
  { id: LONELY, name: 'lonely', state: 'suspended' },
];

export const mixed = [{ name: APP, machines: MIXED }];
