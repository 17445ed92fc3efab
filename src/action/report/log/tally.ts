import type { AppMachine } from '../../../commands/result/app-machine.js';
import type { MachineResult, Outcome } from '../../../commands/result/result.js';
import { keyOf } from '../../../machines/api/machine-path.js';
import { formatDuration } from '../../../text.js';
import { machineName } from '../machine-line.js';

/** Most machines that a line names; with more of them under way, names say little. */
const MOST_WAITING_NAMED = 3;

/** Options of a tally. */
export interface TallyOptions {
  readonly machines: readonly AppMachine[];
  /** Past participle for a machine that went well, such as `started`. */
  readonly past: string;
  /** Time in Unix ms at which the work began. */
  readonly since: number;
  /** True for several apps, so that machines are named with theirs. */
  readonly withApp: boolean;
}

/** Count of machines by outcome, and the machines that are still under way. */
export class Tally {
  readonly options: TallyOptions;
  readonly #numbers = new Map<Outcome, number>();
  readonly #out: Map<string, AppMachine>;
  /** Machines whose turn it is; undefined where machines take no turns. */
  #underWay: Set<string> | undefined;

  constructor(options: TallyOptions) {
    this.options = options;
    this.#out = new Map(options.machines.map((machine) => [keyOf(machine), machine]));
  }

  /** Counts a machine that is done. */
  add({ machine, outcome }: MachineResult): void {
    this.#numbers.set(outcome, this.#of(outcome) + 1);
    this.#out.delete(keyOf(machine));
    this.#underWay?.delete(keyOf(machine));
  }

  /** Notes a machine whose turn has come. */
  turn(machine: AppMachine): void {
    this.#underWay ??= new Set();
    this.#underWay.add(keyOf(machine));
  }

  /**
   * Returns how far the work is at `now` (Unix ms): `199 of 200 started, 41 s; waiting for 148e21ea7e4689 (web-1)`, or where
   * machines take turns `restarted 4 of 12, 2 under way, 0 failed, 48 s; waiting for …`.
   */
  line(now: number): string {
    const { machines, past, since, withApp } = this.options;
    const well = this.#of('changed') + this.#of('unchanged');
    const turns = this.#underWay;
    const others = (['requested', 'skipped', 'failed'] as const).filter(
      (outcome) => this.#of(outcome) > 0 || (turns !== undefined && outcome === 'failed'),
    );
    const counts = [
      turns === undefined ? `${well} of ${machines.length} ${past}` : `${past} ${well} of ${machines.length}`,
      ...(turns === undefined ? [] : [`${turns.size} under way`]),
      ...others.map((outcome) => `${this.#of(outcome)} ${outcome}`),
      formatDuration(now - since),
    ].join(', ');
    const awaited = [...this.#out].filter(([key]) => turns?.has(key) !== false);
    if (awaited.length === 0 || awaited.length > MOST_WAITING_NAMED) return counts;
    const names = awaited.map(([, machine]) => machineName(machine, withApp));
    return `${counts}; waiting for ${names.join(', ')}`;
  }

  #of(outcome: Outcome): number {
    return this.#numbers.get(outcome) ?? 0;
  }
}
