import type { IdleMetrics } from '../commands/stop-idle.js';
import { isLoopback } from '../discharge/origins.js';
import { authorization } from '../macaroon/bundle.js';
import { Prometheus } from '../metrics/prometheus.js';
import { ownQuery, SIGNALS } from '../metrics/signals.js';
import { readBundle } from './read-bundle.js';
import type { Step } from './step.js';

const FLYS = 'https://api.fly.io';

/**
 * Where a step has the metrics from that tell which machines are idle; undefined where uptime alone does. The Fly
 * token goes to Fly's own metrics only, and to loopback.
 */
export function metricsOf(step: Step): IdleMetrics | undefined {
  const { inputs } = step;
  const signal = inputs['idle-signal'];
  if (signal === 'uptime') return undefined;
  const known = signal === 'query' ? { threshold: 0 } : SIGNALS[signal];
  const query = (app: string, windowMs: number) =>
    signal === 'query' ? ownQuery(inputs.query ?? '', app, windowMs) : SIGNALS[signal].query(app, windowMs);
  const url = inputs['prometheus-url'];
  const orgs = new Organizations(step);
  return {
    signal,
    threshold: inputs['idle-threshold'] ?? known.threshold,
    read: async (app, window, aborted) => {
      const text = query(app, inputs['idle-for']);
      const seriesAt = (at: URL) => prometheusOf(step, at).range(text, window, aborted);
      if (url !== undefined) return seriesAt(url);
      const org = await orgs.likely(app, aborted);
      const series = await seriesAt(urlFor(org, step.access));
      if (series.length > 0) return series;
      // Elsewhere an app has no series: nothing was stopped by mistake, but nothing ever would be.
      const own = await orgs.of(app, aborted);
      return own === org ? series : seriesAt(urlFor(own, step.access));
    },
  };
}

/** The organizations of a step's apps, mostly one: so one app is asked for all. */
class Organizations {
  readonly #step: Step;
  #first: { readonly app: string; readonly org: Promise<string> } | undefined;

  constructor(step: Step) {
    this.#step = step;
  }

  /** The step's own, else that of the first app. */
  async likely(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    if (org !== undefined) return org;
    this.#first ??= { app, org: this.#ask(app, signal) };
    const first = this.#first;
    try {
      return await first.org;
    } catch (error) {
      // What is refused for one app may be fine for another.
      if (first.app === app) throw error;
      return this.#ask(app, signal);
    }
  }

  /** The app's own, as far as the step doesn't say it. */
  async of(app: string, signal: AbortSignal): Promise<string> {
    const { org } = this.#step.access;
    return org ?? (this.#first?.app === app ? this.#first.org : this.#ask(app, signal));
  }

  #ask(app: string, signal: AbortSignal): Promise<string> {
    return this.#step.connection.client.orgOf(app, signal);
  }
}

/** An embedded Fly has its metrics beside its machines. */
function urlFor(org: string, { apiUrl }: Step['access']): URL {
  return new URL(`/prometheus/${encodeURIComponent(org)}/`, isLoopback(apiUrl) ? apiUrl : FLYS);
}

function prometheusOf({ inputs, connection, transport, clock, jitter, log }: Step, url: URL): Prometheus {
  const token = inputs['metrics-token'];
  const { session } = connection;
  const common = { url, transport, clock, jitter, debug: (message: string) => log.debug(message) };
  if (token !== undefined) {
    const header = authorization(readBundle(token, 'the input `metrics-token`'));
    return new Prometheus({ ...common, header: async () => header });
  }
  if (url.origin !== FLYS && !isLoopback(url)) return new Prometheus({ ...common, header: async () => '' });
  return new Prometheus({
    ...common,
    header: () => session.header(),
    renew: (refused) => session.renew(refused),
  });
}
