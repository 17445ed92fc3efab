import type { Deadline } from '../../deadline.js';
import type { ActionError } from '../../errors.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Words } from '../result/counts.js';
import type { Failure, MachineResult, ResultFacts } from '../result/result.js';
import type { Chosen } from '../selection/choose.js';
import type { Intent, Planned } from './plan.js';

/** Work on one machine: a change to send, or a change under way to wait for. */
export type Task = Extract<Planned, { kind: 'change' | 'await' }> & {
  /** Returns what has come to speak against the task since the machine was listed, by how it was read right before a request. */
  readonly against?: ((now: AppMachine) => string | undefined) | undefined;
  /** Time that the task may take; absent: the step's. */
  readonly deadline?: Deadline;
};

/** Facts for a machine's result that a command knows before it acts. */
export type KnownFacts = Pick<ResultFacts, 'evidence' | 'marks' | 'announced'>;

/** Facts about the chosen machines beyond what was listed. */
export interface Findings {
  /** Reason why each of these machines is left alone. */
  readonly leftAlone: ReadonlyMap<AppMachine, string>;
  /** Errors of machines for which something has failed already. */
  readonly failed?: ReadonlyMap<AppMachine, ActionError> | undefined;
  /** Facts for the results of machines, whatever becomes of them. */
  readonly facts?: ReadonlyMap<AppMachine, KnownFacts>;
  /** Apps that could not be examined. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** Everything that sets one command apart from the others. */
export interface CommandSpec {
  /**
   * `reads`: changes nothing. `changes`: must be told which machines to change. `picks`: picks the machines to change
   * itself, by what it finds out of them, their leases included; so an empty selector is allowed.
   */
  readonly kind: 'reads' | 'changes' | 'picks';
  /** True where who holds a lease on a machine matters before anything is sent to it. */
  readonly readsLeases?: true;
  readonly words: Words;
  /** True where even a machine that is where it should be is news. */
  readonly tellsUnchanged?: true;
  /** True where a whole organization is no mistake. */
  readonly isBounded?: boolean;
  /** Heading for the log: `Stopping`. */
  readonly doing: string;
  readonly intent: Intent;
  /** Finds out more about the chosen machines, before anything is planned. */
  readonly examine?: (chosen: Chosen) => Promise<Findings>;
  /** Says a decision of the plan in the command's own words. */
  readonly worded?: (planned: Planned) => Planned;
  /** Returns the time that the tasks need, in milliseconds, unless the step has a time of its own. */
  readonly needs?: (tasks: readonly Task[]) => number;
  /** Returns what may go wrong later with the machines of the plan. */
  readonly warnings?: (planned: readonly Planned[]) => readonly string[];
  /** Returns what the settings of machines may do to the work later, run after run. */
  readonly standing?: (planned: readonly Planned[]) => readonly string[];
  /** Returns what to say of the plan in the log, once the time for it is set. */
  readonly outline?: (planned: readonly Planned[]) => readonly string[];
  /** Runs before the first task. */
  readonly before?: (tasks: readonly Task[]) => Promise<void> | undefined;
  /** Does one task; never throws. `origin` is the time, by the clock, at which the work on all began. */
  readonly carryOut: (task: Task, origin: number) => Promise<MachineResult>;
  /** Completes the result of a task; never throws. */
  readonly complete?: (task: Task, result: MachineResult) => Promise<MachineResult>;
  /** Runs once a task is over, and its result has been told. */
  readonly ended?: (task: Task, result: MachineResult) => void;
}
