import { faultsOf } from '../../../../interop/documents/judge.js';
import { faultInQuery, queryIn } from '../../../../interop/documents/judge-query.js';
import { labelValue, selector } from '../../../../src/metrics/promql.js';
import { rangeWindow, windowSince } from '../../../../src/metrics/range-window.js';
import { ownQuery, SIGNALS } from '../../../../src/metrics/signals.js';

const NAMES = [
  'my-app',
  'a"b',
  "a'b",
  'a\\b',
  'a\\',
  'a\nb\tc\r',
  '\u0000\u001f\u007f',
  'ümlaut 飛 🚀',
  '"}) or up{a="',
  '\u2028`$app',
];
const NOW = Date.UTC(2026, 5, 1) + 123;
const STEPS = [
  rangeWindow(NOW, 1),
  rangeWindow(NOW, 5 * 3_600_000),
  windowSince(NOW, NOW - 90 * 86_400_000 - 7),
].map(({ stepMs }) => stepMs);
const BROKEN = [
  '',
  'up{',
  'up{a="b}',
  'up{a="\n"}',
  'sum by (',
  'max_over_time(up[0.5s])',
  'a b',
  'nothing(up)',
  'up or',
];

/** Makes an exchange in which metrics are asked, and answered with a status. */
const asking = (query: string, status: number) => ({
  request: {
    method: 'GET',
    path: `/prometheus/my-org/api/v1/query_range?${new URLSearchParams({ query })}`,
    headers: {},
    body: '',
  },
  answer: { status, headers: {}, body: '' },
});

describe.each(Object.entries(SIGNALS))('when the query of %s is made', (_, { query }) => {
  it.each(NAMES)("Prometheus' grammar reads it whole for an app called %j", (app) => {
    for (const stepMs of STEPS) expect(faultInQuery(query(app, stepMs))).toBeUndefined();
  });
});

describe("when a user's own query is filled in", () => {
  it.each(NAMES)("Prometheus' grammar reads it whole for an app called %j", (app) => {
    const text = 'sum by (instance) (max_over_time(jobs{app="$app"}[$step]))';
    for (const stepMs of STEPS) expect(faultInQuery(ownQuery(text, app, stepMs))).toBeUndefined();
  });
});

describe('when a query is none', () => {
  it.each(BROKEN)('the grammar says where: %j', (query) => {
    expect(faultInQuery(query)).toMatch(/^at \d+: "/);
  });

  it('so is one whose name was not escaped', () => {
    expect(faultInQuery(selector('up', {}, `app=${labelValue('a"b')}`))).toBeUndefined();
    expect(faultInQuery(selector('up', {}, 'app="a"b"'))).toBeDefined();
  });

  it('an exchange with it is found, unless Fly has refused it', () => {
    const found = (query: string, status: number) => faultsOf(asking(query, status), { requests: true });
    for (const status of [400, 403, 429, 502]) expect(found('up{', status)).toEqual([]);
    expect(found('up{', 200)).toEqual(['a query that is no PromQL, at 3: ""']);
    expect(found('up{', 400)).toEqual([]);
    expect(found('up', 200)).toEqual([]);
  });

  it('it is read from a form, too', () => {
    const { request } = asking('up', 200);
    const form = { ...request, method: 'POST', path: request.path.replace(/\?.*/, ''), body: 'query=up%7B' };
    expect(queryIn(form)).toBe('up{');
    expect(queryIn({ ...request, path: '/v1/apps' })).toBeUndefined();
  });
});
