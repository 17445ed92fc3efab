import { setTimeout as delay } from 'node:timers/promises';
import { createVirtualClock } from '../../emulator/virtual-clock.js';
import { forManyListeners, systemClock, withTimeout } from '../../src/clock.js';
import { caught } from '../support/caught.js';

const NEVER = new AbortController().signal;
const reason = new Error('cancelled');

describe('when the system clock sleeps', () => {
  it('wakes, with or without a signal', async () => {
    await systemClock.sleep(1);
    await systemClock.sleep(1, NEVER);
    await systemClock.sleep(0);
  });

  it("rejects with the signal's reason, whether it aborts before or meanwhile", async () => {
    expect(await caught(systemClock.sleep(1, AbortSignal.abort(reason)))).toBe(reason);
    const controller = new AbortController();
    const slept = caught(systemClock.sleep(600_000, controller.signal));
    controller.abort(reason);
    expect(await slept).toBe(reason);
  });

  it.each([2 ** 31, 1e15, Number.POSITIVE_INFINITY])(
    'does not take %d ms, more than a timer can, for none at all',
    async (ms) => {
      const controller = new AbortController();
      const long = systemClock.sleep(ms, controller.signal).catch(() => 'ended by us');
      expect(await Promise.race([long, delay(20, 'still asleep')])).toBe('still asleep');
      controller.abort();
      expect(await long).toBe('ended by us');
    },
  );
});

describe('when work has a time limit', () => {
  const late = () => new Error('too late');

  it('gives what comes of the work, and lets go of the timer', async () => {
    const clock = createVirtualClock();
    let signal = NEVER;
    const limit = { clock, signal: NEVER, ms: 1000, late };
    const work = withTimeout(limit, async (limited) => {
      signal = limited;
      await clock.sleep(999, limited);
      return 'done';
    });
    expect(await clock.run(work)).toBe('done');
    await clock.advance(1_000_000);
    expect(signal.aborted).toBe(false);
  });

  it('lets go of the timer when the work fails, and gives its error', async () => {
    const clock = createVirtualClock();
    const error = new Error('broken');
    const told: Error[] = [];
    const limit = { clock, signal: NEVER, ms: 1000, late: () => told[told.push(late()) - 1] ?? error };
    expect(await caught(withTimeout(limit, () => Promise.reject(error)))).toBe(error);
    await clock.advance(1_000_000);
    expect(told).toEqual([]);
  });

  it('aborts the work when the time is over, saying so', async () => {
    const clock = createVirtualClock();
    const start = clock.now();
    const work = withTimeout({ clock, signal: NEVER, ms: 1000, late }, (signal) =>
      clock.sleep(5_000, signal),
    );
    expect(await clock.run(caught(work))).toEqual(late());
    expect(clock.now() - start).toBe(1000);
  });

  it("aborts the work with the outer signal's reason where that comes first", async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const limit = { clock, signal: controller.signal, ms: 1000, late };
    const work = withTimeout(limit, async (signal) => {
      await clock.sleep(500, signal);
      controller.abort(reason);
      await clock.sleep(100, signal);
    });
    expect(await clock.run(caught(work))).toBe(reason);
    await clock.advance(1_000_000);
  });
});

describe('when many listen to one signal', () => {
  it('makes Node warn of nothing', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error) => void warnings.push(warning);
    process.on('warning', keep);
    const controller = new AbortController();
    const signal = forManyListeners(controller.signal);
    const sleepers = Array.from({ length: 30 }, () => caught(systemClock.sleep(600_000, signal)));
    controller.abort(reason);
    expect(new Set(await Promise.all(sleepers))).toEqual(new Set([reason]));
    await delay(1);
    process.off('warning', keep);
    expect(warnings).toEqual([]);
  });
});
