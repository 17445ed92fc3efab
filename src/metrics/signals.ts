import type { UnixMs } from '../clock.js';
import { whyBusyByTraffic } from './busy-by-traffic.js';
import { whyBusyByCpu, whyBusyByNetwork, whyBusyByValue } from './busy-by-usage.js';
import { counters, labelValue, lapses, peaks, promDuration, selector, union } from './promql.js';
import { NO_METRICS } from './reasons.js';
import { type Measure, type RangeWindow, type Series, samplesSince } from './series.js';

/** Way to tell from an app's metrics which of its machines do nothing. */
export interface Signal {
  /** The PromQL for all machines of an app at once; `stepMs` is the window's. */
  readonly query: (app: string, stepMs: number) => string;
  /** Highest value that is still quiet, in the signal's own unit. */
  readonly threshold: number;
  readonly whyBusy: (series: readonly Series[], measure: Measure) => string | undefined;
}

/** Signals whose query is known, in the order of the documentation. */
export const SIGNALS = {
  traffic: {
    query: (app, stepMs) => {
      const [inFlight, requests, connections] = [
        selector('fly_app_concurrency', { app }),
        selector('fly_app_http_responses_count', { app }),
        selector('fly_app_tcp_connects_count', { app }),
      ];
      return union({
        concurrency: peaks(inFlight, stepMs),
        requests: counters(requests, stepMs),
        'requests away': lapses(requests, inFlight, stepMs),
        connections: counters(connections, stepMs),
        'connections away': lapses(connections, inFlight, stepMs),
      });
    },
    threshold: 0,
    whyBusy: whyBusyByTraffic,
  },
  network: {
    query: (app, stepMs) => {
      // `dummy0` is the guest's own; both directions must be known.
      const labels = { app, device: 'eth0' };
      return ['recv', 'sent']
        .map((way) => counters(selector(`fly_instance_net_${way}_bytes`, labels), stepMs))
        .join(' + ');
    },
    // Health checks every 15 s and keep-alive of a few connections stay below; one page served within a minute doesn't.
    threshold: 1_000,
    whyBusy: whyBusyByNetwork,
  },
  cpu: {
    query: (app, stepMs) => {
      return union({
        busy: counters(selector('fly_instance_cpu', { app }, 'mode!="idle"'), stepMs),
        all: counters(selector('fly_instance_cpu', { app }), stepMs),
      });
    },
    // A waiting runtime takes 1 or 2 % of a shared CPU; work that lasts takes far more.
    threshold: 5,
    whyBusy: whyBusyByCpu,
  },
} as const satisfies Readonly<Record<string, Signal>>;

/** Signal that metrics tell; `query` is the user's own. */
export type SignalName = keyof typeof SIGNALS | 'query';

/**
 * Returns the user's PromQL for one app: `$app` becomes its name, within double quotes, and `$step` the distance of two
 * values, so that `max_over_time(x[$step])` leaves nothing out.
 */
export function ownQuery(text: string, app: string, stepMs: number): string {
  const values = { app: labelValue(app).slice(1, -1), step: promDuration(stepMs) };
  return text.replaceAll(/\$(app|step)\b/g, (_, name: keyof typeof values) => values[name]);
}

/**
 * Tells why a machine isn't known to have been quiet, in a few words for a table; undefined when it was quiet over the whole
 * window. `series` are those of this machine. Whatever isn't known isn't quiet, but where the window is sparse.
 */
export function whyBusy(name: SignalName, series: readonly Series[], measure: Measure): string | undefined {
  const judge = name === 'query' ? whyBusyByValue : SIGNALS[name].whyBusy;
  const { isSparse } = measure.window;
  if (isSparse && series.length === 0) return undefined;
  const why = series.length === 0 ? NO_METRICS : judge(series, measure);
  // The proxy doesn't measure every machine that serves, so that this is no zero.
  return name === 'traffic' && why === NO_METRICS
    ? `${NO_METRICS}: idle-signal network or cpu may have some`
    : why;
}

/**
 * Tells the same of the part of a window that begins at a time, as far as that was measured: what wasn't may have been quiet.
 */
export function whyBusySince(
  start: UnixMs,
  name: SignalName,
  series: readonly Series[],
  { threshold, window }: Measure,
): string | undefined {
  const known = samplesSince(start, series, ({ value }) => !Number.isNaN(value));
  const part: RangeWindow = { ...window, start, isSparse: true };
  return whyBusy(name, known, { threshold, window: part });
}
