import type { MachineSpec } from '../../../emulator/machines/build.js';
import { LOADS, type Load } from '../../../emulator/metrics/load.js';
import type { GivenSettings } from '../../../emulator/settings.js';
import { Prometheus } from '../../../src/metrics/prometheus.js';
import { lapses } from '../../../src/metrics/promql.js';
import { rangeWindow } from '../../../src/metrics/range-window.js';
import { byInstance, type RangeWindow } from '../../../src/metrics/series.js';
import { ownQuery, SIGNALS, type SignalName, whyBusy } from '../../../src/metrics/signals.js';
import { flyTransport } from '../../support/fakes/fly-transport.js';
import { APP, createRig, parse } from './rig.js';

const NEVER = new AbortController().signal;
const HALF_HOUR = 1_800_000;
const PATH = '/prometheus/my-org/api/v1/query_range';

interface Matrix {
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values: [number, string][];
    }[];
  };
}

const SPECS: readonly MachineSpec[] = [
  { id: 'idle', behaviour: { load: LOADS.idle } },
  { id: 'busy', behaviour: { load: LOADS.busy } },
  { id: 'spiky', behaviour: { load: LOADS.spiky } },
  { id: 'unmeasured', behaviour: { load: LOADS.unmeasured } },
  { id: 'worker' },
  { id: 'young', sinceMs: 600_000, behaviour: { load: LOADS.idle } },
  { id: 'resting', state: 'stopped', behaviour: { load: LOADS.busy } },
  { id: 'service', config: { services: [{ internal_port: 80 }] } },
];

/** Returns the verdict of a signal on each machine of the app, by the emulator's answer. */
async function judge(
  signal: SignalName,
  {
    query,
    threshold = 0,
    specs = SPECS,
  }: { query?: string; threshold?: number; specs?: readonly MachineSpec[] } = {},
): Promise<Record<string, string>> {
  const { fly, clock } = createRig(specs);
  const header = fly.mintToken({ thirdParty: false });
  const url = new URL('https://fly.test/prometheus/my-org/');
  const effects = { clock, jitter: () => 0, debug: () => undefined };
  const prometheus = new Prometheus({
    url,
    tokens: { header: async () => header, renew: async () => undefined },
    transport: flyTransport(fly),
    ...effects,
  });
  const window: RangeWindow = rangeWindow(clock.now(), HALF_HOUR);
  const text =
    signal === 'query'
      ? ownQuery(query ?? '', APP, window.stepMs)
      : SIGNALS[signal].query(APP, window.stepMs);
  const all = byInstance(await clock.run(prometheus.range(text, window, NEVER)));
  const verdicts = fly
    .machines(APP)
    .map(({ id }) => [id, whyBusy(signal, all.get(id) ?? [], { threshold, window }) ?? 'quiet']);
  return Object.fromEntries(verdicts) as Record<string, string>;
}

const NO_TRAFFIC = 'no metrics: idle-signal network or cpu may have some';

