import type { Exchange } from '../../emulator/exchange.js';
import type { Happening } from '../../emulator/happening.js';
import type { ActionStep } from '../script/script.js';
import type { FaultName } from '../weather/faults.js';

/** Everything that happened while a script was played: all that checkers know. Times are milliseconds since 1970, by the world's clock. */
export interface History {
  /** Machines as they were at the start, by app and id. */
  readonly fleet: readonly FleetMachine[];
  /** Requests in the order of arrival, each with what really came of it. */
  readonly exchanges: readonly Exchange[];
  /** Changes of the world in the order in which they were noticed; one that was planned bears its own time, which may be earlier. */
  readonly happenings: readonly Happening[];
  /** Runs of processes, in the order of their begins. */
  readonly runs: readonly ProcessRun[];
  readonly jobs: readonly JobRun[];
  /** Deeds of others that were refused: their places in the script. */
  readonly refusedDeeds: readonly number[];
  /** Text of each token of the script by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Files of each runner's RUNNER_TEMP when all was over, by runner. */
  readonly left: Readonly<Record<string, readonly LeftFile[]>>;
  /** Faults that requests met, in the order of the requests. */
  readonly faults?: readonly MetByRequest[];
  readonly endedAt: number;
}

/** Fault of the weather that one request met. */
export interface MetByRequest {
  readonly at: number;
  /** Process that sent the request. */
  readonly by: string;
  readonly fault: FaultName;
}

/** Machine at the start of a script. */
export interface FleetMachine {
  readonly app: string;
  readonly org: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly state: string;
  readonly cordoned: boolean;
  readonly processGroup: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Time at which it came into its state. */
  readonly since: number;
}

/** File that was left on a runner's disk. */
export interface LeftFile {
  readonly name: string;
  readonly mode: number;
  readonly text: string;
}

/** Course of one job. */
export interface JobRun {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'lost';
}

/** Run of one process of the action: a step's main part, or its post. */
export interface ProcessRun {
  /** Name that its requests bear: `nightly/2` for the third step of a job, `nightly/2/post` for its post. */
  readonly id: string;
  readonly job: string;
  /** Place of the step in its job. */
  readonly place: number;
  readonly part: 'main' | 'post';
  readonly step: ActionStep;
  readonly startedAt: number;
  /** End of the process; a kill or a crash included. */
  readonly endedAt: number;
  readonly end: 'done' | 'killed' | 'died' | 'lost' | 'hung';
  /** Time at which the cancel reached it. */
  readonly cancelledAt?: number;
  /** True if a step was green; undefined for a post and for what was not done. */
  readonly succeeded?: boolean;
  /** Text of what it threw, which it never should. */
  readonly threw?: string;
  readonly printed: readonly Printed[];
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly exported: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Requests that it tried to send after it had ended. */
  readonly afterEnd: readonly { readonly at: number; readonly what: string }[];
}

/** One line or annotation, as it is really printed: after the escaping. */
export interface Printed {
  readonly at: number;
  readonly level: 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'group';
  readonly text: string;
  readonly title?: string;
}
