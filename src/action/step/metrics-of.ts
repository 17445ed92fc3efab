import type { IdleMetrics } from '../../commands/idle/idle-metrics.js';
import { isLoopback } from '../../discharge/third-party/origins.js';
import { ActionError } from '../../errors.js';
import type { TokenSource } from '../../http/authorized.js';
import { Prometheus } from '../../metrics/prometheus.js';
import { ownQuery, SIGNALS } from '../../metrics/signals.js';
import { connect } from '../access/connect.js';
import { mendedText } from '../inputs/values/read-bundle.js';
import { isFlys } from '../inputs/values/urls.js';
import { AppOrganizations } from './app-organizations.js';
import type { Step } from './step.js';

const FLYS = 'https://api.fly.io';

/**
 * Returns the source of the metrics that tell which machines are idle; undefined where uptime alone does. The Fly
 * token goes to Fly's own metrics only, and to an embedded Fly's.
 */
export function metricsOf(step: Step): IdleMetrics | undefined {
  const { inputs } = step;
  const signal = inputs['idle-signal'];
  if (signal === 'uptime') return undefined;
  const known = signal === 'query' ? { threshold: 0 } : SIGNALS[signal];
  const query = (app: string, stepMs: number) =>
    signal === 'query' ? ownQuery(inputs.query ?? '', app, stepMs) : SIGNALS[signal].query(app, stepMs);
  const url = inputs['prometheus-url'];
  const usual = url ?? usualOrigin(step.access);
  const orgs = new AppOrganizations(step);
  const tokens = tokensFor(step);
  return {
    signal,
    threshold: inputs['idle-threshold'] ?? known.threshold,
    read: async (app, window, aborted) => {
      const text = query(app, window.stepMs);
      const seriesAt = (at: URL) => prometheusOf(step, at, tokens(at)).range(text, window, aborted);
      if (url !== undefined) return seriesAt(url);
      const org = await orgs.likely(app, aborted);
      const series = await seriesAt(urlFor(org, usual));
      if (series.length > 0) return series;
      // Elsewhere an app has no series: nothing was stopped by mistake, but nothing ever would be.
      const own = await orgs.of(app, aborted);
      return own === org ? series : seriesAt(urlFor(own, usual));
    },
  };
}

function urlFor(org: string, origin: URL): URL {
  return new URL(`/prometheus/${encodeURIComponent(org)}/`, origin);
}

/** Returns the usual origin of metrics; an embedded Fly has them beside its machines. Throws an `input` error for a host that may be anybody's. */
function usualOrigin({ apiUrl }: Step['access']): URL {
  if (isLoopback(apiUrl)) return apiUrl;
  if (isFlys(apiUrl)) return new URL(FLYS);
  throw new ActionError('input', `It is not known where ${apiUrl.host} has its metrics.`, {
    hint: 'Set `prometheus-url`, and `metrics-token` if they take a token.',
  });
}

/** Returns a function that finds the token to read metrics with; undefined where none may be sent. */
function tokensFor(step: Step): (url: URL) => TokenSource | undefined {
  const { inputs, access, connection } = step;
  const bundle = inputs['metrics-token'];
  if (bundle === undefined)
    // An embedded Fly may have its metrics on another port of this machine.
    return (url) =>
      url.origin === FLYS || (isLoopback(access.apiUrl) && isLoopback(url)) ? connection.token : undefined;
  // Made by `fly tokens create`, it needs a discharge of its own.
  if (bundle.mended) step.log.notice(mendedText('the input `metrics-token`'));
  const discharges = bundle.discharges.map((it) => ({ ...it, arrived: undefined }));
  const { token: reader } = connect({ ...access, bundle, discharges, session: undefined }, step, {
    signal: step.deadline.signal,
    maxConcurrent: inputs['max-concurrent'],
    save: () => undefined,
  });
  return () => reader;
}

function prometheusOf(step: Step, url: URL, tokens: TokenSource | undefined): Prometheus {
  const { transport, clock, jitter, log, inputs } = step;
  const debug = (message: string) => log.debug(message);
  return new Prometheus({
    url,
    transport,
    clock,
    jitter,
    debug,
    isFlys: inputs['prometheus-url'] === undefined,
    tokens: {
      header: async () => (await tokens?.header()) ?? '',
      renew: async (refused) => tokens?.renew(refused),
    },
  });
}
