import { byInstance, type RangeWindow, type Series } from '../../../src/metrics/series.js';
import { ownQuery, SIGNALS, type SignalName, whyBusy, whyBusySince } from '../../../src/metrics/signals.js';

const STEP = 60_000;
const STEPS = 30;
const WINDOW: RangeWindow = { start: 0, end: STEPS * STEP, stepMs: STEP };
const ALL = STEPS + 1;
const NO_TRAFFIC = 'no metrics: idle-signal network or cpu may have some';

/** A value for each step; undefined leaves the step out. */
type Shape = (step: number) => number | undefined;

function series(shape: Shape, labels: Record<string, string> = {}): Series {
  const samples = Array.from({ length: ALL }, (_, step) => ({ at: step * STEP, value: shape(step) }));
  return {
    labels: { instance: '1', ...labels },
    samples: samples.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }])),
  };
}

const flat: (value: number) => Shape = (value) => () => value;
const without =
  (shape: Shape, from: number, to: number): Shape =>
  (step) =>
    step >= from && step < to ? undefined : shape(step);
const at =
  (shape: Shape, when: number, value: number): Shape =>
  (step) =>
    step === when ? value : shape(step);
const rising =
  (perStep: number, from = 0): Shape =>
  (step) =>
    from + perStep * step;

function judge(name: SignalName, all: readonly Series[], threshold: number): string | undefined {
  return whyBusy(name, all, { threshold, window: WINDOW });
}

