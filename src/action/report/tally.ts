import type { AppMachine } from '../../commands/result/app-machine.js';
import type { MachineResult, Outcome } from '../../commands/result/result.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { formatDuration } from '../../text.js';
import { machineName } from './machine-line.js';

/** While more are out, their names say little. */
const MOST_NAMED = 3;

/** How a step's work is told of. */
export interface TallyOptions {
  readonly machines: readonly AppMachine[];
  /** What was done to a machine that it went well with. */
  readonly past: string;
  /** When the work began, by the clock. */
  readonly since: number;
  /** Whether there are several apps. */
  readonly withApp: boolean;
}

/** How many machines have come to what, and which are still out. */
export class Tally {
  readonly options: TallyOptions;
  readonly #numbers = new Map<Outcome, number>();
  readonly #out: Map<string, AppMachine>;

  constructor(options: TallyOptions) {
    this.options = options;
    this.#out = new Map(options.machines.map((machine) => [keyOf(machine), machine]));
  }

  /** Takes note of a machine that is done. */
  add({ machine, outcome }: MachineResult): void {
    this.#numbers.set(outcome, this.#of(outcome) + 1);
    this.#out.delete(keyOf(machine));
  }

  /** `199 of 200 started, 41 s; waiting for 148e21ea7e4689 (web-1)` */
  line(now: number): string {
    const { machines, past, since, withApp } = this.options;
    const well = this.#of('changed') + this.#of('unchanged');
    const others = (['requested', 'skipped', 'failed'] as const).filter((outcome) => this.#of(outcome) > 0);
    const counts = [
      `${well} of ${machines.length} ${past}`,
      ...others.map((outcome) => `${this.#of(outcome)} ${outcome}`),
      formatDuration(now - since),
    ].join(', ');
    if (this.#out.size === 0 || this.#out.size > MOST_NAMED) return counts;
    const names = [...this.#out.values()].map((machine) => machineName(machine, withApp));
    return `${counts}; waiting for ${names.join(', ')}`;
  }

  #of(outcome: Outcome): number {
    return this.#numbers.get(outcome) ?? 0;
  }
}
