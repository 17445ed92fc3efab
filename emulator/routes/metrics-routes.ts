import { type Answer, json } from '../http.js';
import { settle } from '../machines/transitions.js';
import { evaluate, type Steps, type Store } from '../metrics/evaluate.js';
import { parseQuery } from '../metrics/promql.js';
import { seriesOf } from '../metrics/samples.js';
import type { OrganizationContext, OrganizationRoute } from './route.js';

/** Rate of queries. Fly documents none; a dashboard sends many. */
const RATE = { perSecond: 100, burst: 200 };
const MOST_STEPS = 11_000;

const route = (method: string): OrganizationRoute => ({
  scope: 'organization',
  method,
  path: '/prometheus/:org/api/v1/query_range',
  action: 'r',
  rate: RATE,
  takesAppTokens: ({ metricsAccess }) => metricsAccess === 'allowed',
  handle: queryRange,
});

/** Prometheus's API over the machines' loads. */
export const METRICS_ROUTES: readonly OrganizationRoute[] = [route('GET'), route('POST')];

function queryRange({ world, apps, query: given, body }: OrganizationContext): Answer {
  const form = new URLSearchParams(body);
  const field = (name: string) => given.get(name) ?? form.get(name) ?? '';
  const steps = { start: ms(field('start')), end: ms(field('end')), stepMs: ms(field('step')) };
  const wrong = wrongWith(steps);
  if (wrong !== undefined) return badRequest(wrong);
  const now = world.clock.now();
  const { scrapeMs: everyMs, scrapeLoss: loss, oldSamples } = world.settings;
  const scrapes = { everyMs, loss, now, thinned: oldSamples === 'thinned' };
  const store: Store = ({ metric, app, from, to }) =>
    apps
      .filter(({ name }) => app === undefined || name === app)
      .flatMap(({ name, machines }) =>
        [...machines.values()].flatMap((machine) => {
          settle(machine, now);
          // The future is unknown.
          return seriesOf({ app: name, machine, metric }, { from, to: Math.min(to, now) }, scrapes);
        }),
      );
  try {
    const result = evaluate(parseQuery(field('query')), steps, store).map(({ labels, samples }) => ({
      metric: labels,
      values: samples.map(({ at, value }) => [at / 1000, textOf(value)]),
    }));
    return json(200, { status: 'success', data: { resultType: 'matrix', result } });
  } catch (error) {
    return badRequest(`invalid parameter "query": ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads seconds, with or without the unit, or a time in RFC 3339. Returns milliseconds; NaN when it is neither.
 */
function ms(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)s?$/.exec(text) ?? [];
  return Math.round(number === undefined ? Date.parse(text) : Number(number) * 1000);
}

function wrongWith({ start, end, stepMs }: Steps): string | undefined {
  if (Number.isNaN(start) || Number.isNaN(end)) return 'invalid parameter "start" or "end": cannot parse it';
  if (end < start) return 'invalid parameter "end": end timestamp must not be before start time';
  if (!(stepMs > 0)) return 'invalid parameter "step": zero or negative step is not accepted';
  if ((end - start) / stepMs <= MOST_STEPS) return undefined;
  return 'exceeded maximum resolution of 11,000 points per timeseries';
}

/** Writes a number as Go does. */
function textOf(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function badRequest(error: string): Answer {
  return json(400, { status: 'error', errorType: 'bad_data', error });
}
