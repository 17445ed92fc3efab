import { TRANSITIONS, type TransitionName } from '../../machines/transitions.js';
import { rangeWindow } from '../../metrics/range-window.js';
import type { Findings } from '../engine/command-spec.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Choice, Chosen } from '../selection/choose.js';
import { guardUnder } from '../selection/scope.js';
import { downAs, type IdleTimes, notIdle } from './idle.js';
import { findBusyByMetrics, type IdleMetrics } from './idle-metrics.js';
import { type Keep, Keeping } from './keep.js';

/** Question which machines are idle. */
export interface IdleQuestion {
  readonly choice: Choice;
  readonly action: Extract<TransitionName, 'stop' | 'suspend'>;
  /** Time that a machine must have been quiet, in milliseconds. */
  readonly idleFor: number;
  readonly keeps: readonly Keep[];
  /** Source of the metrics that tell idleness; undefined: uptime alone tells it. */
  readonly metrics: IdleMetrics | undefined;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
}

/**
 * Finds out which of the chosen machines are busy, or have to stay up as one of so many. Asks the cheapest first: what
 * was listed, then the metrics, then how many are left.
 */
export async function findBusy(
  { fleet, selected }: Chosen,
  { action, choice, idleFor, keeps, metrics, now }: IdleQuestion,
  { deadline, clock }: WorkTools,
): Promise<Findings> {
  const times: IdleTimes = { now: now(), idleFor };
  const guard = guardUnder(choice.scope, TRANSITIONS[action].guard);
  const leftAlone = new Map<AppMachine, string>();
  const open: AppMachine[] = [];
  for (const { machine, named, excluded } of selected) {
    if (excluded !== undefined || downAs(machine, times.now) !== undefined) continue;
    const reason = (named ? undefined : guard(machine)) ?? notIdle(machine, times)?.why;
    if (reason === undefined) open.push(machine);
    else leftAlone.set(machine, reason);
  }

  const window = rangeWindow(times.now, idleFor);
  const measured = metrics && (await findBusyByMetrics(open, { metrics, window, deadline, clock }));
  for (const [machine, { why }] of measured?.busy ?? []) leftAlone.set(machine, why);

  // Nothing tells what the jobs of other shares stop at the same time.
  const counted = choice.shard === undefined ? fleet.machines : selected.map(({ machine }) => machine);
  const keeping = new Keeping(keeps, counted);
  for (const machine of open) {
    if (leftAlone.has(machine)) continue;
    const kept = keeping.giveUp(machine);
    if (kept !== undefined) leftAlone.set(machine, kept);
  }
  return { leftAlone, failures: measured?.failures ?? [], warnings: measured?.warnings ?? [] };
}
