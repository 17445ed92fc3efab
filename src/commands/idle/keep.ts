import { isHealthy } from '../../machines/checks.js';
import { guardOf } from '../../machines/machine/guards.js';
import type { AppMachine } from '../result/app-machine.js';

/** Number of machines that stay started at least, in each app, or in each of its regions or process groups. */
export interface Keep {
  readonly per: 'app' | 'region' | 'process-group';
  readonly least: number;
}

/** Count of a fleet's started machines, as they are given up one by one. */
export class Keeping {
  readonly #keeps: readonly Keep[];
  readonly #started = new Map<string, number>();

  /** Counts `machines`, which are all that there are, chosen or not: any that may serve counts. */
  constructor(keeps: readonly Keep[], machines: readonly AppMachine[]) {
    this.#keeps = keeps;
    for (const machine of machines.filter(serves)) {
      for (const keep of keeps) {
        const group = groupOf(machine, keep);
        this.#started.set(group, (this.#started.get(group) ?? 0) + 1);
      }
    }
  }

  /**
   * Gives a started machine up; returns why it must stay instead, where too few would be left. A machine with failing
   * checks doesn't count, yet is given up only while enough healthy ones remain: it may recover, a stopped one won't.
   */
  giveUp(machine: AppMachine): string | undefined {
    if (!mayServe(machine)) return undefined;
    const own = serves(machine) ? 1 : 0;
    const groups = this.#keeps.map((keep) => ({ keep, group: groupOf(machine, keep) }));
    const short = groups.find(({ keep, group }) => (this.#started.get(group) ?? 0) - own < keep.least);
    if (short !== undefined) {
      const { least, per } = short.keep;
      return `kept: ${least} started at least per ${UNITS[per]}`;
    }
    for (const { group } of groups) this.#started.set(group, (this.#started.get(group) ?? 0) - own);
    return undefined;
  }
}

function serves(machine: AppMachine): boolean {
  return mayServe(machine) && isHealthy(machine);
}

/**
 * Returns whether a machine keeps its app up: not a console, a standby, a job that ends, a machine out of rotation or
 * reach, or one that Fly lists as started without knowing more of it, not even when it last changed (flyctl#1302).
 */
function mayServe(machine: AppMachine): boolean {
  const { state, cordoned, hostStatus, schedule, autoDestroy, updatedAt } = machine;
  const isJob = autoDestroy || schedule !== undefined;
  const isKnown = hostStatus === 'ok' && updatedAt !== undefined;
  return state === 'started' && isKnown && !cordoned && !isJob && guardOf(machine) === undefined;
}

const UNITS = { app: 'app', region: 'region', 'process-group': 'process group' } as const;

function groupOf(machine: AppMachine, { per }: Keep): string {
  const { app, region, processGroup = '' } = machine;
  const part = per === 'region' ? region : per === 'process-group' ? processGroup : '';
  return JSON.stringify([per, app, part]);
}
