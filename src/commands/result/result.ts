import type { UnixMs } from '../../clock.js';
import type { ActionError } from '../../errors.js';
import type { ExecResult } from '../../machines/api/client.js';
import type { TokenReport } from '../../permissions/report-shape.js';
import { count } from '../../text.js';
import type { IdleEvidence } from '../idle/evidence.js';
import type { Mark } from '../marks/mark.js';
import type { Account } from './account.js';
import type { AppMachine } from './app-machine.js';
import type { Count } from './counts.js';
import type { Span } from './timeline.js';

/** Outcome of the work on a machine. */
export type Outcome = 'changed' | 'unchanged' | 'requested' | 'skipped' | 'failed';

/** Facts about one machine's result, whatever its outcome. */
export interface ResultFacts {
  /** Machine as it was listed. */
  readonly machine: AppMachine;
  /** State as last read. */
  readonly state: string;
  /** Reason for a skip, or another remark; usually empty. */
  readonly reason: string;
  readonly durationMs: number;
  readonly spans?: readonly Span[];
  readonly exec?: ExecResult;
  /** True where its stop is announced, or would be, and left to a later run. */
  readonly announced?: true;
  /** True where its process has ended by itself after the change had brought it up. */
  readonly hasEnded?: boolean;
  /** Time, as it was written into the machine's metadata, until which it is to be left running. */
  readonly held?: string;
  /** Marks that it bears in the end; absent: those that it was listed with. */
  readonly marks?: readonly Mark[];
  /** Evidence of `stop-idle`; absent where a machine wasn't judged. */
  readonly evidence?: IdleEvidence;
}

/** Facts that belong to some outcomes alone. */
interface OutcomeFacts {
  readonly error: ActionError;
  readonly replaced: true;
  readonly instead: string;
  readonly wouldChange: string;
}

/** Outcome with its own facts, and without those of the others. */
type Only<T> = T & { readonly [K in Exclude<keyof OutcomeFacts, keyof T>]?: never };

interface Done {
  readonly outcome: 'changed' | 'requested';
  /** Change that was made instead of the one that was asked for: `stopped`. */
  readonly instead?: string;
}

interface Skip {
  readonly outcome: 'skipped';
  /** Verb of what only a dry run kept from being done: `stop`. */
  readonly wouldChange?: string;
}

interface Fail {
  readonly outcome: 'failed';
  readonly error: ActionError;
  /** True where another machine took its place, so that the step lacks nothing. */
  readonly replaced?: true;
}

/** Outcome of one machine, with what belongs to it. */
export type ResultEnding = Only<Done> | Only<{ readonly outcome: 'unchanged' }> | Only<Skip> | Only<Fail>;

/** Result of the work on one machine. */
export type MachineResult = ResultFacts & ResultEnding;

/** Result of a machine that failed. */
export type FailedResult = ResultFacts & Only<Fail>;

/** Result of a command, from which outputs, summary, annotations and log are made. */
export interface CommandResult {
  readonly apps: readonly string[];
  /** Results in the order of apps, then ids. */
  readonly machines: readonly MachineResult[];
  /** Failures beside those of machines: of apps, or of the step as a whole. */
  readonly failures: readonly Failure[];
  /** Remarks for a person although nothing failed. */
  readonly notices: readonly string[];
  /** Remarks about what may go wrong later. */
  readonly warnings: readonly string[];
  /** Remarks about settings, which each run of a scheduled job would repeat. */
  readonly standing?: readonly string[];
  /** Log's last line, without the time that the command took. */
  readonly line: string;
  /** Numbers of machines, as the line tells them; absent where nothing is done to machines. */
  readonly counts?: readonly Count[];
  /** Words for how far the step came towards its goal, where that says more than counts: `4 of 7 ready`. */
  readonly goal?: string;
  /** Machine-hours that were running idle, at least. */
  readonly idleHours?: number;
  /** Accounts of machine-hours by app and size. */
  readonly accounts?: readonly Account[];
  /** Report on the token that was inspected. */
  readonly report?: TokenReport;
  /** Time of the report in Unix ms, by the servers' clock. */
  readonly reportedAt?: UnixMs;
}

/** Failure of an app, or of the step as a whole. */
export interface Failure {
  /** App that could not be read; undefined for the step as a whole. */
  readonly app: string | undefined;
  readonly error: ActionError;
}

/** Returns the result of a step that ended before it had one. */
export function failedStep(command: string, apps: readonly string[], error: ActionError): CommandResult {
  return {
    apps,
    machines: [],
    failures: [{ app: undefined, error }],
    notices: [],
    warnings: [],
    line: `${command} failed: ${error.class}`,
  };
}

/** Returns the result of a machine that nothing was done to. */
export function untouched<O extends Exclude<Outcome, 'failed'>>(
  machine: AppMachine,
  outcome: O,
  reason = '',
): ResultFacts & { readonly outcome: O } {
  return { machine, state: machine.state, outcome, reason, durationMs: 0 };
}

/** Returns the result of a machine that failed before anything was done to it. */
export function failedAtOnce(machine: AppMachine, error: ActionError): FailedResult {
  return { machine, state: machine.state, outcome: 'failed', reason: '', durationMs: 0, error };
}

/** Returns a result's facts without its outcome, for one that turns out otherwise. */
export function factsIn({ machine, state, reason, durationMs, ...rest }: MachineResult): ResultFacts {
  const { spans, exec, held, marks, evidence } = rest;
  return {
    machine,
    state,
    reason,
    durationMs,
    ...(spans && { spans }),
    ...(exec && { exec }),
    ...(held !== undefined && { held }),
    ...(marks && { marks }),
    ...(evidence && { evidence }),
  };
}

/** Says what a command came to: `stopped 2, already stopped 1, failed 0 of 3 in my-app`. */
export function resultLine(
  counts: readonly Count[],
  { apps, machines }: Pick<CommandResult, 'apps' | 'machines'>,
): string {
  const isDry = counts.some(({ upshot }) => upshot === 'would');
  const parts = counts.map(({ label, number }) => `${label} ${number}`).join(', ');
  return `${isDry ? 'dry run: ' : ''}${parts} of ${machines.length} in ${appList(apps)}`;
}

/** Says, for the last line, how many apps were not even listed. */
export function unreached(failures: readonly Failure[]): string {
  return failures.length === 0 ? '' : `, ${count(failures.length, 'app')} not reached`;
}

/** Names apps in a sentence; counts them where there are more than three. */
export function appList(apps: readonly string[]): string {
  if (apps.length === 0) return 'no app';
  return apps.length > 3 ? `${apps.length} apps` : apps.join(', ');
}
