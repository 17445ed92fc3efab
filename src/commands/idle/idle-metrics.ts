import pLimit from 'p-limit';
import { type Clock, type UnixMs, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError, asActionError } from '../../errors.js';
import { byInstance, type RangeWindow, type Series } from '../../metrics/series.js';
import { type SignalName, whyBusy, whyBusySince } from '../../metrics/signals.js';
import { formatDuration } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure } from '../result/result.js';
import type { Busy } from './idle.js';

const QUERIES_AT_ONCE = 10;
/** Time limit of all queries together, in milliseconds, unless half of what is left of the step is less. One query may take half of it. */
const METRICS_LIMIT_MS = 120_000;

/** Source of an app's metrics, and what in them tells idleness. */
export interface IdleMetrics {
  readonly signal: SignalName;
  readonly threshold: number;
  /** Reads all series of an app over a window, with one query. */
  readonly read: (app: string, window: RangeWindow, signal: AbortSignal) => Promise<Series[]>;
}

/** Dependencies of `findBusyByMetrics`. */
export interface MetricsTools {
  readonly metrics: IdleMetrics;
  readonly window: RangeWindow;
  /** Time since which a machine must have been quiet, as far as that was measured; undefined: over the whole window. */
  readonly since?: (machine: AppMachine) => UnixMs;
  readonly deadline: Deadline;
  readonly clock: Clock;
}

/** Busy machines by the metrics of their apps. */
export interface Measured {
  readonly busy: ReadonlyMap<AppMachine, Busy>;
  /** Apps whose metrics could not be read. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** Metrics of one app. */
interface AppMeasured extends Pick<Measured, 'busy' | 'failures'> {
  /** True where no machine of the app has any. */
  readonly isBlind: boolean;
}

/**
 * Finds the busy machines by the metrics of their apps, with one query an app. An app whose metrics can't be read has failed,
 * and its machines count as busy. Where no app has any metrics, that is a warning, or a failure where there must be some.
 */
export async function findBusyByMetrics(
  machines: readonly AppMachine[],
  tools: MetricsTools,
): Promise<Measured> {
  const { metrics, deadline, clock } = tools;
  const limit = pLimit(QUERIES_AT_ONCE);
  const ms = Math.min(METRICS_LIMIT_MS, deadline.left / 2);
  const apps = [...new Set(machines.map(({ app }) => app))];
  const measure = (app: string, signal: AbortSignal) => {
    const its = machines.filter((machine) => machine.app === app);
    return limit(() => measureApp(app, its, tools, { signal, ms: ms / 2 }));
  };
  // A query that hangs, or must be asked again later, costs neither the others' answers nor the time to stop what is idle.
  const each = await withTimeout(
    { clock, signal: deadline.signal, ms, late: lateAfter(ms) },
    async (signal) => Promise.all(apps.map((app) => measure(app, signal))),
  );
  const busy = new Map(each.flatMap((it) => [...it.busy]));
  const failures = each.flatMap((it) => it.failures);
  const isBlind = each.length > 0 && failures.length === 0 && each.every((it) => it.isBlind);
  return isBlind ? { busy, ...blindness(metrics) } : { busy, failures, warnings: [] };
}

async function measureApp(
  app: string,
  machines: readonly AppMachine[],
  { metrics, window, since, clock }: MetricsTools,
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
): Promise<AppMeasured> {
  try {
    const read = (limited: AbortSignal) => metrics.read(app, window, limited);
    const series = byInstance(await withTimeout({ clock, signal, ms, late: lateAfter(ms) }, read));
    const ask = { threshold: metrics.threshold, window };
    const busy = machines.flatMap((machine): [AppMachine, Busy][] => {
      const its = series.get(machine.id) ?? [];
      const why =
        since === undefined
          ? whyBusy(metrics.signal, its, ask)
          : whyBusySince(since(machine), metrics.signal, its, ask);
      return why === undefined ? [] : [[machine, { why }]];
    });
    return { busy: new Map(busy), failures: [], isBlind: series.size === 0 };
  } catch (thrown) {
    const error = asActionError(thrown);
    const why = `metrics can't be read (${error.class})`;
    const busy = machines.map((machine): [AppMachine, Busy] => [machine, { why }]);
    return { busy: new Map(busy), failures: [{ app, error }], isBlind: true };
  }
}

function lateAfter(ms: number): () => ActionError {
  return () =>
    new ActionError('timeout', `no answer within ${formatDuration(ms)}`, {
      hint: 'A longer `timeout` gives the metrics more time; https://status.flyio.net shows how Fly is.',
    });
}

/** Says that no app has metrics: a job that never finds out anything never saves anything, and must not pass unseen. */
function blindness({ signal }: IdleMetrics): Pick<Measured, 'failures' | 'warnings'> {
  const what = `No app has metrics for \`idle-signal: ${signal}\`, so nothing is known to be idle.`;
  const hint =
    'If `prometheus-url` is set, check that it is the one of the right organization. Machines without services have no traffic: `network`, `cpu` or `uptime` tell of those.';
  // Every machine has a CPU and a network.
  if (signal !== 'cpu' && signal !== 'network') return { failures: [], warnings: [`${what} ${hint}`] };
  return { failures: [{ app: undefined, error: new ActionError('input', what, { hint }) }], warnings: [] };
}