describe('when machines are judged by the metrics of their load', () => {
  it('knows by traffic which serve nothing', async () =>
    expect(await judge('traffic')).toEqual({
      idle: 'quiet',
      busy: 'busy: up to 1 request at once',
      spiky: 'busy: up to 1 request at once',
      unmeasured: NO_TRAFFIC,
      worker: NO_TRAFFIC,
      young: 'metrics begin 10 min ago',
      resting: NO_TRAFFIC,
      service: 'quiet',
    }));

  it('knows by network, which has a background', async () =>
    expect(await judge('network', { threshold: 1_000 })).toMatchObject({
      idle: 'quiet',
      worker: 'quiet',
      unmeasured: 'no metrics',
      resting: 'no metrics',
      busy: expect.stringContaining('bytes/s'),
      spiky: expect.stringContaining('bytes/s'),
    }));

  it('knows by CPU', async () =>
    expect(await judge('cpu', { threshold: 5 })).toMatchObject({
      idle: 'quiet',
      worker: 'quiet',
      unmeasured: 'no metrics',
      busy: 'busy: CPU up to 21 %',
    }));

  it('knows what a machine measures itself', async () => {
    const depth = (value: number) => ({ load: { metrics: { queue_depth: () => value } } });
    const specs = [
      { id: 'a', behaviour: depth(0) },
      { id: 'b', behaviour: depth(7) },
      { id: 'c', behaviour: depth(Number.NaN) },
      { id: 'd' },
    ];
    const query = 'max by (instance) (max_over_time(queue_depth{app="$app"}[$step])) * 2';
    expect(await judge('query', { query, specs })).toEqual({
      a: 'quiet',
      b: 'busy: value up to 14',
      c: 'metrics make no sense: not a number',
      d: 'no metrics',
    });
  });

  it('counts what is over before it is measured', async () => {
    const specs = [{ id: 'a', behaviour: { load: LOADS.brief } }];
    expect(await judge('traffic', { specs })).toEqual({
      a: expect.stringMatching(/^busy: requests served: \d+$/),
    });
    expect(await judge('network', { threshold: 1_000, specs })).toEqual({ a: 'quiet' });
  });

  it('has nothing of a time in which no metrics arrive', async () => {
    const { clock } = createRig([]);
    const now = clock.now();
    const away = (from: number, until: number) => ({
      load: { requests: () => 0, missing: (at: number) => at >= now - from && at < now - until },
    });
    const specs = [
      { id: 'a', behaviour: away(20 * 60_000, 12 * 60_000) },
      { id: 'b', behaviour: away(8 * 60_000, -60_000) },
    ];
    expect(await judge('traffic', { specs })).toEqual({
      a: expect.stringMatching(/^no metrics for \d+ min in between$/),
      b: expect.stringMatching(/^metrics end \d+ min ago$/),
    });
  });

  it('loses sight of one that stops, and counts anew when it starts again', async () => {
    const rig = createRig([{ id: 'm', behaviour: { load: LOADS.busy } }]);
    const { clock, fly } = rig;
    const token = fly.mintToken({ thirdParty: false });
    const machine = `/v1/apps/${APP}/machines/m`;
    await rig.call('POST', `${machine}/stop`);
    await clock.advance(120_000);
    await rig.call('POST', `${machine}/start`);
    await clock.advance(120_000);
    const end = clock.now() / 1000;
    const query = `last_over_time(fly_app_http_responses_count{app="${APP}"}[15s])`;
    const asked = async (text: string, start: number) => {
      const form = new URLSearchParams({ query: text, start: String(start), end: String(end), step: '15' });
      return parse<Matrix>(await rig.call('GET', `${PATH}?${form}`, { token })).data.result[0];
    };
    const series = await asked(query, end - 300);
    expect(series?.metric).toMatchObject({ app: APP, instance: 'm', region: 'fra', status: '200' });
    const values = series?.values.map(([, value]) => Number(value)) ?? [];
    expect(Math.min(...values)).toBe(75);
    expect(Math.max(...values)).toBeGreaterThan(1_000);
    const grown = await asked(query.replace('last_over_time', 'increase').replace('15s', '5m'), end);
    // There are 5 per second, for a minute before and two after.
    expect(Number(grown?.values[0]?.[1])).toBeGreaterThan(600);
    expect(Number(grown?.values[0]?.[1])).toBeLessThan(1_000);
    // The machine was down for two of its five minutes.
    expect(values.length).toBeGreaterThanOrEqual(12);
    expect(values.length).toBeLessThanOrEqual(14);
  });

  it('tells a counter that was away for a part of a step', async () => {
    const sinceMs = 50_000;
    const recently: Load = { requests: (at) => (at > Date.UTC(2025, 0, 15, 11, 59, 40) ? 1 : 0) };
    const { fly, clock, call } = createRig([
      { id: 'steady', behaviour: { load: LOADS.busy } },
      { id: 'silent', sinceMs, behaviour: { load: LOADS.idle } },
      { id: 'late', sinceMs, behaviour: { load: recently } },
    ]);
    const query = lapses('fly_app_http_responses_count', 'fly_app_concurrency', 60_000);
    const now = String(clock.now() / 1000);
    const form = new URLSearchParams({ query, start: now, end: now, step: '60' });
    const token = fly.mintToken({ thirdParty: false });
    expect(parse<Matrix>(await call('GET', `${PATH}?${form}`, { token })).data.result).toEqual([
      // The window has four measurements.
      { metric: { instance: 'late' }, values: [[clock.now() / 1000, '2']] },
    ]);
  });
});

