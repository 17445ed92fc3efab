import pLimit from 'p-limit';
import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError, asActionError } from '../errors.js';
import type { MachinesClient, StopOptions } from '../machines/client.js';
import type { Machine } from '../machines/machine.js';
import { requestChange } from '../machines/request-change.js';
import { provenOn, type Transition } from '../machines/transitions.js';
import { waitForState } from '../machines/wait-for-state.js';
import { count } from '../text.js';
import { judging, listApps } from './list-apps.js';
import { type Planned, plan } from './plan.js';
import {
  type CommandResult,
  changeLine,
  type Failure,
  type MachineReport,
  type Outcome,
  reportOf,
  unreached,
} from './result.js';
import { type AppMachine, narrows, nothingChosen, noticesOf, type Selector, select } from './selection.js';

/** What is to be changed, and how carefully. */
export interface ChangeOptions {
  readonly apps: readonly string[];
  readonly selector: Selector;
  readonly limit: number | undefined;
  readonly dryRun: boolean;
  /** Whether to wait until the state is read back. */
  readonly wait: boolean;
  /** Requests that change something, in flight at once; waiting holds no place. */
  readonly maxConcurrent: number;
  /** Of the whole step, in milliseconds; undefined: long enough for the longest kill timeout. */
  readonly timeout: number | undefined;
  readonly stop: StopOptions;
}

/** What a change is carried out with. */
export interface ChangeTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Told of each machine as it is done. */
  readonly progress: (report: MachineReport) => void;
}

const FLY_KILL_TIMEOUT_MS = 5_000;
const GRACE_MS = 60_000;
/** As for `timeout`; a machine's configuration may hold any number, and a timer can't. */
const LONGEST_MS = 86_400_000;

/**
 * The engine of every command that changes a machine's state: plan, guard, act on all side by side, wait, report.
 * Each machine is tried and gets an outcome, whatever becomes of the others; only what concerns the step as a
 * whole is thrown.
 */
export async function change(
  transition: Transition,
  options: ChangeOptions,
  tools: ChangeTools,
): Promise<CommandResult> {
  const { apps, selector, dryRun } = options;
  if (!narrows(selector)) throw new ActionError('input', nothingChosen(transition.verb));
  const { machines, failures } = await listApps(tools.client, apps, tools.deadline.signal);
  const selected = select(machines, judging(selector, failures));
  const steps = plan(selected, transition, options);
  allowForKillTimeouts(steps, transition, options, tools.deadline);
  const limit = pLimit(options.maxConcurrent);
  const done = await Promise.all(
    steps.map(async (step): Promise<Done> => {
      const result = await carryOut(step, transition, options, tools, limit);
      tools.progress(result.report);
      return result;
    }),
  );
  const reports = done.map(({ report }) => report);
  return {
    apps,
    machines: reports,
    failures: [...failures, ...done.flatMap(({ failure }) => failure ?? [])],
    notices: [...noticesOf(machines, selected, selector), ...allLeftAlone(steps, transition, dryRun)],
    line: changeLine(transition, apps, reports) + unreached(failures),
  };
}

interface Done {
  readonly report: MachineReport;
  readonly failure?: Failure;
}

async function carryOut(
  step: Planned,
  planned: Transition,
  options: ChangeOptions,
  { client, clock, deadline }: ChangeTools,
  limit: ReturnType<typeof pLimit>,
): Promise<Done> {
  const { kind, machine } = step;
  if (kind === 'skip') return { report: reportOf(machine, 'skipped', step.reason) };
  if (kind === 'unchanged') return { report: reportOf(machine, 'unchanged', `already ${planned.past}`) };
  const transition = provenOn(planned, machine);
  const start = clock.now();
  const { signal } = deadline;
  let { state } = machine;
  const end = (outcome: Outcome, changes: Partial<MachineReport> = {}): MachineReport => ({
    ...reportOf(machine, outcome),
    state,
    duration_ms: clock.now() - start,
    ...changes,
  });
  try {
    if (kind === 'change') {
      const send = () => limit(() => transition.send(client, machine, options.stop, signal));
      await requestChange({ client, clock, signal }, { machine, transition, send });
    }
    if (options.wait && !options.dryRun) {
      const seen = (read: Machine) => {
        state = read.state;
      };
      const version = machine.instanceId;
      await waitForState({ client, clock }, { machine, transition, version, deadline, seen });
      state = transition.target;
    }
    if (kind === 'await') return { report: end('unchanged', { reason: `${machine.state} already` }) };
    return { report: end(options.wait ? 'changed' : 'requested') };
  } catch (thrown) {
    const error = lastSeen(asActionError(thrown), state, machine);
    const report = end('failed', { error: `${error.class}: ${error.message}` });
    return {
      report,
      failure: { what: `machine ${machine.id}${machine.name === '' ? '' : ` (${machine.name})`}`, error },
    };
  }
}

/** Where time ran out, the state in which the machine was read last says more than that. */
function lastSeen(error: ActionError, state: string, { state: before }: AppMachine): ActionError {
  if (error.class !== 'timeout' || state === before) return error;
  return new ActionError('timeout', `${error.message}; it was ${state} when it was last read`, error);
}

/** A machine may take its whole kill timeout to stop; the default deadline leaves room for that. */
function allowForKillTimeouts(
  steps: readonly Planned[],
  transition: Transition,
  { timeout, stop }: ChangeOptions,
  deadline: Deadline,
): void {
  if (timeout !== undefined || transition.target !== 'stopped') return;
  const changing = steps.filter(({ kind }) => kind === 'change' || kind === 'await');
  const longest = changing.map(
    ({ machine }) => stop.killTimeout ?? machine.killTimeout ?? FLY_KILL_TIMEOUT_MS,
  );
  const needed = Math.min(Math.max(0, ...longest) + GRACE_MS, LONGEST_MS);
  if (needed > deadline.left) deadline.set(deadline.elapsed + needed);
}

/** A choice that guards, exclusions and limits have emptied is a success that a person should know of. */
function allLeftAlone(steps: readonly Planned[], { verb }: Transition, dryRun: boolean): string[] {
  const isIdle = !dryRun && steps.length > 0 && steps.every(({ kind }) => kind === 'skip');
  return isIdle ? [`Nothing to ${verb}: ${count(steps.length, 'machine')} selected, all left alone.`] : [];
}
