import { TRANSITIONS } from '../../machines/transitions.js';
import type { Task } from '../engine/command-spec.js';
import type { LeaseOptions } from '../engine/leasing.js';
import { proxyWarnings } from '../engine/plan-warnings.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import type { Watch } from '../engine/send.js';
import { SentRequests } from '../engine/sent-requests.js';
import type { WorkTools } from '../engine/work-tools.js';
import { KeepAlive } from '../keep-alive/keep-alive.js';
import type { KeepAliveOptions } from '../keep-alive/options.js';
import { type Failure, failedAtOnce, type MachineResult, untouched } from '../result/result.js';
import { StartBudget } from './budget.js';
import { type GroupOutcome, warmGroup } from './group.js';
import { limitReached, type PassedOver, type WarmGroup, type WarmGroups } from './plan.js';
import { firstOf } from './queue.js';
import { replacements, shortage, shortageAhead } from './shortage.js';
import type { WarmTime } from './times.js';

/** Options of warming a step's machines. */
export interface WarmPlan {
  readonly leases: LeaseOptions;
  /** Mark to write, so that the machines stay running; undefined: none. */
  readonly keepAlive: KeepAliveOptions | undefined;
  /** Largest number of machines to start; undefined: no limit. */
  readonly limit: number | undefined;
  /** Keeper of the machines to put back at the job's end, by the requests sent. */
  readonly keeper?: (RestoreKeeper & { readonly requests: SentRequests }) | undefined;
  /** Judges a machine that is begun later than it was listed. */
  readonly recheck: Watch['recheck'];
  readonly against: Task['against'];
}

/** Result of warming all groups, or of rehearsing it. */
export interface WarmOutcome {
  readonly machines: readonly MachineResult[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  readonly ready: number;
  /** Number of machines that should be ready. */
  readonly needed: number;
  readonly times: readonly WarmTime[];
}

/** Warms all groups side by side. */
export async function warmAll(
  { groups, passedOver: left }: WarmGroups,
  plan: WarmPlan,
  tools: WorkTools,
): Promise<WarmOutcome> {
  const { limit, leases, keeper, recheck, against } = plan;
  const { clock, progress } = tools;
  const doing = doingOf(groups, limit);
  await keeper?.before(doing);
  const keepAlive = plan.keepAlive === undefined ? undefined : new KeepAlive(plan.keepAlive, keeper, tools);
  const requests = keeper?.requests ?? new SentRequests();
  const starts = new StartBudget(limit);
  const options = { leases, requests, recheck, against, keeper, keepAlive, origin: clock.now(), starts };
  const own = { ...tools, progress: { ...progress, warn: once(progress.warn) } };
  const first = doing.map(({ machine }) => machine);
  if (doing.length > 0) progress.begin('Warming', first, 'ready');
  const warmed: GroupOutcome[] = await Promise.all(
    groups.map((group) => warmGroup(group, options, own)),
  ).finally(() => {
    if (doing.length > 0) progress.end();
    keeper?.end();
  });
  const machines = warmed.flatMap((it) => it.machines);
  return {
    machines: [...machines, ...left.map(leftAlone)],
    failures: warmed.flatMap((it) => shortage(it) ?? []),
    warnings: [
      ...proxyWarnings(TRANSITIONS.start, doing),
      ...replacements(machines),
      ...warmed.flatMap((it) => it.warnings),
      ...(keepAlive?.warnings ?? []),
    ],
    ready: sum(warmed.map(({ ready }) => ready)),
    needed: sum(groups.map(({ need }) => need)),
    times: warmed.flatMap(({ times }) => times),
  };
}

/** Says each line only once: a line about the token holds for all groups. */
function once(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
}

/** Returns the result of a dry run: the work if every machine became ready. */
export function rehearse({ groups, passedOver: left }: WarmGroups, limit: number | undefined): WarmOutcome {
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
    machines: [...machines, ...left.map(leftAlone)],
    failures,
    warnings: proxyWarnings(TRANSITIONS.start, doingOf(groups, limit)),
    ready: 0,
    needed: sum(groups.map(({ need }) => need)),
    times: [],
  };
}

function leftAlone({ machine, reason, error }: PassedOver): MachineResult {
  return error === undefined ? untouched(machine, 'skipped', reason) : failedAtOnce(machine, error);
}

/** Returns a task for each machine that the groups begin with and that is not ready yet. */
function doingOf(groups: readonly WarmGroup[], limit: number | undefined): Task[] {
  const starts = new StartBudget(limit);
  const firsts = groups.flatMap((group) => firstOf(group, starts));
  return firsts.flatMap(({ kind, machine }) => (kind === 'ready' ? [] : [{ kind, machine }]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
