import { rangeWindow } from '../../src/metrics/range-window.js';
import { knownMachines } from './fleet-metrics.js';
import { type MachineLife, WAITING } from './machine-life.js';

/** The present, in Unix milliseconds; Prometheus gets its samples for the time before. */
export const NOW = Date.UTC(2025, 0, 15, 12, 0, 17);
const WINDOW_MS = 30 * 60_000;
export const WINDOW = rangeWindow(NOW, WINDOW_MS);

/** A query of the user's own. */
export const OWN_QUERY = 'max by (instance) (max_over_time(job_queue_depth{app="$app"}[$step]))';

export const FLEET_APP = 'my-app';
export const OTHER_APP = 'my-app-2';

/** The 200 machines of the app. */
export const MACHINES = knownMachines(FLEET_APP, 10);

const BUSY: MachineLife = {
  ...WAITING,
  inFlight: () => 9,
  perSecond: () => 9,
  busy: () => 0.9,
  depth: () => 9,
};

/**
 * Machines with the same ids in another app, where they are busy: a client that confuses the two gets wrong
 * results.
 */
export const NEIGHBOURS = MACHINES.slice(0, 40).map((it) => ({
  ...it,
  app: OTHER_APP,
  interval: 60,
  life: BUSY,
}));
