import type { Doing } from './engine.js';
import { keptAlive } from './idle.js';
import {
  type Changed,
  conditionOf,
  type Held,
  keyOf,
  type Restorable,
  type RestoreKeeper,
  type RestoreRecord,
} from './restore-record.js';
import type { MachineResult } from './result.js';
import { Touched } from './touched.js';

/** Where a record is kept until the post step. */
export interface RecordStore {
  /** Keeps what is about to be changed. Throws where that can't be done. */
  open(record: RestoreRecord): void;
  /** Keeps one more hold, beside what was opened. Throws where that can't be done. */
  hold(held: Held): void;
  /** Writes over it what is known now, in the same order; `undefined` where there is nothing to put back. Holds stay. */
  close(machines: readonly (Changed | undefined)[]): void;
}

/** Keeps the record of one step: what it is about to change, and afterwards what of that came about. */
export class RecordKeeper implements RestoreKeeper {
  /** To be told of the step's requests, since only what was sent can have changed anything. */
  readonly touched = new Touched();
  readonly #command: Restorable;
  readonly #fallback: RestoreRecord['fallback'];
  readonly #store: RecordStore;
  #kept = new Map<string, Changed>();
  #isOpen = false;

  constructor(command: Restorable, fallback: RestoreRecord['fallback'], store: RecordStore) {
    this.#command = command;
    this.#fallback = fallback;
    this.#store = store;
  }

  before(steps: readonly Doing[]): void {
    const kept = new Map(this.#kept);
    for (const { kind, machine } of steps) {
      if (kind !== 'change') continue;
      const { app, id, instanceId: version = '' } = machine;
      const from = conditionOf(this.#command, machine);
      const isKept = keptAlive(machine) !== undefined;
      kept.set(keyOf(machine), { app, id, version, from, ...(isKept && { keptAlive: true }) });
    }
    if (kept.size > this.#kept.size) this.#open(kept);
  }

  hold(held: Held): void {
    // Of machines that are all started already, none is to be changed.
    if (!this.#isOpen) this.#open(this.#kept);
    this.#store.hold(held);
  }

  after({ machine, state, outcome }: MachineResult): void {
    const key = keyOf(machine);
    const kept = this.#kept.get(key);
    // Somebody else has brought it there.
    if (outcome === 'unchanged') this.touched.delete(machine);
    if (kept !== undefined && outcome === 'changed')
      this.#kept.set(key, { ...kept, left: this.#leftIn(state) });
  }

  end(): void {
    if (this.#kept.size === 0) return;
    const machines = [...this.#kept.values()].map((kept) => (this.touched.has(kept) ? kept : undefined));
    this.#store.close(machines);
  }

  #open(kept: Map<string, Changed>): void {
    this.#store.open({ command: this.#command, fallback: this.#fallback, machines: [...kept.values()] });
    // Only what the store has taken: what it closes must be that.
    this.#kept = kept;
    this.#isOpen = true;
  }

  #leftIn(state: string): string {
    if (this.#command === 'cordon') return 'cordoned';
    return this.#command === 'uncordon' ? 'uncordoned' : state;
  }
}
