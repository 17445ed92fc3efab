import type { ActionError } from '../errors.js';
import type { Transition } from '../machines/transitions.js';
import type { AppMachine } from './selection.js';

/** How the reason of a machine begins that a dry run would have changed. */
export const DRY_RUN = 'dry run';

/** What became of a machine. */
export type Outcome = 'changed' | 'unchanged' | 'requested' | 'skipped' | 'failed';

/** What became of one machine; the shape of the `machines` output. */
export interface MachineReport {
  readonly app: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly process_group: string;
  readonly private_ip: string;
  /** As last read. */
  readonly state: string;
  readonly previous_state: string;
  readonly outcome: Outcome;
  /** Why it was skipped or left as it was; empty otherwise. */
  readonly reason: string;
  readonly duration_ms: number;
  /** Class and message; null unless it failed. */
  readonly error: string | null;
}

/** All that leaves a command: outputs, summary, annotations and log are made from it. */
export interface CommandResult {
  readonly apps: readonly string[];
  /** In the order of apps, then ids. */
  readonly machines: readonly MachineReport[];
  /** What failed, machine by machine and app by app; the step fails when there is anything. */
  readonly failures: readonly Failure[];
  /** What a person should know although nothing failed. */
  readonly notices: readonly string[];
  /** What was done, for the log's last line, without the time it took. */
  readonly line: string;
}

/** Something that failed, and why. */
export interface Failure {
  /** `machine 148e… (web-1)` or `app my-app`; undefined for the step as a whole. */
  readonly what: string | undefined;
  readonly error: ActionError;
}

/** The result of a step that ended before it had one. */
export function failedStep(command: string, apps: readonly string[], error: ActionError): CommandResult {
  return {
    apps,
    machines: [],
    failures: [{ what: undefined, error }],
    notices: [],
    line: `${command} failed`,
  };
}

/** A report of a machine that nothing was done to yet. */
export function reportOf(machine: AppMachine, outcome: Outcome, reason = ''): MachineReport {
  return {
    app: machine.app,
    id: machine.id,
    name: machine.name,
    region: machine.region,
    process_group: machine.processGroup ?? '',
    private_ip: machine.privateIp,
    state: machine.state,
    previous_state: machine.state,
    outcome,
    reason,
    duration_ms: 0,
    error: null,
  };
}

/** What a change came to: `stopped 2, already stopped 1, failed 0 of 3 in my-app`. */
export function changeLine(
  { verb, past }: Pick<Transition, 'verb' | 'past'>,
  apps: readonly string[],
  machines: readonly MachineReport[],
): string {
  const would = machines.filter(({ reason }) => reason.startsWith(DRY_RUN)).length;
  const number = (outcome: Outcome) => machines.filter((it) => it.outcome === outcome).length;
  const skipped = number('skipped') - would;
  const parts = [
    would > 0 ? `${DRY_RUN}: would ${verb} ${would}` : `${past} ${number('changed')}`,
    ...(number('requested') > 0 ? [`requested ${number('requested')}`] : []),
    `already ${past} ${number('unchanged')}`,
    ...(skipped > 0 ? [`skipped ${skipped}`] : []),
    `failed ${number('failed')} of ${machines.length}`,
  ];
  return `${parts.join(', ')} in ${appList(apps)}`;
}

/** For the last line: how many apps were not even listed. */
export function unreached(failures: readonly Failure[]): string {
  return failures.length === 0 ? '' : `, ${failures.length} of the apps not reached`;
}

/** Apps for a sentence: by name while they are few. */
export function appList(apps: readonly string[]): string {
  return apps.length > 3 ? `${apps.length} apps` : apps.join(', ');
}
