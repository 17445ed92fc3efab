import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { type Probe, probe } from '../../../../src/commands/warm-up/probe.js';
import { Deadline } from '../../../../src/deadline.js';
import { ActionError } from '../../../../src/errors.js';
import { TooLarge } from '../../../../src/http/transport.js';
import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type Scripted, scripted } from '../../../support/fakes/scripted-transport.js';
import { thrownBy } from '../../../support/rigs/machines-rig.js';

const ok = answer(200);
const GOOD = [{ least: 200, most: 399 }];

/** Probes to the end, and tells when that was, in milliseconds, and what was asked. */
function probing(script: readonly Scripted[], wish: Partial<Probe> = {}, timeoutMs = 60_000) {
  const clock = createVirtualClock();
  const cancelled = new AbortController();
  const deadline = new Deadline(clock, cancelled.signal, timeoutMs);
  const { transport, requests } = scripted(...script);
  const url = new URL('https://my-app.fly.dev/up?key=secret-of-mine');
  const work = probe({ url, status: GOOD, successes: 3, ...wish }, { transport, clock, deadline });
  return {
    requests,
    clock,
    cancel: () => cancelled.abort(new ActionError('cancelled', 'the job was cancelled')),
    end: async () => {
      await clock.run(work).finally(() => deadline.end());
      return deadline.elapsed;
    },
    elapsed: () => deadline.elapsed,
  };
}

describe('when an app is probed', () => {
  it('asks a second apart until it has answered three times in a row, without any token', async () => {
    const { end, requests } = probing([ok, ok, ok]);
    expect(await end()).toBe(2_000);
    expect(requests.map(({ method, url }) => `${method} ${url.href}`)).toEqual(
      Array(3).fill('GET https://my-app.fly.dev/up?key=secret-of-mine'),
    );
    expect(Object.keys(requests[0]?.headers ?? {})).toEqual(['accept', 'cache-control']);
  });

  it.each<[string, Scripted]>([
    ['a wrong status', answer(503)],
    ['a connection that fails', connectionError('ECONNRESET')],
    ['a name that is not there yet', connectionError('ENOTFOUND')],
  ])('counts anew after %s', async (_, bad) => {
    const { end } = probing([ok, ok, bad, ok, ok, ok]);
    expect(await end()).toBe(5_000);
  });

  it('gives up an answer that takes longer than ten seconds, and asks again', async () => {
    const { end } = probing(['hang', ok, ok, ok]);
    expect(await end()).toBe(13_000);
  });

  it('takes a redirect for an answer and does not follow it', async () => {
    const moved = answer(302, '', { location: 'https://elsewhere.example/' });
    const { end, requests } = probing([moved], { successes: 1 });
    expect(await end()).toBe(0);
    expect(requests).toHaveLength(1);
  });

  it('goes by the statuses that are wanted', async () => {
    const status = [
      { least: 204, most: 204 },
      { least: 401, most: 403 },
    ];
    const { end } = probing([ok, answer(204), answer(404), answer(402), answer(403)], {
      status,
      successes: 2,
    });
    expect(await end()).toBe(4_000);
  });
});

describe('when an app never answers as it should', () => {
  it('says at the deadline what came back last, and nothing of the query', async () => {
    const bad = answer(502, 'secret body');
    const { end, elapsed } = probing([bad, ok, bad, bad], { status: [{ least: 200, most: 200 }] }, 3_500);
    const error = await thrownBy(end());
    expect(elapsed()).toBe(3_500);
    expect(error.message).toBe(
      'GET https://my-app.fly.dev/up: not done within 3.5 s, 0 of 3 good answers in a row; before that: status 502',
    );
    expect(error.hint).toContain('Good answers have status 200 (`probe-status`)');
    expect(error.line).not.toContain('secret');
  });

  it('says so of one that flaps', async () => {
    const { end } = probing([ok, ok, answer(500), ok, ok], {}, 4_500);
    expect((await thrownBy(end())).message).toContain(
      '2 of 3 good answers in a row; before that: status 500',
    );
  });

  it('says that nothing ever came back', async () => {
    const { end } = probing(['hang', 'hang'], {}, 15_000);
    expect((await thrownBy(end())).message).toContain('before that: no answer within 10 s');
  });

  it('ends at once when the job is cancelled', async () => {
    const { end, cancel, clock, elapsed } = probing(['hang']);
    void clock.sleep(5_000).then(cancel);
    expect((await thrownBy(end())).class).toBe('cancelled');
    expect(elapsed()).toBe(5_000);
  });

  it('does not ask again for what is too large', async () => {
    const cause = new TooLarge(1);
    const { end } = probing([new ActionError('network', 'GET https://x: too large', { cause })]);
    const error = await thrownBy(end());
    expect([error.class, error.hint]).toEqual(['network', 'Point `probe-url` at a small page.']);
  });

  it('lets a fault of ours out as it is', async () => {
    const { end } = probing([new TypeError('ours')]);
    expect(await thrownBy(end())).toMatchObject({ class: 'internal', message: 'ours' });
  });
});
