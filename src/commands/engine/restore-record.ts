import type { CommandOf } from '../../command-table.js';
import type { Machine } from '../../machines/machine/machine.js';
import type { TransitionName } from '../../machines/transitions.js';
import type { KeepAliveMark } from '../keep-alive/mark.js';
import type { MachineResult } from '../result/result.js';
import type { Task } from './command-spec.js';

/** A command whose changes can be put back. */
export type Restorable = Extract<TransitionName, CommandOf<{ restorable: true }>>;

/** A machine that a step changes and that must be put back. */
export interface ChangedMachine {
  readonly app: string;
  readonly id: string;
  /** Its instance id before; empty where that isn't known. */
  readonly version: string;
  /** What it was before: a state, or `cordoned` or `uncordoned`. */
  readonly from: string;
  /** It bore `keep-alive` before, so that nobody has set that since. */
  readonly keptAlive?: true;
  /** Fly destroys it when it stops (`auto_destroy`). */
  readonly endsWithStop?: true;
  /** In what the step left it; absent as long as nobody knows. */
  readonly left?: string;
}

/** Whose doing is to be undone. */
export interface RecordedCommand {
  readonly command: Restorable;
  /** What was to become of a machine that can't be suspended. */
  readonly fallback: 'none' | 'stop';
}

/** What a step changes, for its post step. */
export interface RestoreRecord extends RecordedCommand {
  readonly machines: readonly ChangedMachine[];
  /** Of these machines and of others. */
  readonly holds?: readonly KeepAliveMark[];
}

/** Told by the engine what is about to be changed and what became of it. */
export interface RestoreKeeper {
  /** Before the first of these is changed or held; again where more are to be. Throws where they can't be kept; nothing may be done with them then. */
  before(steps: readonly Task[]): Promise<void>;
  /** Before a machine is held. Throws where it can't be kept; nothing may be written then. */
  mark(held: KeepAliveMark): void;
  after(result: MachineResult): void;
  /** After the last. */
  end(): void;
}

/** What a machine is, as far as the command changes it: cordoned or not, or its state. */
export function conditionOf(command: Restorable, { state, cordoned }: Machine): string {
  if (command !== 'cordon' && command !== 'uncordon') return state;
  return cordoned ? 'cordoned' : 'uncordoned';
}
