import pLimit from 'p-limit';
import { type Clock, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError, asActionError } from '../../errors.js';
import { byInstance, type RangeWindow, type Series } from '../../metrics/series.js';
import { judgeQuiet, type SignalName } from '../../metrics/signals.js';
import { formatDuration } from '../../text.js';
import type { Findings } from '../engine/engine.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure } from '../result/result.js';

const QUERIES_AT_ONCE = 10;
/** All queries together may take so long, or half of what is left of the step; one app's may take half of that. */
const METRICS_LIMIT_MS = 120_000;

/** What tells idleness beside what is known of a machine; undefined: uptime alone. */
export interface IdleMetrics {
  readonly signal: SignalName;
  readonly threshold: number;
  /** All series of an app over a window; one query. */
  readonly read: (app: string, window: RangeWindow, signal: AbortSignal) => Promise<Series[]>;
}

type Found = Pick<Findings, 'failures' | 'warnings'>;

/** What machines are judged with. */
export interface Judging {
  readonly metrics: IdleMetrics;
  readonly window: RangeWindow;
  readonly deadline: Deadline;
  readonly clock: Clock;
}

/**
 * Judges the machines by their apps' metrics, one query an app, and notes in `reasons` why one isn't known to have been
 * quiet. An app whose metrics can't be read has failed; where there are none of any app, that is told.
 */
export async function judgeAll(
  machines: readonly AppMachine[],
  reasons: Map<AppMachine, string>,
  { metrics, window, deadline, clock }: Judging,
): Promise<Found> {
  const limit = pLimit(QUERIES_AT_ONCE);
  const ms = Math.min(METRICS_LIMIT_MS, deadline.left / 2);
  let isBlind = true;
  const judgeApp = async (app: string, signal: AbortSignal): Promise<Failure[]> => {
    const ours = machines.filter((machine) => machine.app === app);
    try {
      const read = (limited: AbortSignal) => metrics.read(app, window, limited);
      const series = byInstance(
        await withTimeout({ clock, signal, ms: ms / 2, late: lateAfter(ms / 2) }, read),
      );
      if (series.size > 0) isBlind = false;
      for (const machine of ours) {
        const ask = { threshold: metrics.threshold, window };
        const busy = judgeQuiet(metrics.signal, series.get(machine.id) ?? [], ask);
        if (busy !== undefined) reasons.set(machine, busy);
      }
      return [];
    } catch (thrown) {
      const error = asActionError(thrown);
      for (const machine of ours) reasons.set(machine, `metrics can't be read (${error.class})`);
      return [{ app, error }];
    }
  };
  const apps = [...new Set(machines.map(({ app }) => app))];
  // What hangs, or is told to come back later, takes neither the others' answers nor the time to stop what is idle.
  const failures = await withTimeout(
    { clock, signal: deadline.signal, ms, late: lateAfter(ms) },
    async (signal) => (await Promise.all(apps.map((app) => limit(judgeApp, app, signal)))).flat(),
  );
  if (apps.length === 0 || failures.length > 0 || !isBlind) return { failures, warnings: [] };
  return blind(metrics);
}

function lateAfter(ms: number): () => ActionError {
  return () =>
    new ActionError('timeout', `no answer within ${formatDuration(ms)}`, {
      hint: 'A longer `timeout` gives the metrics more time; https://status.flyio.net shows how Fly is.',
    });
}

/** A job that never finds out anything never saves anything: that must not pass unseen. */
function blind({ signal }: IdleMetrics): Found {
  const what = `No app has metrics for \`idle-signal: ${signal}\`, so nothing is known to be idle.`;
  const hint =
    'Is `prometheus-url`, where it is given, that of the right organization? Machines without services have no traffic: `network`, `cpu` or `uptime` tell of those.';
  // Every machine has a CPU and a network.
  if (signal !== 'cpu' && signal !== 'network') return { failures: [], warnings: [`${what} ${hint}`] };
  return { failures: [{ app: undefined, error: new ActionError('input', what, { hint }) }], warnings: [] };
}
