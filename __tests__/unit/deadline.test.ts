import { createVirtualClock } from '../../emulator/virtual-clock.js';
import { Deadline } from '../../src/deadline.js';

const NEVER = new AbortController().signal;

function setUp(ms: number, cancelled: AbortSignal = NEVER) {
  const clock = createVirtualClock();
  return { clock, deadline: new Deadline(clock, cancelled, ms) };
}

describe('when a step has a deadline', () => {
  it('aborts at that moment, not before, and says what to change', async () => {
    const { clock, deadline } = setUp(300_000);
    await clock.advance(299_999);
    expect([deadline.elapsed, deadline.left, deadline.signal.aborted]).toEqual([299_999, 1, false]);
    await clock.advance(1);
    expect(deadline.signal.reason).toMatchObject({
      class: 'timeout',
      message: 'not done within 5 min',
      hint: expect.stringContaining('`timeout`'),
    });
    await clock.advance(1_000);
    expect([deadline.elapsed, deadline.left]).toEqual([301_000, 0]);
  });

  it('aborts at once when the job is cancelled, with the reason for that', () => {
    const cancelled = new AbortController();
    const { deadline } = setUp(300_000, cancelled.signal);
    cancelled.abort('cancelled');
    expect(deadline.signal.reason).toBe('cancelled');
  });

  it('is over from the start when the job was cancelled before', () => {
    const { deadline } = setUp(300_000, AbortSignal.abort('cancelled'));
    expect(deadline.signal.reason).toBe('cancelled');
  });

  it('gives up what is still under way once it has ended, and keeps no timer', async () => {
    const { clock, deadline } = setUp(300_000);
    deadline.end();
    const { reason } = deadline.signal;
    expect(reason).toMatchObject({ message: 'the step is over' });
    await clock.advance(1_000_000);
    expect(deadline.signal.reason).toBe(reason);
  });
});

describe('when the deadline is set anew', () => {
  it('counts from the start of the step, and forgets the old one', async () => {
    const { clock, deadline } = setUp(300_000);
    await clock.advance(200_000);
    deadline.set(600_000);
    expect(deadline.left).toBe(400_000);
    await clock.advance(399_999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.reason).toMatchObject({ message: 'not done within 10 min' });
  });

  it('may come sooner', async () => {
    const { clock, deadline } = setUp(300_000);
    deadline.set(1_000);
    await clock.advance(1_000);
    expect(deadline.signal.reason).toMatchObject({ message: 'not done within 1 s' });
  });

  it('aborts at once when that time has passed', async () => {
    const { clock, deadline } = setUp(300_000);
    await clock.advance(20_000);
    deadline.set(10_000);
    expect(deadline.left).toBe(0);
    await clock.advance(0);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('can not be taken back once it is over', async () => {
    const { clock, deadline } = setUp(1_000);
    await clock.advance(1_000);
    const { reason } = deadline.signal;
    deadline.set(300_000);
    await clock.advance(1_000_000);
    expect(deadline.signal.reason).toBe(reason);
  });
});
