import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { forManyListeners } from '../../../../src/clock.js';
import { Pace, READING_RATE, USUAL_RATE } from '../../../../src/machines/api/pace.js';
import { type Places, placesFor } from '../../../../src/places.js';
import { caught } from '../../../support/caught.js';

const NEVER = forManyListeners(new AbortController().signal);
const START = { key: 'start a1', rate: USUAL_RATE };
const OTHER = { key: 'start b2', rate: USUAL_RATE };

interface Given {
  readonly bucket?: typeof START;
  readonly signal?: AbortSignal;
  readonly places?: Places;
  /** How long it is in flight, in milliseconds. */
  readonly takes?: number;
}

/** A pace, and what was sent through it: `name@milliseconds since the start`. */
function createRig() {
  const clock = createVirtualClock();
  const start = clock.now();
  const pace = new Pace(clock);
  const sent: string[] = [];
  const run = (name: string, { bucket = START, signal = NEVER, places, takes = 0 }: Given = {}) =>
    pace.run({
      ...{ bucket, signal, places },
      send: async () => {
        sent.push(`${name}@${clock.now() - start}`);
        if (takes > 0) await clock.sleep(takes);
        return name;
      },
    });
  return { clock, pace, sent, run };
}

/** Whether there were never more in any stretch of time than the rate allows. */
function keeps(times: readonly number[], { perSecond, burst }: typeof USUAL_RATE): boolean {
  return times.every((from, first) =>
    times
      .slice(first)
      .every((to, index) => index + 1 <= burst + Math.floor(((to - from) / 1000) * perSecond + 1e-6)),
  );
}

describe('when many ask for the same', () => {
  it.each([
    ['once a second, three at once', USUAL_RATE, 47_000],
    ['five times a second, ten at once', READING_RATE, 8_000],
  ])('lets fifty through %s, in the order they came', async (_, rate, last) => {
    const { clock, sent, run } = createRig();
    const names = Array.from({ length: 50 }, (_, index) => `${index}`);
    await clock.run(Promise.all(names.map((name) => run(name, { bucket: { key: 'k', rate } }))));
    const times = sent.map((it) => Number(it.split('@')[1]));
    expect(sent.map((it) => it.split('@')[0])).toEqual(names);
    expect(times.at(-1)).toBe(last);
    expect(keeps(times, rate)).toBe(true);
  });

  it('saves up no more than one burst while nothing is asked', async () => {
    const { clock, sent, run } = createRig();
    await run('a');
    await clock.advance(60_000);
    await clock.run(Promise.all(['b', 'c', 'd', 'e'].map((name) => run(name))));
    expect(sent).toEqual(['a@0', 'b@60000', 'c@60000', 'd@60000', 'e@61000']);
  });

  it('lets nobody else wait', async () => {
    const { clock, sent, run } = createRig();
    const all = ['a', 'b', 'c', 'd'].map((name) => run(name));
    await clock.run(Promise.all([...all, run('x', { bucket: OTHER })]));
    expect(sent).toContain('x@0');
    expect(sent).toContain('d@1000');
  });

  it('gives the turn of one that was cancelled to the next', async () => {
    const { clock, sent, run } = createRig();
    const gone = new AbortController();
    const before = ['a', 'b', 'c'].map((name) => run(name));
    const cancelled = [run('d', { signal: gone.signal }), run('e', { signal: gone.signal })];
    const after = run('f');
    const why = new Error('cancelled');
    const ends = Promise.all(cancelled.map((work) => caught(work)));
    await clock.advance(500);
    gone.abort(why);
    expect(await ends).toEqual([why, why]);
    await clock.run(Promise.all([...before, after]));
    expect(sent).toEqual(['a@0', 'b@0', 'c@0', 'f@1000']);
  });

  it('does not let one that is cancelled wait for those before it', async () => {
    const { clock, pace, run } = createRig();
    pace.closeFor(START, 3_600_000);
    const first = run('a');
    const gone = new AbortController();
    const second = caught(run('b', { signal: gone.signal }));
    await clock.advance(1_000);
    gone.abort('gone');
    expect(await second).toBe('gone');
    await clock.run(first);
  });

  it('forgets what is full again, and nothing else', async () => {
    const { clock, pace, sent, run } = createRig();
    const crowd = (from: number) => {
      const keys = Array.from({ length: 2_000 }, (_, index) => `${from + index}`);
      return Promise.all(keys.map((key) => run('x', { bucket: { key, rate: USUAL_RATE } })));
    };
    await crowd(0);
    pace.closeFor(START, 60_000);
    await clock.advance(5_000);
    const queued = [
      run('a', { bucket: OTHER }),
      ...['b', 'c', 'd'].map((name) => run(name, { bucket: OTHER })),
    ];
    await crowd(2_000);
    await clock.run(Promise.all([...queued, run('e')]));
    const others = sent.filter((it) => !it.startsWith('x'));
    expect(others).toEqual(['a@5000', 'b@5000', 'c@5000', 'd@6000', 'e@60000']);
  });
});

