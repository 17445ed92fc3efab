import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import { limited } from '../../../src/http/limited.js';
import type { HttpRequest, Transport } from '../../../src/http/transport.js';

const request = (signal: AbortSignal): HttpRequest => ({
  method: 'GET',
  url: new URL('https://api.example/'),
  headers: {},
  signal,
  maxBytes: 9,
});

/** A transport that answers after so many milliseconds of the clock. */
const slow =
  (clock: VirtualClock, ms: number): Transport =>
  async ({ signal }) => {
    await clock.sleep(ms, signal);
    return { status: 200, headers: {}, body: '' };
  };

describe('when each request has a time limit of its own', () => {
  const clock = createVirtualClock();
  const never = new AbortController().signal;

  it('hands on an answer that comes in time, each time anew', async () => {
    const ask = limited(slow(clock, 900), clock, 1_000);
    for (let it = 0; it < 3; it += 1)
      expect(await clock.run(ask(request(never)))).toMatchObject({ status: 200 });
  });

  it('ends with a timeout that says how long it waited', async () => {
    const asked = clock.run(limited(slow(clock, 60_000), clock, 10_000)(request(never)));
    await expect(asked).rejects.toMatchObject({ class: 'timeout', message: 'no answer within 10 s' });
  });

  it("ends with the request's own reason where that comes first", async () => {
    const stop = new AbortController();
    const reason = new Error('over');
    const asked = clock.run(limited(slow(clock, 60_000), clock, 10_000)(request(stop.signal)));
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
