import type { Discharge } from '../../../src/discharge/discharges.js';
import { ActionError } from '../../../src/errors.js';
import { authorization, tokenText } from '../../../src/macaroon/bundle.js';
import { caught } from '../../support/caught.js';
import { createTokenRig, fresh, held, NOW, ONE, TWO, wanting, within } from './token-rig.js';

const network = new ActionError('network', 'POST https://one.example: connect ECONNREFUSED', {
  hint: 'Wait.',
});

describe('when a refresh fails while the old discharge holds', () => {
  const token = wanting([ONE]);
  const old = held(token, -540, 90);
  const setUp = () => {
    const rig = createTokenRig({ permissions: [token], discharges: [old] });
    rig.failing = network;
    return rig;
  };
  const kept = `FlyV1 ${tokenText(token)},${old.text}`;

  it('gives the old one, warns once for all who asked, and saves nothing', async () => {
    const { live, events } = setUp();
    const headers = await Promise.all([live.header(), live.header(), live.header()]);
    expect(headers).toEqual([kept, kept, kept]);
    expect(events).toEqual([
      `fetch ${ONE}`,
      `warn: A discharge could not be refreshed: ${network.line}. What is at hand still holds.`,
    ]);
  });

  it('tries again after a quarter of a minute, not before', async () => {
    const rig = setUp();
    const { live, clock, fetched } = rig;
    await live.header();
    await clock.advance(14_999);
    expect(await live.header()).toBe(kept);
    expect(fetched()).toHaveLength(1);
    await clock.advance(1);
    rig.failing = undefined;
    expect(await live.header()).not.toBe(kept);
    expect(fetched()).toHaveLength(2);
  });

  it('does not rest once the old one has ended', async () => {
    const { live, clock, fetched } = setUp();
    await clock.advance(80_000);
    await live.header();
    await clock.advance(10_000);
    expect(await caught(live.header())).toMatchObject({ class: 'missing discharge' });
    expect(fetched()).toHaveLength(2);
  });

  it('does so too when the third party does not answer, and keeps nobody waiting for that', async () => {
    const rig = createTokenRig({
      permissions: [token],
      discharges: [old],
      fetch: (_, signal) =>
        new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    expect(await rig.clock.run(rig.live.header())).toBe(kept);
    expect(rig.clock.now() - NOW).toBe(5_000);
    // Nor does it keep anybody who comes later waiting as long again.
    await rig.clock.advance(1_000);
    expect(await rig.clock.run(rig.live.header())).toBe(kept);
    expect(rig.clock.now() - NOW).toBe(6_000);
    await rig.clock.advance(39_000);
    expect(rig.events.at(-1)).toMatch(/^warn: .*timeout: no discharge within 45 s/);
  });
});

describe('when a discharge can not be had', () => {
  it.each<[Error, object]>([
    [network, { class: 'missing discharge', hint: 'Wait.' }],
    [
      new ActionError('third party refused', `${ONE}: it answered 403`, { status: 403 }),
      { class: 'third party refused', status: 403 },
    ],
    [new ActionError('timeout', 'no discharge within 1 min'), { class: 'missing discharge' }],
    [new ActionError('input', 'GitHub gives this job no OIDC token'), { class: 'input' }],
    [
      new TypeError('x is undefined'),
      { class: 'missing discharge', hint: expect.stringContaining('report') },
    ],
  ])('says why, and does not rest before the next try: %s', async (failing, error) => {
    const rig = createTokenRig();
    rig.failing = failing;
    expect(await caught(rig.live.header())).toMatchObject({
      ...error,
      message: `No discharge for the token: ${failing.message}`,
    });
    expect(rig.events).toEqual([`fetch ${ONE}`, 'time']);
    rig.failing = undefined;
    expect(await rig.live.header()).toMatch(/^FlyV1 \S+,fm2_/);
  });

  it('fails all who wait for it, and counts what else went wrong', async () => {
    const rig = createTokenRig({ permissions: [wanting([ONE, TWO])] });
    rig.failing = network;
    const errors = await Promise.all([1, 2, 3].map(() => caught(rig.live.header())));
    expect(new Set(errors).size).toBe(1);
    expect(String(errors[0])).toContain('(and 1 more failure)');
    expect(rig.fetched()).toEqual([ONE, TWO]);
  });

  it('keeps and saves the ones that came, and asks for the others alone next time', async () => {
    let down = true;
    const rig = createTokenRig({
      permissions: [wanting([ONE, TWO])],
      fetch: async (ticket, _, now) => {
        if (down && ticket.location === TWO) throw network;
        return fresh(ticket, now);
      },
    });
    expect(await caught(rig.live.header())).toMatchObject({ class: 'missing discharge' });
    expect(rig.saved.map((them) => them.length)).toEqual([1]);
    down = false;
    await rig.live.header();
    expect(rig.fetched()).toEqual([ONE, TWO, TWO]);
    expect(rig.saved.map((them) => them.length)).toEqual([1, 2]);
  });

  it('is content with one permission token that is complete', async () => {
    const permissions = [wanting([TWO]), wanting([ONE])];
    const rig = createTokenRig({
      permissions,
      fetch: async (ticket, _, now) => {
        if (ticket.location === TWO) throw network;
        return fresh(ticket, now);
      },
    });
    const texts = permissions.map(tokenText).join(',');
    expect(await rig.live.header()).toBe(`FlyV1 ${texts},${rig.saved[0]?.[0]?.text}`);
    expect(rig.events.filter((it) => it.startsWith('warn'))).toHaveLength(1);
    expect(rig.live.usableUntil()).toBe(NOW + 630_000);
  });

  it('no longer sends one that has ended', async () => {
    const permissions = [wanting([ONE]), wanting([TWO])];
    const [dead, live] = permissions.map((token, index) => held(token, -600, index === 0 ? -1 : 600));
    if (dead === undefined || live === undefined) throw new Error('two tokens have two discharges');
    const rig = createTokenRig({ permissions, discharges: [dead, live] });
    rig.failing = network;
    expect(await rig.live.header()).toBe(`FlyV1 ${[...permissions.map(tokenText), live.text].join(',')}`);
  });

  it('does not take a token that ended meanwhile for one without an end', async () => {
    const token = wanting([ONE], within(-600, 5));
    const rig = createTokenRig({
      permissions: [token],
      fetch: async () => {
        await rig.clock.advance(6_000);
        throw network;
      },
    });
    expect(await caught(rig.live.header())).toMatchObject({ class: 'missing discharge' });
    expect(rig.live.usableUntil()).toBeUndefined();
  });

  it('refuses one that has ended already, after asking for the time', async () => {
    const rig = createTokenRig({ fetch: async (ticket, _, now) => fresh(ticket, now - 1_000_000) });
    expect(await caught(rig.live.header())).toMatchObject({
      class: 'third party refused',
      message: expect.stringContaining(`${ONE}: its discharge ended at 2025-01-15T11:53:50Z already`),
    });
    expect(rig.events.slice(0, 3)).toEqual([`fetch ${ONE}`, 'secret', 'time']);
    expect(rig.saved).toEqual([]);
  });
});

describe('when a person takes their time to approve', () => {
  it('waits beyond the limit for the others, and fetches anew what has ended meanwhile', async () => {
    const rig = createTokenRig({
      permissions: [wanting([ONE, TWO])],
      fetch: async (ticket, limited, now) => {
        if (ticket.location === ONE) return fresh(ticket, now);
        await rig.clock.sleep(1_800_000);
        expect(limited.aborted).toBe(true);
        return fresh(ticket, rig.clock.now());
      },
    });
    expect(await rig.clock.run(rig.live.header())).toMatch(/^FlyV1 \S+,fm2_\S+,fm2_/);
    expect(rig.fetched()).toEqual([ONE, TWO, ONE]);
    expect(rig.live.usableUntil()).toBe(NOW + 1_800_000 + 630_000);
  });
});

describe('when a person is asked while the old discharge holds', () => {
  const token = wanting([ONE]);
  const setUp = (answer: 'approve' | 'refuse', after: number) => {
    const rig = createTokenRig({
      permissions: [token],
      discharges: [held(token, -540, 90)],
      fetch: async (ticket, _, __, onPerson) => {
        await rig.clock.sleep(1_000);
        onPerson();
        await rig.clock.sleep(after);
        if (answer === 'refuse') throw new ActionError('third party refused', 'rejected');
        return fresh(ticket, rig.clock.now());
      },
    });
    return rig;
  };
  const first = async (rig: ReturnType<typeof setUp>) => {
    const before = authorization(rig.live.bundle);
    expect(await rig.clock.run(rig.live.header())).toBe(before);
    expect(await rig.live.header()).toBe(before);
    expect(rig.clock.now() - NOW).toBe(1_000);
    return before;
  };

  it('goes on with the old one, asks once, and takes the new one as soon as it is there', async () => {
    const rig = setUp('approve', 30_000);
    const before = await first(rig);
    await rig.clock.advance(30_000);
    expect(await rig.live.header()).not.toBe(before);
    expect(rig.fetched()).toEqual([ONE]);
    expect(rig.saved).toHaveLength(1);
  });

  it('waits once the old one has ended', async () => {
    const rig = setUp('approve', 300_000);
    const before = await first(rig);
    await rig.clock.advance(90_000);
    expect(await rig.clock.run(rig.live.header())).not.toBe(before);
    expect(rig.clock.now() - NOW).toBe(301_000);
    expect(rig.fetched()).toEqual([ONE]);
  });

  it('warns of a refusal that nobody waited for', async () => {
    const rig = setUp('refuse', 30_000);
    await first(rig);
    await rig.clock.advance(30_000);
    expect(rig.events.at(-1)).toMatch(/^warn: .*rejected/);
  });

  it('survives a refusal that comes once the old one has ended', async () => {
    const rig = setUp('refuse', 200_000);
    await first(rig);
    await rig.clock.advance(200_000);
    expect(rig.events.at(-1)).toBe('time');
    expect(await rig.clock.run(caught(rig.live.header()))).toMatchObject({ class: 'third party refused' });
  });

  it('waits for them where Fly refuses the old one', async () => {
    const rig = setUp('approve', 30_000);
    const before = authorization(rig.live.bundle);
    expect(await rig.clock.run(rig.live.renew(before))).not.toBe(before);
  });
});

describe("when it is the job's end", () => {
  const left = /The machines stay as they are: put them back by hand, with `fly machine/;
  it('says of a discharge that can not be had what is left to do', async () => {
    const rig = createTokenRig({ isPost: true });
    rig.failing = network;
    expect(await caught(rig.live.header())).toMatchObject({
      hint: expect.stringMatching(/^Wait\. The machines stay/),
    });
  });

  it.each([
    ['the token', undefined, /^Make a new one .*/],
    ['its own', { ms: 1_200_000, end: NOW - 1_000 }, /^Give `auth` a longer `max-lifetime` next time\. The/],
  ])('advises nothing that is impossible by then: the end is %s', async (_, lifetime, hint) => {
    const permissions = [wanting([ONE], within(-900, -1))];
    const rig = createTokenRig({ permissions, isPost: true, ...(lifetime && { lifetime }) });
    const error = await caught(rig.live.header());
    for (const text of [hint, left])
      expect(error).toMatchObject({ class: 'token expired', hint: expect.stringMatching(text) });
    expect(String((error as ActionError).hint)).not.toContain('before this step');
  });
});

describe('when the discharges can not be saved', () => {
  it('says so, and has the discharge all the same', async () => {
    const rig = createTokenRig({
      save: () => {
        throw new ActionError('internal', 'disk full');
      },
    });
    expect(await rig.live.header()).toMatch(/^FlyV1 \S+,fm2_/);
    expect(rig.events.filter((it) => it.startsWith('warn'))).toEqual([expect.stringContaining('disk full')]);
    expect(rig.fetched()).toEqual([ONE]);
  });
});

describe('when the step ends while a discharge is under way', () => {
  const cancelled = new ActionError('cancelled', 'the job was cancelled');
  const late = new ActionError('timeout', 'not done within 5 min');
  const token = wanting([ONE]);
  const old = held(token, -540, 90);
  const kept = `FlyV1 ${tokenText(token)},${old.text}`;
  const setUp = (reason: ActionError, discharges: readonly Discharge[]) => {
    const stop = new AbortController();
    return createTokenRig({
      permissions: [token],
      discharges,
      signal: stop.signal,
      fetch: async (_, signal) => {
        stop.abort(reason);
        throw signal.reason;
      },
    });
  };

  it.each([cancelled, late])(
    'gives what still holds, without a word, so that leases can be given back: %s',
    async (reason) => {
      const { live, events } = setUp(reason, [old]);
      expect(await Promise.all([live.header(), live.header()])).toEqual([kept, kept]);
      expect(await live.header()).toBe(kept);
      expect(events).toEqual([`fetch ${ONE}`]);
    },
  );

  it('asks nobody for another once it has ended, not even after a 401', async () => {
    const rig = createTokenRig({
      permissions: [token],
      discharges: [old],
      signal: AbortSignal.abort(cancelled),
    });
    expect(await rig.live.header()).toBe(kept);
    expect(await rig.live.renew(kept)).toBeUndefined();
    expect(rig.events).toEqual([]);
  });

  it('does not wait for a third party that hears of no end', async () => {
    const stop = new AbortController();
    const rig = createTokenRig({
      permissions: [token],
      discharges: [old],
      signal: stop.signal,
      fetch: () => {
        queueMicrotask(() => stop.abort(cancelled));
        return new Promise(() => undefined);
      },
    });
    expect(await Promise.all([rig.live.header(), rig.live.header()])).toEqual([kept, kept]);
    expect(rig.fetched()).toEqual([ONE]);
  });

  it('ends with it where nothing at hand holds', async () => {
    const { live, events } = setUp(cancelled, []);
    expect(await caught(live.header())).toBe(cancelled);
    expect(events).toEqual([`fetch ${ONE}`]);
  });

  it('says what it was waiting for at the deadline, where nothing at hand holds', async () => {
    const { live, events } = setUp(late, []);
    expect(await caught(live.header())).toMatchObject({
      class: 'timeout',
      message: 'No discharge for the token: not done within 5 min',
    });
    expect(events).toEqual([`fetch ${ONE}`]);
  });
});
