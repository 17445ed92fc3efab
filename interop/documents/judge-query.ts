import { parser } from '@prometheus-io/lezer-promql';
import type { FlyRequest } from '../../emulator/http.js';

const METRICS = /^\/prometheus\/[^/]+\/api\/v1\/query_range(?:\?|$)/;

/** Returns the text of a request's PromQL query, by way of its address or of its form; undefined where it asks no metrics. */
export function queryIn({ path, body }: FlyRequest): string | undefined {
  if (!METRICS.test(path)) return undefined;
  const given = new URL(path, 'http://fly.invalid').searchParams;
  return given.get('query') ?? new URLSearchParams(body).get('query') ?? '';
}

/** Returns what Prometheus' own grammar can't read in a query: the place and the text there; undefined for a whole query. */
export function faultInQuery(query: string): string | undefined {
  let fault: string | undefined;
  parser.parse(query).iterate({
    enter({ type, from, to }) {
      if (type.isError) fault ??= `at ${from}: ${JSON.stringify(query.slice(from, to))}`;
    },
  });
  return fault;
}
