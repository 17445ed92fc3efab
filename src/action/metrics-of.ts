import type { IdleMetrics } from '../commands/stop-idle.js';
import { isLoopback } from '../discharge/origins.js';
import { authorization, parseBundle } from '../macaroon/bundle.js';
import { Prometheus } from '../metrics/prometheus.js';
import { ownQuery, SIGNALS } from '../metrics/signals.js';
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
  return {
    signal,
    threshold: inputs['idle-threshold'] ?? known.threshold,
    read: async (app, window, aborted) => {
      const org = inputs['prometheus-url'] === undefined ? await orgOf(step, app, aborted) : '';
      const prometheus = prometheusOf(step, org);
      return prometheus.range(query(app, inputs['idle-for']), window, aborted);
    },
  };
}

async function orgOf({ access, connection }: Step, app: string, signal: AbortSignal): Promise<string> {
  return access.org ?? (await connection.client.orgOf(app, signal));
}

function prometheusOf(step: Step, org: string): Prometheus {
  const { inputs, access, connection, transport, clock, jitter, log } = step;
  // An embedded Fly has its metrics beside its machines.
  const home = isLoopback(access.apiUrl) ? access.apiUrl : FLYS;
  const url = inputs['prometheus-url'] ?? new URL(`/prometheus/${encodeURIComponent(org)}/`, home);
  const token = inputs['metrics-token'];
  const { session } = connection;
  const common = { url, transport, clock, jitter, debug: (message: string) => log.debug(message) };
  if (token !== undefined) {
    const header = authorization(parseBundle(token));
    return new Prometheus({ ...common, header: async () => header });
  }
  if (url.origin !== FLYS && !isLoopback(url)) return new Prometheus({ ...common, header: async () => '' });
  return new Prometheus({
    ...common,
    header: () => session.header(),
    renew: (refused) => session.renew(refused),
  });
}