describe('when traffic is judged', () => {
  const traffic = (shapes: Readonly<Record<string, Shape>>, threshold = 0) =>
    judge(
      'traffic',
      Object.entries(shapes).map(([signal, shape]) => series(shape, { signal })),
      threshold,
    );
  const zero = flat(0);

  it.each<[string, Readonly<Record<string, Shape>>]>([
    ['nothing in flight, nothing ever counted', { concurrency: zero }],
    ['counters that stand still', { concurrency: zero, requests: flat(812), connections: flat(3) }],
    ['three steps lost in between', { concurrency: without(zero, 10, 12) }],
    ['the last three steps not there yet', { concurrency: without(zero, 28, ALL), requests: flat(1) }],
    ['a start three steps late', { concurrency: without(zero, 0, 3), requests: without(flat(9), 0, 3) }],
    [
      'a counter lost with all the rest',
      { concurrency: without(zero, 10, 12), requests: without(flat(9), 10, 12) },
    ],
    ['every second step lost', { concurrency: (step) => (step % 2 === 0 ? 0 : undefined) }],
  ])('finds quiet: %s', (_, shapes) => {
    expect(traffic(shapes)).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, Shape>>, string]>([
    ['nothing', {}, NO_TRAFFIC],
    ['counters alone', { requests: flat(7) }, NO_TRAFFIC],
    ['one in flight, once', { concurrency: at(zero, 12, 3) }, 'busy: up to 3 requests at once'],
    ['one in flight at the very start', { concurrency: at(zero, 0, 1) }, 'busy: up to 1 request at once'],
    ['one in flight at the very end', { concurrency: at(zero, STEPS, 1) }, 'busy: up to 1 request at once'],
    ['less than none', { concurrency: at(zero, 5, -1) }, 'metrics make no sense: below zero'],
    ['a gap at the end', { concurrency: without(zero, 19, ALL) }, 'metrics end 12 min ago'],
    ['four steps at the end', { concurrency: without(zero, 27, ALL) }, 'metrics end 4 min ago'],
    ['four steps at the start', { concurrency: without(zero, 0, 4) }, 'metrics begin 26 min ago'],
    ['three lost in between', { concurrency: without(zero, 10, 13) }, 'no metrics for 4 min in between'],
    [
      'two in three lost all along',
      { concurrency: (step) => (step % 3 === 0 ? 0 : undefined) },
      'metrics for only 35 % of the time',
    ],
    ['no number', { concurrency: at(zero, 9, Number.NaN) }, 'metrics make no sense: not a number'],
    ['no end', { concurrency: at(zero, 9, Number.POSITIVE_INFINITY) }, 'metrics make no sense: not a number'],
    [
      'requests between two measurements',
      { concurrency: zero, requests: (step) => (step < 14 ? 30 : 42) },
      'busy: requests served: 12',
    ],
    [
      'a single connection',
      { concurrency: zero, connections: (step) => (step < 30 ? 1 : 2) },
      'busy: connections served: 1',
    ],
    [
      'a counter that began with its first request',
      { concurrency: zero, requests: without(flat(1), 0, 20) },
      'busy: requests served: 1',
    ],
    [
      'a counter that went back',
      { concurrency: zero, requests: (step) => (step < 14 ? 30 : 0) },
      'restarted lately',
    ],
    [
      'a counter that went back and grew beyond',
      { concurrency: zero, requests: (step) => (step < 14 ? 30 : step * 9 - 120) },
      'restarted lately',
    ],
    [
      'a counter that went away',
      { concurrency: zero, requests: without(flat(30), 20, ALL) },
      'busy: requests served more than 11 min ago',
    ],
    [
      'a counter that was forgotten and begun anew, at the same number',
      { concurrency: zero, requests: without(flat(1), 14, 15) },
      'busy: requests served',
    ],
    [
      'a counter that was away for a part of a step only, at the same number',
      { concurrency: zero, requests: flat(1), 'requests away': without(without(flat(3), 0, 14), 15, ALL) },
      'busy: requests served',
    ],
    [
      'a counter without number',
      { concurrency: zero, requests: flat(Number.NaN) },
      'metrics make no sense: not a number',
    ],
  ])('does not find quiet: %s', (_, shapes, why) => {
    expect(traffic(shapes)).toBe(why);
  });

  it('lets as many be in flight as the threshold says, but not one more', () => {
    expect(traffic({ concurrency: flat(2) }, 2)).toBeUndefined();
    expect(traffic({ concurrency: flat(2) }, 1)).toBe('busy: up to 2 requests at once');
  });
});

describe('when network is judged', () => {
  const network = (...shapes: readonly Shape[]) =>
    judge(
      'network',
      shapes.map((shape) => series(shape)),
      1_000,
    );

  it.each<[string, Shape, string | undefined]>([
    ['a trickle', rising(60_000), undefined],
    ['a trickle with steps lost', without(rising(60_000), 7, 9), undefined],
    ['a little more', rising(60_060), 'busy: up to 1,000 bytes/s'],
    ['a burst', (step) => (step < 9 ? 0 : 9e6), 'busy: up to 150,000 bytes/s'],
    ['a restart', (step) => (step < 9 ? 4e6 : 0), 'restarted lately'],
    ['an early end', without(rising(1), 19, ALL), 'metrics end 12 min ago'],
    ['a late start', without(rising(1), 0, 9), 'metrics begin 21 min ago'],
    ['no number', at(rising(1), 3, Number.NaN), 'metrics make no sense: not a number'],
  ])('says so: %s', (_, shape, why) => {
    expect(network(shape)).toBe(why);
  });

  it('knows nothing of a machine without series, nor of one with several', () => {
    expect(network()).toBe('no metrics');
    expect(network(flat(0), flat(0))).toBe('metrics make no sense: several values at once');
  });
});

describe('when CPU is judged', () => {
  const cpu = (busy: Shape, all: Shape = rising(12_000)) =>
    judge('cpu', [series(busy, { signal: 'busy' }), series(all, { signal: 'all' })], 5);

  it.each<[string, Shape, Shape | undefined, string | undefined]>([
    ['2 %', rising(240), undefined, undefined],
    ['5 %', rising(600), undefined, undefined],
    ['6 %', rising(720), undefined, 'busy: CPU up to 6 %'],
    ['a burst', (step) => (step < 9 ? 0 : 9_000), undefined, 'busy: CPU up to 75 %'],
    ['a restart', (step) => (step < 9 ? 900 : 0), undefined, 'restarted lately'],
    ['a clock that stands still', flat(9), flat(900), 'metrics make no sense: its CPU time stood still'],
    ['busy time alone', rising(240), () => undefined, 'no metrics'],
    ['an end of one of both', without(rising(240), 19, ALL), undefined, 'metrics end 12 min ago'],
    ['no number', at(rising(240), 4, Number.NaN), undefined, 'metrics make no sense: not a number'],
  ])('says so: %s', (_, busy, all, why) => {
    expect(cpu(busy, all)).toBe(why);
  });
});

describe('when there is one sample only', () => {
  const window: RangeWindow = { start: 0, end: STEP, stepMs: STEP };
  const one = (signal: string): Series => ({
    labels: { instance: '1', signal },
    samples: [{ at: STEP, value: 0 }],
  });

  it.each<[SignalName, readonly Series[]]>([
    ['traffic', [one('concurrency')]],
    ['network', [one('')]],
    ['cpu', [one('busy'), one('all')]],
    ['query', [one('')]],
  ])('says too little about %s', (name, all) =>
    expect(whyBusy(name, all, { threshold: 5, window })).toBe('too few metrics'),
  );
});

describe('when a query of the user is judged', () => {
  const own = (shape: Shape, threshold = 10) => judge('query', [series(shape)], threshold);

  it('is quiet up to the threshold, below zero as well', () => {
    expect(own(flat(10))).toBeUndefined();
    expect(own(flat(-4), 0)).toBeUndefined();
    expect(own(at(flat(0), 3, 10.123))).toBe('busy: value up to 10.1');
  });

  it('is unknown without the whole window, a number, or with several values', () => {
    expect(own(without(flat(0), 19, ALL))).toBe('metrics end 12 min ago');
    expect(own(at(flat(0), 3, Number.NaN))).toBe('metrics make no sense: not a number');
    expect(judge('query', [], 10)).toBe('no metrics');
    expect(judge('query', [series(flat(0)), series(flat(0), { queue: 'b' })], 10)).toBe(
      'metrics make no sense: several values at once',
    );
  });
});

describe('when a part of a window is judged as far as it was measured', () => {
  const since = (name: SignalName, threshold: number, ...all: readonly Series[]) =>
    whyBusySince(10 * STEP, name, all, { threshold, window: WINDOW });
  const gaps = without(flat(0), 12, 28);

  it.each<[string, SignalName, readonly Series[]]>([
    ['nothing', 'traffic', []],
    ['only what came before', 'query', [series(without(flat(9), 10, ALL))]],
    ['quiet with gaps', 'query', [series(gaps)]],
    ['quiet, and no numbers', 'network', [series(at(gaps, 20, Number.NaN))]],
    ['busy before', 'traffic', [series(at(flat(0), 9, 3), { signal: 'concurrency' })]],
    ['a counter that rose before', 'network', [series((step) => Math.min(step, 10) * 1e6)]],
  ])('finds nothing: %s', (_, name, all) => expect(since(name, 0, ...all)).toBeUndefined());

  it.each<[string, SignalName, readonly Series[], string]>([
    ['one value', 'query', [series(at(gaps, 11, 3))], 'busy: value up to 3'],
    ['the first one', 'query', [series(at(flat(0), 10, 3))], 'busy: value up to 3'],
    [
      'an infinite one',
      'query',
      [series(at(flat(0), 20, Number.POSITIVE_INFINITY))],
      'metrics make no sense: not a number',
    ],
    [
      'a flight',
      'traffic',
      [series(at(gaps, 29, 2), { signal: 'concurrency' })],
      'busy: up to 2 requests at once',
    ],
    [
      'requests',
      'traffic',
      [series(flat(0), { signal: 'concurrency' }), series(rising(1), { signal: 'requests' })],
      'busy: requests served: 20',
    ],
    ['bytes around a gap', 'network', [series(without(rising(60_000), 12, 28))], 'busy: up to 1,000 bytes/s'],
  ])('finds it busy: %s', (_, name, all, why) => expect(since(name, 0, ...all)).toBe(why));
});

describe('when a query is made', () => {
  const MINUTE = 60_000;

  it('asks for everything of an app at once, over each whole step', () => {
    expect(SIGNALS.traffic.query('my-app', MINUTE)).toBe(
      [
        'label_replace(sum by (instance) (max_over_time(fly_app_concurrency{app="my-app"}[60s])), "signal", "concurrency", "", "")',
        'label_replace(sum by (instance) (last_over_time(fly_app_http_responses_count{app="my-app"}[60s])), "signal", "requests", "", "")',
        'label_replace(max by (instance) (min by (instance, host) (count_over_time(fly_app_http_responses_count{app="my-app"}[60s])) < max by (instance, host) (count_over_time(fly_app_concurrency{app="my-app"}[60s]))), "signal", "requests away", "", "")',
        'label_replace(sum by (instance) (last_over_time(fly_app_tcp_connects_count{app="my-app"}[60s])), "signal", "connections", "", "")',
        'label_replace(max by (instance) (min by (instance, host) (count_over_time(fly_app_tcp_connects_count{app="my-app"}[60s])) < max by (instance, host) (count_over_time(fly_app_concurrency{app="my-app"}[60s]))), "signal", "connections away", "", "")',
      ].join(' or '),
    );
    expect(SIGNALS.network.query('my-app', MINUTE)).toBe(
      'sum by (instance) (last_over_time(fly_instance_net_recv_bytes{app="my-app",device="eth0"}[60s])) + sum by (instance) (last_over_time(fly_instance_net_sent_bytes{app="my-app",device="eth0"}[60s]))',
    );
    expect(SIGNALS.cpu.query('my-app', MINUTE)).toContain('fly_instance_cpu{app="my-app",mode!="idle"}[60s]');
  });

  it('takes longer steps for longer windows', () => {
    expect(SIGNALS.network.query('a', 2 * MINUTE)).toContain('[120s]');
  });

  it('keeps an odd name within its string', () => {
    expect(SIGNALS.network.query('a"} or up{x="\\\n', MINUTE)).toContain(
      String.raw`{app="a\"} or up{x=\"\\\n",device="eth0"}`,
    );
  });

  it('fills the app and the step into a query of the user', () => {
    expect(ownQuery('max_over_time(q{app="$app"}[$step]) + $apple', 'a"b', MINUTE)).toBe(
      'max_over_time(q{app="a\\"b"}[60s]) + $apple',
    );
  });
});

describe('when an answer is dealt out', () => {
  it('goes by instance, and leaves out what has none', () => {
    const labelled = (labels: Record<string, string>): Series => ({ labels, samples: [] });
    const [a, b, c] = [{ instance: 'x', signal: '1' }, { instance: 'y' }, { instance: 'x', signal: '2' }];
    const dealt = byInstance([
      labelled(a),
      labelled(b),
      labelled(c),
      labelled({}),
      labelled({ instance: '' }),
    ]);
    expect([...dealt].map(([id, all]) => [id, all.map(({ labels }) => labels)])).toEqual([
      ['x', [a, c]],
      ['y', [b]],
    ]);
  });
});
