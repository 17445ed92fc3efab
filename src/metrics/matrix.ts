import * as v from '@badrap/valita';
import { ActionError, type ErrorClass } from '../errors.js';
import type { HttpResponse } from '../http/transport.js';
import { maybe } from '../maybe.js';
import { excerpt } from '../text.js';
import type { Sample, Series } from './series.js';

const SampleJson = v.tuple([v.number(), v.string()]);

const MatrixJson = v.object({
  status: v.literal('success'),
  data: v.object({
    resultType: v.literal('matrix'),
    result: v.array(v.object({ metric: v.record(v.string()), values: v.array(SampleJson) })),
  }),
  warnings: maybe(v.array(v.string())),
  /** VictoriaMetrics: some of its storage did not answer. */
  isPartial: v.boolean().optional(),
});

const MetricsErrorJson = v.object({ error: v.string(), errorType: v.string().optional() });

/** A float as Go writes it. */
const SAMPLE_VALUE = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/**
 * Reads the answer to a range query. Throws an error of the class that the status stands for; `Fly failure` for an
 * answer that makes no sense, and for one that says itself that it isn't whole: what is missing may be the busy part.
 */
export function readMatrix(response: HttpResponse, what: string): Series[] {
  if (response.status !== 200) throw metricsRefusal(response, what);
  let json: unknown;
  try {
    json = JSON.parse(response.body);
  } catch {
    throw senseless(response, what, 'it is not JSON');
  }
  // Prometheus tells errors by status as well; what stands before it may not.
  const failed = MetricsErrorJson.try(json, { mode: 'strip' });
  if (failed.ok) throw senseless(response, what, `an error, ${excerpt(failed.value.error)}`);
  const read = MatrixJson.try(json, { mode: 'strip' });
  if (!read.ok) throw senseless(response, what, read.message);
  const { data, warnings, isPartial } = read.value;
  const warning = warnings?.[0] ?? (isPartial === true ? 'isPartial is true' : undefined);
  if (warning !== undefined)
    throw fault(response, `${what}: the answer may not be whole: ${excerpt(warning)}`, 'Try again later.');
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([at, text]): Sample => {
      const value = SPECIAL[text] ?? (SAMPLE_VALUE.test(text) ? Number(text) : undefined);
      if (value === undefined) throw senseless(response, what, `${excerpt(text)} is not a number`);
      return { at: Math.round(at * 1000), value };
    }),
  }));
}

interface Meaning {
  readonly class: ErrorClass;
  readonly hint: string;
}

const TOKEN =
  'Reading metrics needs a token that may do so: set `metrics-token` to one of `fly tokens create readonly -o <org> -x 8760h`.';

/** Second hint of a 401, with which Fly also answers for an organization that it doesn't know. */
const SLUG = 'Or is the slug of the organization wrong (`org`, or in `prometheus-url`)?';

function meaningOf(status: number): Meaning {
  switch (status) {
    case 401:
      return { class: 'unauthorized', hint: `${TOKEN} ${SLUG}` };
    case 403:
      return { class: 'forbidden', hint: TOKEN };
    case 404:
      return {
        class: 'not found',
        hint: 'Is prometheus-url right, with the slug of the organization in it?',
      };
    case 400:
    case 422:
      return { class: 'input', hint: 'The query is not accepted: try it in https://fly-metrics.net first.' };
    case 429:
      return { class: 'rate limited', hint: 'Too many queries; leave more time between jobs.' };
    default:
      return status >= 500
        ? { class: 'Fly failure', hint: 'See https://status.flyio.net and try again later.' }
        : { class: 'Fly failure', hint: 'Is prometheus-url right, and no proxy in between?' };
  }
}

function metricsRefusal(response: HttpResponse, what: string): ActionError {
  const { status } = response;
  const meaning = meaningOf(status);
  const reason = metricsReason(response.body);
  return new ActionError(meaning.class, `${what}: answered ${status}${reason === '' ? '' : `: ${reason}`}`, {
    hint: meaning.hint,
    status,
    requestId: response.headers['fly-request-id'],
  });
}

function metricsReason(body: string): string {
  try {
    const read = MetricsErrorJson.try(JSON.parse(body), { mode: 'strip' });
    if (read.ok) return excerpt([read.value.errorType, read.value.error].filter(Boolean).join(': '));
  } catch {
    // Not JSON: as it stands, then.
  }
  return /^\s*</.test(body) ? 'a page of HTML' : excerpt(body);
}

function senseless(response: HttpResponse, what: string, why: string): ActionError {
  const message = `${what}: the answer (${response.status}) makes no sense: ${why}`;
  return fault(response, message, 'Is prometheus-url right, and no proxy in between?');
}

function fault({ status, headers }: HttpResponse, message: string, hint: string): ActionError {
  return new ActionError('Fly failure', message, { status, requestId: headers['fly-request-id'], hint });
}
