import type { AppMachine } from '../result/app-machine.js';
import type { RollingGroup } from './groups.js';

/** Time in ms that a machine may take to boot. */
const BOOT_MS = 60_000;
/** Time in ms that checks may take to pass, beside what their configuration gives them. */
const CHECKS_MS = 60_000;
/** Longest time in ms that a restart gives itself. */
const LONGEST_MS = 7_200_000;

/** Parts of the time that one machine takes, in ms. */
export interface MachineTimes {
  readonly killTimeout: (machine: AppMachine) => number;
  /** True where checks are waited for. */
  readonly hasChecks: (machine: AppMachine) => boolean;
  /** Time in ms after which it is looked at once more. */
  readonly settling: (machine: AppMachine) => number;
}

/** Returns how long all rounds may take, in ms: groups go side by side, and a round takes as long as its slowest machine. */
export function timeFor(groups: readonly RollingGroup[], times: MachineTimes): number {
  const { killTimeout, hasChecks, settling } = times;
  const timeOf = (machine: AppMachine) =>
    killTimeout(machine) +
    BOOT_MS +
    (hasChecks(machine) ? CHECKS_MS + machine.checksTake : 0) +
    settling(machine);
  const all = groups.map(({ rounds }) =>
    rounds.reduce((sum, round) => sum + Math.max(0, ...round.map(timeOf)), 0),
  );
  return Math.min(Math.max(0, ...all), LONGEST_MS);
}
