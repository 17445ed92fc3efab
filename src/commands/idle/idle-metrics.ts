import { type Clock, type UnixMs, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { ActionError, asActionError } from '../../errors.js';
import { type Quiet, quietOf } from '../../metrics/quiet.js';
import { lookBack } from '../../metrics/range-window.js';
import { byInstance, type RangeWindow, type Series, samplesSince } from '../../metrics/series.js';
import { type SignalName, whyBusy, whyBusySince } from '../../metrics/signals.js';
import { placesFor } from '../../places.js';
import { formatDuration } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure } from '../result/result.js';
import { runBegan } from './evidence.js';

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
  /** Reason of each in words. */
  readonly busy: ReadonlyMap<AppMachine, string>;
  /** Since when each machine has been quiet; without those whose metrics could not be read. */
  readonly quiet: ReadonlyMap<AppMachine, Quiet>;
  /** Apps whose metrics could not be read. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** Metrics of one app. */
interface AppMeasured extends Omit<Measured, 'warnings'> {
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
  const { metrics, window, since, deadline, clock } = tools;
  const limit = placesFor(QUERIES_AT_ONCE);
  const ms = Math.min(METRICS_LIMIT_MS, deadline.left / 2);
  const apps = [...new Set(machines.map(({ app }) => app))];
  // Nothing is known of the cost of a user's query.
  const isWide = since === undefined && metrics.signal !== 'query';
  const asked = isWide ? lookBack(window, machines.length) : window;
  const measure = (app: string, signal: AbortSignal) => {
    const its = machines.filter((machine) => machine.app === app);
    return limit(() => measureApp(app, its, { ...tools, asked }, { signal, ms: ms / 2 }));
  };
  // A query that hangs, or must be asked again later, costs neither the others' answers nor the time to stop what is idle.
  const each = await withTimeout(
    { clock, signal: deadline.signal, ms, late: lateAfter(ms) },
    async (signal) => Promise.all(apps.map((app) => measure(app, signal))),
  );
  const busy = new Map(each.flatMap((it) => [...it.busy]));
  const quiet = new Map(each.flatMap((it) => [...it.quiet]));
  const failures = each.flatMap((it) => it.failures);
  const isBlind = each.length > 0 && failures.length === 0 && each.every((it) => it.isBlind);
  return { busy, quiet, ...(isBlind ? blindness(metrics) : { failures, warnings: [] }) };
}

async function measureApp(
  app: string,
  machines: readonly AppMachine[],
  { metrics, window, asked, since, clock }: MetricsTools & { readonly asked: RangeWindow },
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
): Promise<AppMeasured> {
  try {
    const read = (limited: AbortSignal) => metrics.read(app, asked, limited);
    const answer = await withTimeout({ clock, signal, ms, late: lateAfter(ms) }, read);
    const series = byInstance(samplesSince(window.start, answer));
    const whole = byInstance(answer);
    const { signal: name, threshold } = metrics;
    const ask = { threshold, window };
    const busy = new Map<AppMachine, string>();
    const quiet = new Map<AppMachine, Quiet>();
    for (const machine of machines) {
      const its = series.get(machine.id) ?? [];
      const why =
        since === undefined ? whyBusy(name, its, ask) : whyBusySince(since(machine), name, its, ask);
      if (why !== undefined) busy.set(machine, why);
      const seen = quietOf(
        name,
        whole.get(machine.id) ?? [],
        { threshold, window: asked },
        runBegan(machine),
      );
      // Metrics with gaps further back prove less than the verdict does.
      const proven = why === undefined ? window.start : undefined;
      quiet.set(machine, { ...seen, quietSince: seen.quietSince ?? proven });
    }
    return { busy, quiet, failures: [], isBlind: series.size === 0 };
  } catch (thrown) {
    const error = asActionError(thrown);
    const why = `metrics can't be read (${error.class})`;
    const busy = new Map(machines.map((machine) => [machine, why]));
    return { busy, quiet: new Map(), failures: [{ app, error }], isBlind: true };
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