describe('when Fly has said 429', () => {
  it('holds back all that are queued for the same, and lets them go one by one afterwards', async () => {
    const { clock, pace, sent, run } = createRig();
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name));
    await clock.advance(200);
    pace.closeFor(START, 7_000);
    await clock.run(Promise.all([...all, run('f'), run('x', { bucket: OTHER })]));
    expect(sent).toEqual(['a@0', 'b@0', 'c@0', 'x@200', 'd@7200', 'e@8200', 'f@9200']);
  });

  it('never shortens a pause that was longer', async () => {
    const { clock, pace, sent, run } = createRig();
    pace.closeFor(START, 7_000);
    pace.closeFor(START, 500);
    await clock.run(run('a'));
    expect(sent).toEqual(['a@7000']);
  });
});

describe('when places are short', () => {
  it('takes one only while something is in flight', async () => {
    const { clock, pace, sent, run } = createRig();
    const places = placesFor(1);
    pace.closeFor(START, 5_000);
    const all = [run('paused', { places }), run('x', { places, bucket: OTHER, takes: 1_000 })];
    await clock.run(Promise.all([...all, run('y', { places, bucket: OTHER, takes: 1_000 })]));
    expect(sent).toEqual(['x@0', 'y@1000', 'paused@5000']);
  });

  it('still keeps the rate when those that waited for a place are let go together', async () => {
    const { clock, sent, run } = createRig();
    const places = placesFor(2);
    const blocker = run('blocker', { places, bucket: OTHER, takes: 10_000 });
    const second = run('second', { places, bucket: { ...OTHER, key: 'z' }, takes: 10_000 });
    await clock.advance(0);
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name, { places }));
    await clock.run(Promise.all([blocker, second, ...all]));
    expect(sent.slice(2)).toEqual(['a@10000', 'b@10000', 'c@10000', 'd@11000', 'e@12000']);
  });

  it('gives the place back when the bucket was closed while it was waited for', async () => {
    const { clock, pace, sent, run } = createRig();
    const places = placesFor(1);
    const all = [
      run('blocker', { places, bucket: { key: 'z', rate: USUAL_RATE }, takes: 1_000 }),
      run('a', { places }),
      run('x', { places, bucket: OTHER }),
    ];
    await clock.advance(500);
    pace.closeFor(START, 3_000);
    await clock.run(Promise.all(all));
    expect(sent).toEqual(['blocker@0', 'x@1000', 'a@3500']);
  });

  it('remembers those that wait for a place, however long that takes', async () => {
    const { clock, sent, run } = createRig();
    const places = placesFor(1);
    const blocker = run('blocker', { places, bucket: OTHER, takes: 10_000 });
    const first = ['a', 'b', 'c'].map((name) => run(name, { places }));
    await clock.advance(5_000);
    const crowd = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    await Promise.all(crowd.map((key) => run('x', { bucket: { key, rate: USUAL_RATE } })));
    await clock.run(Promise.all([blocker, ...first, ...['d', 'e'].map((name) => run(name, { places }))]));
    const others = sent.filter((it) => !it.startsWith('x'));
    expect(others).toEqual(['blocker@0', 'a@10000', 'b@10000', 'c@10000', 'd@11000', 'e@12000']);
  });

  it('leaves no place taken by what was cancelled', async () => {
    const { clock, sent, run } = createRig();
    const places = placesFor(1);
    const blocker = run('blocker', { places, bucket: OTHER, takes: 1_000 });
    const gone = new AbortController();
    const cancelled = caught(run('a', { places, signal: gone.signal }));
    await clock.advance(100);
    gone.abort('gone');
    expect(await cancelled).toBe('gone');
    await clock.run(Promise.all([blocker, run('b', { places })]));
    expect(sent).toEqual(['blocker@0', 'b@1000']);
  });
});
