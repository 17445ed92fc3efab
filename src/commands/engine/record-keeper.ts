import { type ActionError, asActionError } from '../../errors.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { type Hold, keptAlive } from '../keep-alive/hold.js';
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

/** Plan of a step, as far as it is to be put back. */
export interface RestorePlan extends RecordedCommand {
  /** Machines that it is about to change, as they were listed. */
  readonly machines: readonly ChangedMachine[];
  /** Machines that it is about to hold only. */
  readonly held: readonly AppMachine[];
}

/** Store of a record until the post step. */
export interface RecordStore {
  /**
   * Makes room for a plan; called again for a plan that has grown, with the new machines at its end. Throws where it can't
   * all be kept: nothing may be done then.
   */
  open(plan: RestorePlan): Promise<void>;
  /** Keeps a machine of the plan, as it is known now. Throws where that can't be done. */
  keep(machine: ChangedMachine): void;
  /** Drops a machine that was kept. Never throws: the post step looks at each machine before it changes it. */
  drop(machine: ChangedMachine): void;
  /** Keeps one more hold. Throws where that can't be done. */
  hold(held: Hold): void;
  /** Replaces what was kept by what is known in the end. Never throws. */
  close(machines: readonly ChangedMachine[]): void;
}

/** Keeper of one step's record: each machine as it is right before a request goes out to it, and afterwards what came of it. */
export class RecordKeeper implements RestoreKeeper {
  /** Requests of the step: only a request can have changed anything. */
  readonly requests = new SentRequests({
    sent: (machine) => this.#keep(this.#changed(machine)),
    undone: (machine) => this.#drop(keyOf(machine)),
  });
  readonly #command: RecordedCommand;
  readonly #holds: boolean;
  readonly #store: RecordStore;
  #plan: RestorePlan;
  /** End of the last writing of the plan, for which the next one waits. */
  #opening: Promise<void> = Promise.resolve();
  readonly #kept = new Map<string, ChangedMachine>();
  /** Error since which no hold can be kept. */
  #markError: ActionError | undefined;

  /** Keeps holds on machines that are not changed as well, where it `holds`. */
  constructor(command: RecordedCommand, holds: boolean, store: RecordStore) {
    this.#command = command;
    this.#holds = holds;
    this.#store = store;
    this.#plan = { ...command, machines: [], held: [] };
  }

  before(steps: readonly Task[]): Promise<void> {
    const opened = this.#opening.then(() => this.#open(steps));
    this.#opening = opened.catch(() => undefined); // Who waits for `opened` hears of it.
    return opened;
  }

  hold(held: Hold): void {
    if (this.#markError !== undefined) throw this.#markError;
    this.#store.hold(held);
  }

  after({ machine, state, outcome }: MachineResult): void {
    // Another client has brought it there.
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
      ...this.#command,
      machines: [...machines, ...toChange.map((it) => this.#changed(it))],
      held: [...held, ...toHold],
    };
    try {
      await this.#store.open(plan);
    } catch (error) {
      if (toChange.length > 0) throw error;
      // A hold that can't be kept isn't written, and that is all.
      this.#markError = asActionError(error);
      return;
    }
    // Only a plan that the store has taken counts.
    this.#plan = plan;
  }

  #changed(machine: AppMachine): ChangedMachine {
    const { app, id, instanceId: version = '' } = machine;
    const from = conditionOf(this.#command.command, machine);
    return {
      app,
      id,
      version,
      from,
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
    if (this.#command.command === 'cordon') return 'cordoned';
    return this.#command.command === 'uncordon' ? 'uncordoned' : state;
  }
}
