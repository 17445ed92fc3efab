import type { AppMachine } from './selection.js';

/** How many machines stay started at least, in each app, or in each of its regions or process groups. */
export interface Keep {
  readonly per: 'app' | 'region' | 'process-group';
  readonly least: number;
}

/** Counts the started machines of a fleet down, as they are given up one by one. */
export class Keeping {
  readonly #keeps: readonly Keep[];
  readonly #started = new Map<string, number>();

  /** `machines` are all that there are, chosen or not: what is left running anywhere counts. */
  constructor(keeps: readonly Keep[], machines: readonly AppMachine[]) {
    this.#keeps = keeps;
    for (const machine of machines.filter(({ state }) => state === 'started')) {
      for (const keep of keeps) {
        const group = groupOf(machine, keep);
        this.#started.set(group, (this.#started.get(group) ?? 0) + 1);
      }
    }
  }

  /** Gives a started machine up; returns why it must stay instead, where too few would be left. */
  giveUp(machine: AppMachine): string | undefined {
    const groups = this.#keeps.map((keep) => ({ keep, group: groupOf(machine, keep) }));
    const short = groups.find(({ keep, group }) => (this.#started.get(group) ?? 0) <= keep.least);
    if (short !== undefined) return `kept: ${short.keep.least} started at least per ${WORDS[short.keep.per]}`;
    for (const { group } of groups) this.#started.set(group, (this.#started.get(group) ?? 0) - 1);
    return undefined;
  }
}

const WORDS = { app: 'app', region: 'region', 'process-group': 'process group' } as const;

function groupOf(machine: AppMachine, { per }: Keep): string {
  const { app, region, processGroup = '' } = machine;
  const part = per === 'region' ? region : per === 'process-group' ? processGroup : '';
  return JSON.stringify([per, app, part]);
}