describe('when metrics are asked for', () => {
  const range = '&start=1736942400&end=1736942460&step=60';
  const asking = async (
    query: string,
    { settings = {}, app, rest = range }: { settings?: GivenSettings; app?: string; rest?: string } = {},
  ) => {
    const rig = createRig(SPECS, { settings });
    const token = rig.fly.mintToken({ thirdParty: false, ...(app === undefined ? {} : { app }) });
    const path = `${PATH}?query=${encodeURIComponent(query)}${rest}`;
    const answer = await rig.call('GET', path, { token });
    return { rig, token, answer };
  };

  it.each([
    ['forbidden', 403],
    ['allowed', 200],
  ] as const)('has tokens of one app %s', async (metricsAccess, status) => {
    const { answer } = await asking('fly_instance_up', { settings: { metricsAccess }, app: APP });
    expect(answer.status).toBe(status);
    if (status !== 200) return;
    const apps = parse<Matrix>(answer).data.result.map(({ metric }) => metric['app']);
    expect(new Set(apps)).toEqual(new Set([APP]));
  });

  it('takes a form as well', async () => {
    const { rig, token } = await asking('fly_instance_up');
    const body = `query=fly_instance_up${range}`;
    expect((await rig.call('POST', PATH, { token, body })).status).toBe(200);
  });

  it.each([
    ['sum(', 'unexpected end of input'],
    ['quantile_over_time(x[5m])', 'this emulator has no function quantile_over_time'],
    ['rate(fly_instance_cpu)', 'expected type range vector'],
    ['x{a~"b"}', 'unexpected character at 3'],
    ['x{a "b"}', 'unexpected "b" after label a'],
    ['x[five]', 'not a valid duration'],
    ['x y', 'unexpected y'],
  ])('says what is wrong with %s', async (query, why) => {
    const { answer } = await asking(query);
    expect([answer.status, parse<{ error: string }>(answer).error]).toEqual([
      400,
      expect.stringContaining(why),
    ]);
  });

  it.each(['&start=1', '&start=2&end=1&step=1', '&start=1&end=2&step=0', '&start=0&end=99999&step=1'])(
    'refuses a range that is none: %s',
    async (rest) => expect((await asking('x', { rest })).answer.status).toBe(400),
  );

  it.each([
    ['fly_instance_up{instance=~"idle|busy"}', 2],
    ['fly_instance_up{instance!~"idle|busy"}', 5],
    ['fly_instance_up{instance="idle"} or fly_instance_up{instance="busy"}', 2],
    ['sum by (region) (fly_instance_up)', 1],
    ['sum(fly_instance_net_recv_bytes) by (device)', 2],
    ['fly_instance_up - fly_instance_up{instance="idle"}', 1],
    ['rate(fly_instance_cpu{instance="idle",mode="user"}[1m])', 1],
    ['count_over_time(fly_instance_up{instance="idle"}[1m]) < 5', 1],
    ['count_over_time(fly_instance_up{instance="idle"}[1m]) < 4', 0],
    ['fly_instance_up * 2 < 3 - 2 or fly_instance_up{instance="idle"}', 1],
    ['nothing_of_that_name', 0],
  ])('answers %s by %i series', async (query, series) => {
    const { answer } = await asking(query);
    expect(parse<Matrix>(answer).data.result).toHaveLength(series);
  });
});
