import { passOn, unlessAborted } from '../../src/abort.js';
import { caught } from '../support/caught.js';

describe('when work may outlive its signal', () => {
  it('has the outcome of the work where that is first', async () => {
    const { signal } = new AbortController();
    const why = new Error('no');
    expect(await unlessAborted(signal, Promise.resolve(7))).toBe(7);
    expect(await caught(unlessAborted(signal, Promise.reject(why)))).toBe(why);
  });

  it.each(['before', 'while'])(
    'rejects with the reason of a signal that aborts %s it is waited for',
    async (when) => {
      const stop = new AbortController();
      if (when === 'before') stop.abort('over');
      const work = caught(unlessAborted(stop.signal, new Promise(() => undefined)));
      stop.abort('over');
      expect(await work).toBe('over');
    },
  );

  it('lets no failure of the work go unhandled afterwards', async () => {
    const stop = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const work = caught(
      unlessAborted(
        stop.signal,
        new Promise((_, reject) => {
          fail = reject;
        }),
      ),
    );
    stop.abort('over');
    fail(new Error('too late'));
    expect(await work).toBe('over');
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('when an abort is passed on', () => {
  it.each(['before', 'after'])('has the same reason, of a signal that aborts %s that', (when) => {
    const [first, then] = [new AbortController(), new AbortController()];
    if (when === 'before') first.abort('over');
    passOn(first.signal, then);
    expect(then.signal.aborted).toBe(when === 'before');
    first.abort('over');
    expect(then.signal.reason).toBe('over');
  });

  it('is not any more once that has ended, and never the other way', () => {
    const [first, then, other] = [new AbortController(), new AbortController(), new AbortController()];
    const end = passOn(first.signal, then);
    passOn(first.signal, other);
    other.abort('own');
    end();
    expect(first.signal.aborted).toBe(false);
    first.abort('over');
    expect([then.signal.aborted, other.signal.reason]).toEqual([false, 'own']);
  });
});
