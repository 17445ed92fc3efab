import { type ActionError, asActionError } from '../../errors.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { type KeepAliveMark, keptAlive } from '../keep-alive/mark.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import type { Task } from './command-spec.js';
import {
  type ChangedMachine,
  conditionOf,
  type RecordedCommand,
  type RestoreKeeper,
} from './restore-record.js';
import { SentRequests } from './sent-requests.js';

/** What a step is about to do, as far as it is to be put back. */
export interface RestorePlan extends RecordedCommand {
  /** What it is about to change, as it was listed. */
  readonly machines: readonly ChangedMachine[];
  /** What it is about to hold only. */
  readonly held: readonly AppMachine[];
}

/** Where a record is kept until the post step. */
export interface RecordStore {
  /**
   * Makes ready for what is planned; called again where that has become more, with what is new at the end. Throws where it
   * can't all be kept; nothing may be done then.
   */
  open(plan: RestorePlan): Promise<void>;
  /** Keeps a machine of the plan, or what is known of it now. Throws where that can't be done. */
  keep(machine: ChangedMachine): void;
  /** Takes back a machine that was kept. Never throws: the post looks at each machine before it touches it. */
  drop(machine: ChangedMachine): void;
  /** Keeps one more hold. Throws where that can't be done. */
  mark(held: KeepAliveMark): void;
  /** Writes over what was kept what is known of it in the end. Never throws, either. */
  close(machines: readonly ChangedMachine[]): void;
}

/** Keeps the record of one step: each machine as it is right before a request goes out to it, and afterwards what came about. */
export class RecordKeeper implements RestoreKeeper {
  /** To be told of the step's requests, since only what was sent can have changed anything. */
  readonly requests = new SentRequests({
    sent: (machine) => this.#keep(this.#changed(machine)),
    undone: (machine) => this.#drop(keyOf(machine)),
  });
  readonly #undoing: RecordedCommand;
  readonly #holds: boolean;
  readonly #store: RecordStore;
  #plan: RestorePlan;
  /** All that would write the plan wait for the one before. */
  #opening: Promise<void> = Promise.resolve();
  readonly #kept = new Map<string, ChangedMachine>();
  /** Why nothing can be held. */
  #unheld: ActionError | undefined;

  /** `holds`: whether what is not changed is held as well. */
  constructor(undoing: RecordedCommand, holds: boolean, store: RecordStore) {
    this.#undoing = undoing;
    this.#holds = holds;
    this.#store = store;
    this.#plan = { ...undoing, machines: [], held: [] };
  }

  before(steps: readonly Task[]): Promise<void> {
    const opened = this.#opening.then(() => this.#open(steps));
    this.#opening = opened.catch(() => undefined); // Who waits for `opened` hears of it.
    return opened;
  }

  mark(held: KeepAliveMark): void {
    if (this.#unheld !== undefined) throw this.#unheld;
    this.#store.mark(held);
  }

  after({ machine, state, outcome }: MachineResult): void {
    // Somebody else has brought it there.
    if (outcome === 'unchanged') this.requests.delete(machine);
    const kept = this.#kept.get(keyOf(machine));
    if (kept !== undefined && outcome === 'changed')
      this.#kept.set(keyOf(machine), { ...kept, left: this.#leftIn(state) });
  }

  end(): void {
    if (this.#plan.machines.length + this.#plan.held.length === 0) return;
    this.#store.close([...this.#kept.values()]);
  }

  async #open(steps: readonly Task[]): Promise<void> {
    const { machines, held } = this.#plan;
    const known = new Set([...machines, ...held].map(keyOf));
    const fresh = (them: readonly Task[]) =>
      them.map(({ machine }) => machine).filter((machine) => !known.has(keyOf(machine)));
    const toChange = fresh(steps.filter(({ kind }) => kind === 'change'));
    const toHold = this.#holds ? fresh(steps.filter(({ kind }) => kind === 'await')) : [];
    if (toChange.length + toHold.length === 0) return;
    const plan = {
      ...this.#undoing,
      machines: [...machines, ...toChange.map((it) => this.#changed(it))],
      held: [...held, ...toHold],
    };
    try {
      await this.#store.open(plan);
    } catch (error) {
      if (toChange.length > 0) throw error;
      // A hold that can't be kept isn't written, and that is all.
      this.#unheld = asActionError(error);
      return;
    }
    // Only what the store has taken.
    this.#plan = plan;
  }

  #changed(machine: AppMachine): ChangedMachine {
    const { app, id, instanceId: version = '' } = machine;
    const from = conditionOf(this.#undoing.command, machine);
    return {
      ...{ app, id, version, from },
      ...(keptAlive(machine) !== undefined && { keptAlive: true }),
      ...(machine.autoDestroy && { endsWithStop: true }),
    };
  }

  #keep(machine: ChangedMachine): void {
    this.#store.keep(machine);
    this.#kept.set(keyOf(machine), machine);
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#store.drop(kept);
  }

  #leftIn(state: string): string {
    if (this.#undoing.command === 'cordon') return 'cordoned';
    return this.#undoing.command === 'uncordon' ? 'uncordoned' : state;
  }
}
