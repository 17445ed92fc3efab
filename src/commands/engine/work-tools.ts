import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import type { ActionError } from '../../errors.js';
import type { MachinesClient } from '../../machines/api/client.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult } from '../result/result.js';
import type { Halt } from './halt.js';

/** Outline of a plan, before anything is sent. */
export interface PlanOverview {
  readonly apps: readonly string[];
  /** Verb for sentences: `stop`. */
  readonly verb: string;
  /** Results of the machines that the plan alone decided on. */
  readonly settled: readonly MachineResult[];
  /** True where even a machine that is where it should be is news. */
  readonly tellsUnchanged?: true | undefined;
}

/** Listener that reports how the work goes on. */
export interface Progress {
  /** Reports the plan, before the work on it begins. */
  planned(plan: PlanOverview): void;
  /** Reports that work on these machines begins; `past` says what was done to a machine with which it went well. */
  begin(doing: string, machines: readonly AppMachine[], past?: string): void;
  done(result: MachineResult): void;
  /** Reports that it is this machine's turn, where machines take turns. */
  turn(machine: AppMachine): void;
  /** Reports that a round is over and that the machines of the next one have their turns. */
  round(): void;
  end(): void;
  /** Reports something about a machine while it is worked on. */
  tell(machine: AppMachine, what: string): void;
  /** Reports something about the work as a whole. */
  note(line: string): void;
  warn(line: string): void;
}

/** Dependencies of a command; all its effects go through them. */
export interface WorkTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly progress: Progress;
  /** Halt at the first failure; undefined: every machine is tried, whatever becomes of the others. */
  readonly halt?: Halt | undefined;
  /** Unix milliseconds by the servers' clock, as far as it is known; undefined: the local clock has to do. */
  readonly now?: (() => number) | undefined;
  /** Returns why the token can't change a machine, whatever else is unknown; undefined: the token names no machines. */
  readonly forbids?: ((machine: AppMachine) => ActionError | undefined) | undefined;
}
