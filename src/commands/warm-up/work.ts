import { TRANSITIONS } from '../../machines/transitions.js';
import type { Doing, WorkTools } from '../engine/engine.js';
import type { LeaseOptions } from '../engine/leasing.js';
import { proxyWarnings } from '../engine/proxy-warnings.js';
import type { RestoreKeeper } from '../engine/restore-record.js';
import type { Watch } from '../engine/send-change.js';
import { Touched } from '../engine/touched.js';
import type { Hold } from '../keep-alive/hold.js';
import { Holding } from '../keep-alive/holding.js';
import { type Failure, type MachineResult, untouched } from '../result/result.js';
import { StartBudget } from './budget.js';
import { type Warmed, warmGroup } from './group.js';
import { type LeftAlone, limitReached, type WarmGroup, type WarmGroups } from './plan.js';
import { firstOf } from './queue.js';
import { replacements, shortage, shortageAhead } from './shortage.js';
import type { WarmTime } from './times.js';

/** How a step's machines are warmed. */
export interface WarmWork {
  readonly leases: LeaseOptions;
  /** How the machines are to be left running; undefined: nothing is written. */
  readonly hold: Hold | undefined;
  /** Start at most so many. */
  readonly limit: number | undefined;
  /** Keeps what must be put back at the job's end, by what was sent. */
  readonly keeper?: (RestoreKeeper & { readonly touched: Touched }) | undefined;
  /** Judges what is begun later than it was listed. */
  readonly judge: Watch['judge'];
  readonly against: Doing['against'];
}

/** What was done, or would have been. */
export interface Done {
  readonly machines: readonly MachineResult[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  readonly ready: number;
  /** How many should be. */
  readonly needed: number;
  readonly times: readonly WarmTime[];
}

/** Warms the groups, all side by side. */
export async function carriedOut(
  { groups, left }: WarmGroups,
  plan: WarmWork,
  tools: WorkTools,
): Promise<Done> {
  const { limit, leases, hold, keeper, judge, against } = plan;
  const { clock, progress } = tools;
  const doing = doingOf(groups, limit);
  await keeper?.before(doing);
  const holding = hold === undefined ? undefined : new Holding(hold, keeper, tools);
  const touched = keeper?.touched ?? new Touched();
  const starts = new StartBudget(limit);
  const options = { leases, touched, judge, against, keeper, holding, origin: clock.now(), starts };
  const own = { ...tools, progress: { ...progress, warn: once(progress.warn) } };
  const first = doing.map(({ machine }) => machine);
  if (doing.length > 0) progress.begin('Warming', first, 'ready');
  const warmed: Warmed[] = await Promise.all(groups.map((group) => warmGroup(group, options, own))).finally(
    () => {
      if (doing.length > 0) progress.end();
      keeper?.end();
    },
  );
  const machines = warmed.flatMap((it) => it.machines);
  return {
    machines: [...machines, ...left.map(leftAlone)],
    failures: warmed.flatMap((it) => shortage(it) ?? []),
    warnings: [
      ...proxyWarnings(TRANSITIONS.start, doing),
      ...replacements(machines),
      ...warmed.flatMap((it) => it.warnings),
      ...(holding?.warnings ?? []),
    ],
    ready: sum(warmed.map(({ ready }) => ready)),
    needed: sum(groups.map(({ need }) => need)),
    times: warmed.flatMap(({ times }) => times),
  };
}

/** What holds for the token, and so for all groups, is said by the first that comes upon it. */
function once(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
}

/** A dry run: what would be done if every machine became ready. */
export function rehearsed({ groups, left }: WarmGroups, limit: number | undefined): Done {
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

function leftAlone({ machine, reason, error }: LeftAlone): MachineResult {
  return error === undefined
    ? untouched(machine, 'skipped', reason)
    : { ...untouched(machine, 'failed'), error };
}

/** What something is to be done with from the beginning. */
function doingOf(groups: readonly WarmGroup[], limit: number | undefined): Doing[] {
  const starts = new StartBudget(limit);
  const firsts = groups.flatMap((group) => firstOf(group, starts));
  return firsts.flatMap(({ kind, machine }) => (kind === 'ready' ? [] : [{ kind, machine }]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
