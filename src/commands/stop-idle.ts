import pLimit from 'p-limit';
import { asActionError } from '../errors.js';
import { TRANSITIONS, type TransitionName } from '../machines/transitions.js';
import { rangeWindow } from '../metrics/range-window.js';
import { byInstance, type RangeWindow, type Series } from '../metrics/series.js';
import { judgeQuiet, type SignalName } from '../metrics/signals.js';
import { formatDuration } from '../text.js';
import { type ChangePlan, transitionWork } from './change.js';
import { carryOutAll, type Inspection, type WorkTools } from './engine.js';
import type { Fleet } from './fleet.js';
import { type IdleTimes, notIdle } from './idle.js';
import { type Keep, Keeping } from './keep.js';
import type { CommandResult, Failure } from './result.js';
import type { AppMachine, Selected } from './selection.js';

const QUERIES_AT_ONCE = 10;

/** What tells idleness beside what is known of a machine; undefined: uptime alone. */
export interface IdleMetrics {
  readonly signal: SignalName;
  readonly threshold: number;
  /** All series of an app over a window; one query. */
  readonly read: (app: string, window: RangeWindow, signal: AbortSignal) => Promise<Series[]>;
}

/** What is to be stopped as idle, and how that is told. */
export interface IdlePlan extends ChangePlan {
  readonly action: Extract<TransitionName, 'stop' | 'suspend'>;
  /** In milliseconds. */
  readonly idleFor: number;
  readonly keeps: readonly Keep[];
  readonly metrics: IdleMetrics | undefined;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
}

/**
 * Stops, or suspends, the machines that have been up and quiet for a while. What isn't known of a machine is never
 * idle; an app whose metrics can't be read has failed.
 */
export async function stopIdle(plan: IdlePlan, tools: WorkTools): Promise<CommandResult> {
  const { action, idleFor } = plan;
  const work = transitionWork(TRANSITIONS[action], plan, tools);
  const result = await carryOutAll(
    {
      ...work,
      choosesItself: true,
      withLeases: true,
      inspect: (selected, fleet) => inspect(selected, fleet, plan, tools),
    },
    plan.choice,
    tools,
  );
  const idle = result.machines.filter((it) => it.outcome === 'changed' || it.wouldChange !== undefined);
  const running = formatDuration(idle.length * idleFor);
  const notice = `At least ${running} of machine time was running idle.`;
  return idle.length === 0 ? result : { ...result, notices: [...result.notices, notice] };
}

async function inspect(
  selected: readonly Selected[],
  fleet: Fleet,
  { idleFor, keeps, metrics, now }: IdlePlan,
  { deadline }: WorkTools,
): Promise<Inspection> {
  const times: IdleTimes = { now: now(), idleFor };
  const window = rangeWindow(times.now, idleFor);
  const reasons = new Map<AppMachine, string>();
  const open: AppMachine[] = [];
  for (const { machine, excluded } of selected) {
    // What is stopped already is no news.
    if (excluded !== undefined || machine.state === 'stopped' || machine.state === 'suspended') continue;
    const reason = notIdle(machine, times);
    if (reason === undefined) open.push(machine);
    else reasons.set(machine, reason);
  }
  const failures =
    metrics === undefined ? [] : await judgeAll(open, reasons, { metrics, window, signal: deadline.signal });
  const keeping = new Keeping(keeps, fleet.machines);
  for (const machine of open) {
    if (reasons.has(machine)) continue;
    const kept = keeping.giveUp(machine);
    if (kept !== undefined) reasons.set(machine, kept);
  }
  return { reasons, failures };
}

/** Judges the machines by their app's metrics, and notes why one isn't known to have been quiet. */
async function judgeAll(
  machines: readonly AppMachine[],
  reasons: Map<AppMachine, string>,
  { metrics, window, signal }: { metrics: IdleMetrics; window: RangeWindow; signal: AbortSignal },
): Promise<Failure[]> {
  const limit = pLimit(QUERIES_AT_ONCE);
  const failures: Failure[] = [];
  const judgeApp = async (app: string) => {
    const ours = machines.filter((machine) => machine.app === app);
    try {
      const series = byInstance(await metrics.read(app, window, signal));
      for (const machine of ours) {
        const ask = { threshold: metrics.threshold, window };
        const busy = judgeQuiet(metrics.signal, series.get(machine.id) ?? [], ask);
        if (busy !== undefined) reasons.set(machine, busy);
      }
    } catch (thrown) {
      const error = asActionError(thrown);
      failures.push({ app, error });
      for (const machine of ours) reasons.set(machine, `metrics can't be read (${error.class})`);
    }
  };
  await Promise.all([...new Set(machines.map(({ app }) => app))].map((app) => limit(judgeApp, app)));
  return failures;
}
