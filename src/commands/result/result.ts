import type { ActionError } from '../../errors.js';
import type { ExecResult } from '../../machines/api/client.js';
import type { TokenReport } from '../../permissions/report-shape.js';
import { count } from '../../text.js';
import type { AppMachine } from './app-machine.js';
import type { Span } from './timeline.js';

/** What became of a machine. */
export type Outcome = 'changed' | 'unchanged' | 'requested' | 'skipped' | 'failed';

/** What became of one machine. */
export interface MachineResult {
  /** As it was listed. */
  readonly machine: AppMachine;
  /** As last read. */
  readonly state: string;
  readonly outcome: Outcome;
  /** Why it was skipped, or what else there is to say; empty mostly. */
  readonly reason: string;
  readonly durationMs: number;
  /** Where it failed. */
  readonly error?: ActionError;
  /** What was done instead of what was asked: `stopped`. */
  readonly instead?: string;
  /** What only a dry run kept from being done: `stop`. */
  readonly wouldChange?: string;
  readonly spans?: readonly Span[];
  readonly exec?: ExecResult;
  /** It failed, but another machine took its place, so that the step lacks nothing. */
  readonly replaced?: true;
  /** The time, as it was written into its metadata, until which it is to be left running. */
  readonly held?: string;
}

/** All that leaves a command: outputs, summary, annotations and log are made from it. */
export interface CommandResult {
  readonly apps: readonly string[];
  /** In the order of apps, then ids. */
  readonly machines: readonly MachineResult[];
  /** What failed beside machines: apps, or the step as a whole. */
  readonly failures: readonly Failure[];
  /** What a person should know although nothing failed. */
  readonly notices: readonly string[];
  /** What may go wrong later on. */
  readonly warnings: readonly string[];
  /** What was done, for the log's last line, without the time it took. */
  readonly line: string;
  /** Of a token that was inspected. */
  readonly report?: TokenReport;
}

/** What failed beside machines, and why. */
export interface Failure {
  /** The app that could not be read; undefined for the step as a whole. */
  readonly app: string | undefined;
  readonly error: ActionError;
}

/** The result of a step that ended before it had one. */
export function failedStep(command: string, apps: readonly string[], error: ActionError): CommandResult {
  return {
    apps,
    machines: [],
    failures: [{ app: undefined, error }],
    notices: [],
    warnings: [],
    line: `${command} failed`,
  };
}

/** The result of a machine that nothing was done to. */
export function untouched(machine: AppMachine, outcome: Outcome, reason = ''): MachineResult {
  return { machine, state: machine.state, outcome, reason, durationMs: 0 };
}

/** What a command did, in words: `stopped`, `already stopped`, `would stop`. */
export interface Words {
  readonly verb: string;
  /** Empty where nothing is ever changed. */
  readonly past: string;
  /** Of a machine that nothing was done to; empty where that doesn't occur. */
  readonly already: string;
  /** Of a machine that it went well with, while others are under way; without it, as `past`. */
  readonly counted?: string;
}

/** What a command came to: `stopped 2, already stopped 1, failed 0 of 3 in my-app`. */
export function resultLine(
  { verb, past, already, dryRun = false }: Words & { readonly dryRun?: boolean },
  apps: readonly string[],
  machines: readonly MachineResult[],
): string {
  const number = (outcome: Outcome) => machines.filter((it) => it.outcome === outcome).length;
  const would = machines.filter(({ wouldChange }) => wouldChange !== undefined).length;
  const instead = machines.flatMap((it) => it.instead ?? []);
  const skipped = number('skipped') - would;
  const parts = [
    ...(dryRun ? [`dry run: would ${verb} ${would}`] : []),
    ...(dryRun || past === '' ? [] : [`${past} ${number('changed') - instead.length}`]),
    ...(instead.length > 0 ? [`${instead[0]} instead ${instead.length}`] : []),
    ...(number('requested') > 0 ? [`requested ${number('requested')}`] : []),
    ...(already === '' ? [] : [`${already} ${number('unchanged')}`]),
    ...(skipped > 0 ? [`skipped ${skipped}`] : []),
    `failed ${number('failed')} of ${machines.length}`,
  ];
  return `${parts.join(', ')} in ${appList(apps)}`;
}

/** For the last line: how many apps were not even listed. */
export function unreached(failures: readonly Failure[]): string {
  return failures.length === 0 ? '' : `, ${count(failures.length, 'app')} not reached`;
}

/** Apps for a sentence: by name while they are few. */
export function appList(apps: readonly string[]): string {
  if (apps.length === 0) return 'no app';
  return apps.length > 3 ? `${apps.length} apps` : apps.join(', ');
}
