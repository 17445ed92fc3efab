import { TRANSITIONS } from '../../machines/transitions.js';
import type { Watch } from '../engine/change-request.js';
import type { Task } from '../engine/command-spec.js';
import type { LeaseOptions } from '../engine/leasing.js';
import { proxyWarnings } from '../engine/plan-warnings.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import { SentRequests } from '../engine/sent-requests.js';
import type { Settle } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import { KeepAlive } from '../keep-alive/keep-alive.js';
import type { KeepAliveOptions } from '../keep-alive/options.js';
import { Unmarker } from '../marks/unmarker.js';
import { type Failure, failedAtOnce, type MachineResult, untouched } from '../result/result.js';
import { type GroupOutcome, warmGroup } from './group.js';
import type { StartTimes, WarmOptions } from './machine.js';
import { limitReached, type PassedOver, type WarmGroup, type WarmGroups } from './plan.js';
import { firstOf, StartBudget } from './queue.js';
import { replacements, shortage, shortageAhead } from './words.js';

/** Options of warming a step's machines. */
export interface WarmPlan {
  readonly leases: LeaseOptions;
  /** Time after which a machine that is up is looked at once more. */
  readonly settle: Settle;
  /** True where a probe will tell whether the app is well. */
  readonly isProbed: boolean;
  /** Options for the hold that has machines left running; undefined: no hold is written. */
  readonly keepAlive: KeepAliveOptions | undefined;
  /** Most machines to start. */
  readonly limit: number | undefined;
  /** Keeper of what must be put back at the job's end, by what was sent. */
  readonly keeper?: (RestoreKeeper & { readonly requests: SentRequests }) | undefined;
  /** Looks again at a machine that is begun later than it was listed. */
  readonly recheck: Watch['recheck'];
  readonly against: Task['against'];
}

/** Outcome of a warm-up, or what it would be. */
export interface WarmOutcome {
  readonly machines: readonly MachineResult[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  readonly standing: readonly string[];
  readonly ready: number;
  /** Number of machines that should be ready. */
  readonly needed: number;
  readonly times: readonly StartTimes[];
}

/** Warms all groups side by side. */
export async function warmAll(
  { groups, passedOver }: WarmGroups,
  plan: WarmPlan,
  tools: WorkTools,
): Promise<WarmOutcome> {
  const { limit, leases, settle, isProbed, keeper, recheck, against } = plan;
  const { clock, progress } = tools;
  const tasks = firstTasks(groups, limit);
  await keeper?.before(tasks);
  const keepAlive = plan.keepAlive === undefined ? undefined : new KeepAlive(plan.keepAlive, keeper, tools);
  const requests = keeper?.requests ?? new SentRequests();
  const starts = new StartBudget(limit);
  const origin = clock.now();
  // What is put back at the job's end is marked still.
  const unmarker = keeper === undefined ? new Unmarker('started', tools) : undefined;
  const ours = { requests, starts, keeper, keepAlive, unmarker, origin };
  const options: WarmOptions = { leases, settle, isProbed, recheck, against, ...ours };
  const own = { ...tools, progress: { ...progress, warn: once(progress.warn) } };
  const first = tasks.map(({ machine }) => machine);
  if (tasks.length > 0) progress.begin('Warming', first, 'ready');
  const warmed: GroupOutcome[] = await Promise.all(
    groups.map((group) => warmGroup(group, options, own)),
  ).finally(() => {
    if (tasks.length > 0) progress.end();
    keeper?.end();
  });
  const machines = warmed.flatMap((it) => it.machines);
  return {
    machines: [...machines, ...passedOver.map(resultOfPassed)],
    failures: warmed.flatMap((it) => shortage(it) ?? []),
    standing: proxyWarnings(TRANSITIONS.start, tasks),
    warnings: [
      ...replacements(machines),
      ...warmed.flatMap((it) => it.warnings),
      ...(keepAlive?.warnings ?? []),
      ...(unmarker?.warnings ?? []),
    ],
    ready: sum(warmed.map(({ ready }) => ready)),
    needed: sum(groups.map(({ need }) => need)),
    times: warmed.flatMap(({ times }) => times),
  };
}

/** Says each line once: what holds for the token holds for all groups. */
function once(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
}

/** Returns what would be done if every machine became ready. */
export function rehearse({ groups, passedOver }: WarmGroups, limit: number | undefined): WarmOutcome {
  const starts = new StartBudget(limit);
  const failures: Failure[] = [];
  const machines = groups.flatMap((group) => {
    const first = new Set(firstOf(group, starts));
    const lack = shortageAhead(group, first.size);
    if (lack !== undefined) failures.push(lack);
    const rest = lack === undefined ? 'not needed unless another fails' : limitReached(starts.limit);
    return group.candidates.map((candidate): MachineResult => {
      const { kind, machine } = candidate;
      if (!first.has(candidate)) return untouched(machine, 'skipped', rest);
      if (kind !== 'change') return untouched(machine, 'unchanged', `already ${machine.state}`);
      return { ...untouched(machine, 'skipped', 'dry run: would start'), wouldChange: 'start' };
    });
  });
  return {
    machines: [...machines, ...passedOver.map(resultOfPassed)],
    failures,
    standing: proxyWarnings(TRANSITIONS.start, firstTasks(groups, limit)),
    warnings: [],
    ready: 0,
    needed: sum(groups.map(({ need }) => need)),
    times: [],
  };
}

function resultOfPassed({ machine, reason, error }: PassedOver): MachineResult {
  return error === undefined ? untouched(machine, 'skipped', reason) : failedAtOnce(machine, error);
}

/** Returns the tasks that the work begins with. */
function firstTasks(groups: readonly WarmGroup[], limit: number | undefined): Task[] {
  const starts = new StartBudget(limit);
  const firsts = groups.flatMap((group) => firstOf(group, starts));
  return firsts.flatMap(({ kind, machine }) => (kind === 'ready' ? [] : [{ kind, machine }]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
