import { readMatrix } from '../../../src/metrics/matrix.js';
import { type Quiet, quietOf } from '../../../src/metrics/quiet.js';
import type { RangeWindow, Series } from '../../../src/metrics/series.js';
import type { SignalName } from '../../../src/metrics/signals.js';

const MINUTE = 60_000;
const STEPS = 240;
const END = Date.UTC(2025, 0, 15, 12);
const WINDOW: RangeWindow = { start: END - STEPS * MINUTE, end: END, stepMs: MINUTE };
const ago = (minutes: number) => END - minutes * MINUTE;

/** A value for each number of minutes ago; undefined leaves the step out. */
type Shape = (minutes: number) => number | undefined;

/** Reads series out of an answer as Prometheus gives it, by the names of what they measure. */
function answered(shapes: Readonly<Record<string, Shape>>): Series[] {
  const minutes = Array.from({ length: STEPS + 1 }, (_, step) => STEPS - step);
  const result = Object.entries(shapes).map(([signal, shape]) => ({
    metric: { instance: '148e', ...(signal !== '' && { signal }) },
    values: minutes.flatMap((at) => {
      const value = shape(at);
      return value === undefined ? [] : [[ago(at) / 1000, String(value)]];
    }),
  }));
  const body = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  return readMatrix({ status: 200, headers: {}, body }, 'query metrics');
}

interface Asked {
  readonly signal?: SignalName;
  readonly threshold?: number;
  readonly upSince?: number;
}

/** Returns how many minutes ago a machine became quiet, and its last work had ended. */
function minutesOf(
  shapes: Readonly<Record<string, Shape>>,
  { signal = 'traffic', threshold = 0, upSince }: Asked = {},
): (number | undefined)[] {
  const found: Quiet = quietOf(signal, answered(shapes), { threshold, window: WINDOW }, upSince);
  return [found.quietSince, found.lastBusy].map((at) => (at === undefined ? undefined : (END - at) / MINUTE));
}

const zero: Shape = () => 0;
const until =
  (last: number, value: number): Shape =>
  (minutes) =>
    minutes >= last ? value : 0;
/** A counter that grows with each step until then. */
const growing =
  (last: number, perStep = 3): Shape =>
  (minutes) =>
    1_000 + perStep * (STEPS - Math.max(minutes, last));
const away =
  (shape: Shape, from: number, to: number): Shape =>
  (minutes) =>
    minutes <= from && minutes > to ? undefined : shape(minutes);

describe('when it is asked since when a machine is quiet', () => {
  it.each<[string, Readonly<Record<string, Shape>>, (number | undefined)[]]>([
    ['never seen at work', { concurrency: zero }, [240, undefined]],
    ['never seen to serve more', { concurrency: zero, requests: () => 812 }, [240, undefined]],
    ['a request in flight, last seen 90 minutes ago', { concurrency: until(90, 2) }, [89, 89]],
    ['requests counted until 90 minutes ago', { concurrency: zero, requests: growing(90) }, [90, 90]],
    [
      'requests that the proxy forgot 60 minutes ago',
      { concurrency: zero, requests: away(() => 7, 60, -1) },
      [60, 60],
    ],
    ['a request in flight now', { concurrency: (minutes) => (minutes === 0 ? 1 : 0) }, [undefined, 0]],
    ['requests counted now', { concurrency: zero, requests: growing(0) }, [undefined, 0]],
  ])('knows by its traffic: %s', (_, shapes, minutes) => expect(minutesOf(shapes)).toEqual(minutes));

  it.each<[string, Asked, Readonly<Record<string, Shape>>, (number | undefined)[]]>([
    ['network', { signal: 'network', threshold: 1_000 }, { '': growing(40, 90_000) }, [40, 40]],
    ['CPU', { signal: 'cpu', threshold: 5 }, { busy: growing(40, 1_000), all: growing(0, 6_000) }, [40, 40]],
    ['a query', { signal: 'query', threshold: 3 }, { '': until(40, 4) }, [39, 39]],
  ])('knows by its %s', (_, asked, shapes, minutes) => expect(minutesOf(shapes, asked)).toEqual(minutes));

  it('counts as quiet what stays at the threshold', () =>
    expect(minutesOf({ concurrency: () => 2 }, { threshold: 2 })).toEqual([240, undefined]));

  it('goes back no further than to the start of its run', () => {
    const shapes = { concurrency: away(until(150, 1), 140, 120) };
    expect(minutesOf(shapes, { upSince: ago(121) })).toEqual([121, 149]);
    expect(minutesOf({ concurrency: until(90, 1) }, { upSince: ago(121) })).toEqual([89, 89]);
  });

  it('claims no work where only something unclear came before', () => {
    const restarted: Shape = (minutes) => (minutes > 50 ? 9_000 : 10);
    expect(minutesOf({ '': restarted }, { signal: 'network', threshold: 1_000 })).toEqual([50, undefined]);
  });
});

describe('when a part of the time was not measured', () => {
  it.each<[string, Shape]>([
    ['the begin', away(zero, 240, 100)],
    ['in between', away(zero, 100, 80)],
    ['the end', away(zero, 12, -1)],
    ['a value', (minutes) => (minutes === 70 ? Number.NaN : 0)],
    ['all', () => undefined],
  ])('claims nothing: %s', (_, concurrency) =>
    expect(minutesOf({ concurrency })).toEqual([undefined, undefined]),
  );

  it('still knows of work before', () =>
    expect(minutesOf({ concurrency: away(until(90, 1), 12, -1) })).toEqual([undefined, 89]));

  it('minds no more lost measurements than a verdict does', () =>
    expect(minutesOf({ concurrency: away(zero, 100, 98) })).toEqual([240, undefined]));
});
