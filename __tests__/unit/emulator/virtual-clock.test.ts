import { createVirtualClock } from '../../../emulator/virtual-clock.js';

describe('when work sleeps', () => {
  it('runs an hour of it at once, everybody waking in the order of their times', async () => {
    const clock = createVirtualClock(0);
    const woken: string[] = [];
    const nap = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now()}`);
    };
    const work = async () => {
      await Promise.all([
        nap('late', 3_600_000),
        nap('early', 1_000),
        nap('middle', 2_000).then(() => nap('again', 10)),
      ]);
      return 'done';
    };
    expect(await clock.run(work())).toBe('done');
    expect(woken).toEqual(['early@1000', 'middle@2000', 'again@2010', 'late@3600000']);
  });

  it('wakes those of one time in the order in which they fell asleep, whoever left before', async () => {
    const clock = createVirtualClock(0);
    const woken: number[] = [];
    const asleep = Array.from({ length: 40 }, (_, index) => {
      const gone = new AbortController();
      const sleeping = clock.sleep(index % 3, gone.signal).then(
        () => woken.push(index),
        () => undefined,
      );
      return { gone, sleeping, leaves: index % 4 === 1 };
    });
    for (const { gone, leaves } of asleep) if (leaves) gone.abort();
    await clock.run(Promise.all(asleep.map(({ sleeping }) => sleeping)));
    const expected = [0, 1, 2].flatMap((ms) =>
      asleep.flatMap(({ leaves }, index) => (index % 3 === ms && !leaves ? [index] : [])),
    );
    expect(woken).toEqual(expected);
  });

  it('wakes nobody beyond the time it is advanced to', async () => {
    const clock = createVirtualClock(0);
    let woken = false;
    const sleeping = clock.sleep(1_001).then(() => {
      woken = true;
    });
    await clock.advance(1_000);
    expect([woken, clock.now()]).toEqual([false, 1_000]);
    await clock.advance(1);
    await sleeping;
    expect([woken, clock.now()]).toEqual([true, 1_001]);
  });

  it('ends a sleep when its signal aborts, before or meanwhile', async () => {
    const clock = createVirtualClock(0);
    const reason = new Error('gone');
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1_000, controller.signal)).rejects.toBe(reason);
    expect(clock.now()).toBe(0);
  });

  it('passes on how the work fails', async () => {
    const clock = createVirtualClock(0);
    const failing = clock.sleep(5).then(() => Promise.reject(new Error('no')));
    await expect(clock.run(failing)).rejects.toThrow('no');
  });

  it('says so when nothing can bring the work on', async () => {
    const clock = createVirtualClock(0, 20);
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('nothing sleeps');
  });

  it('says so when the work goes on for ever', async () => {
    const clock = createVirtualClock(0);
    const restless = async () => {
      for (;;) await clock.sleep(3_600_000);
    };
    await expect(clock.run(restless())).rejects.toThrow('after a month');
  });
});

describe('when work goes on outside of the clock', () => {
  it.each(['run', 'advance'] as const)('stands still until that is done: %s', async (way) => {
    const clock = createVirtualClock(0);
    const seen: string[] = [];
    const outside = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
      seen.push(`work@${clock.now()}`),
    );
    clock.standStill?.(outside);
    const sleeper = clock.sleep(1_000).then(() => seen.push(`sleeper@${clock.now()}`));
    await (way === 'run' ? clock.run(sleeper) : clock.advance(1_000));
    expect(seen).toEqual(['work@0', 'sleeper@1000']);
  });

  it('goes on after work that failed', async () => {
    const clock = createVirtualClock(0);
    clock.standStill?.(Promise.reject(new Error('no key')));
    await clock.run(clock.sleep(1_000));
    expect(clock.now()).toBe(1_000);
  });
});
