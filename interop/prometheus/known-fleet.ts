import { rangeWindow } from '../../src/metrics/range-window.js';
import { knownMachines } from './fleet-metrics.js';
import { type MachineLife, WAITING } from './machine-life.js';

/** When it is; Prometheus is asked for what it was told of before. In Unix milliseconds. */
export const NOW = Date.UTC(2025, 0, 15, 12, 0, 17);
export const WINDOW_MS = 30 * 60_000;
export const WINDOW = rangeWindow(NOW, WINDOW_MS);

/** A query of the user's own. */
export const OWN = 'max by (instance) (max_over_time(job_queue_depth{app="$app"}[$step]))';

export const APP = 'my-app';
export const OTHER_APP = 'my-app-2';

/** The 200 machines of the app. */
export const MACHINES = knownMachines(APP, 10);

const BUSY: MachineLife = {
  ...WAITING,
  inFlight: () => 9,
  perSecond: () => 9,
  busy: () => 0.9,
  depth: () => 9,
};

/** The same ids in another app, and busy there: whoever takes them for ours is wrong. */
export const NEIGHBOURS = MACHINES.slice(0, 40).map((it) => ({
  ...it,
  app: OTHER_APP,
  interval: 60,
  life: BUSY,
}));
