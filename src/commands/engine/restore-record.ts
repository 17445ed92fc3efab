import type { CommandOf } from '../../command-table.js';
import type { Machine } from '../../machines/machine/machine.js';
import type { TransitionName } from '../../machines/transitions.js';
import type { Hold } from '../keep-alive/hold.js';
import type { MachineResult } from '../result/result.js';
import type { Task } from './command-spec.js';

/** Command whose changes can be put back. */
export type Restorable = Extract<TransitionName, CommandOf<{ restorable: true }>>;

/** Machine that a step changes and that must be put back. */
export interface ChangedMachine {
  readonly app: string;
  readonly id: string;
  /** Instance id before the change; empty where that isn't known. */
  readonly version: string;
  /** Condition before the change: a state, or `cordoned` or `uncordoned`. */
  readonly from: string;
  /** True where it had `keep-alive` before, so that no other job has set that since. */
  readonly keptAlive?: true;
  /** True where Fly destroys it when it stops (`auto_destroy`). */
  readonly endsWithStop?: true;
  /** State in which the step left it; absent until known. */
  readonly left?: string;
}

/** Command that is to be undone. */
export interface RecordedCommand {
  readonly command: Restorable;
  /** Fallback for a machine that can't be suspended. */
  readonly fallback: 'none' | 'stop';
}

/** Record of what a step changes, for its post step. */
export interface RestoreRecord extends RecordedCommand {
  readonly machines: readonly ChangedMachine[];
  /** Holds on these machines and on others. */
  readonly holds?: readonly Hold[];
}

/** Keeper of a record, to which the engine reports what is about to be changed and what became of it. */
export interface RestoreKeeper {
  /** Reports tasks before the first of them is begun; again where there are more. Throws where they can't be kept: nothing may be done then. */
  before(steps: readonly Task[]): Promise<void>;
  /** Reports a hold before it is written. Throws where it can't be kept: nothing may be written then. */
  hold(hold: Hold): void;
  /** Reports the result of a task. */
  after(result: MachineResult): void;
  /** Reports that the last task is over. */
  end(): void;
}

/** Returns a machine's condition as far as the command changes it: cordoned or not, or its state. */
export function conditionOf(command: Restorable, { state, cordoned }: Machine): string {
  if (command !== 'cordon' && command !== 'uncordon') return state;
  return cordoned ? 'cordoned' : 'uncordoned';
}
