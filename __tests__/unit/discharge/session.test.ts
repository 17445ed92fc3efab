import { ActionError } from '../../../src/errors.js';
import { tokenText } from '../../../src/macaroon/bundle.js';
import { caught } from '../../support/caught.js';
import { permission } from '../../support/tokens.js';
import { createSessionRig, fresh, held, NOW, ONE, TWO, wanting, within } from './session-rig.js';

const network = new ActionError('network', 'POST https://one.example: connect ECONNREFUSED', {
  hint: 'Wait.',
});

describe('when nothing has to be fetched', () => {
  it('gives the token with the discharges that it came with', async () => {
    const token = wanting([ONE]);
    const discharge = held(token, 0, 600);
    const { session, events } = createSessionRig({ permissions: [token], discharges: [discharge] });
    expect(await session.header()).toBe(`FlyV1 ${tokenText(token)},${discharge.text}`);
    expect(events).toEqual([]);
    expect(session.usableUntil()).toBe(NOW + 600_000);
  });

  it('drops discharges of tickets that no token has', async () => {
    const token = wanting([ONE]);
    const orphan = held(wanting([ONE]), 0, 600);
    const discharge = held(token, 0, 600);
    const { session } = createSessionRig({ permissions: [token], discharges: [orphan, discharge, orphan] });
    expect(await session.header()).toBe(`FlyV1 ${tokenText(token)},${discharge.text}`);
    expect(session.discharges).toEqual([discharge]);
  });

  it('keeps of two discharges for one ticket the one that lasts longer', async () => {
    const token = wanting([ONE]);
    const stale = held(token, -900, -270);
    const good = held(token, 0, 600);
    for (const discharges of [
      [stale, good],
      [good, stale],
    ]) {
      const { session, events } = createSessionRig({ permissions: [token], discharges });
      expect(await session.header()).toBe(`FlyV1 ${tokenText(token)},${good.text}`);
      expect(events).toEqual([]);
    }
  });

  it('needs no third party for a token that wants none', async () => {
    const token = permission();
    const { session, events } = createSessionRig({ permissions: [token] });
    const header = await session.header();
    expect(header).toBe(`FlyV1 ${tokenText(token)}`);
    expect(await session.renew(header)).toBeUndefined();
    expect(events).toEqual([]);
    expect(session.usableUntil()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('when a discharge is missing', () => {
  it('fetches, masks, tells and saves it, in that order', async () => {
    const token = wanting([ONE]);
    const { session, events, saved } = createSessionRig({ permissions: [token] });
    expect(session.usableUntil()).toBeUndefined();
    const header = await session.header();
    expect(events).toEqual([
      `fetch ${ONE}`,
      'secret',
      `info: Discharge of ${ONE} acquired, valid until 2025-01-15T12:10:30Z (10 min 30 s)`,
      'save 1',
    ]);
    expect(header).toBe(`FlyV1 ${tokenText(token)},${saved[0]?.[0]?.text}`);
    expect(saved[0]?.[0]?.arrived).toBe(NOW);
    expect(session.usableUntil()).toBe(NOW + 630_000);
  });

  it('fetches once for all who ask meanwhile, and not again afterwards', async () => {
    const { session, clock, fetched } = createSessionRig({
      fetch: async (ticket, signal, now) => {
        await clock.sleep(5_000, signal);
        return fresh(ticket, now);
      },
    });
    const headers = await clock.run(Promise.all(Array.from({ length: 20 }, () => session.header())));
    expect(new Set([...headers, await session.header()]).size).toBe(1);
    expect(fetched()).toEqual([ONE]);
  });

  it('asks several third parties side by side, each once, and a ticket that stands twice once', async () => {
    const token = wanting([ONE, TWO]);
    const { session, clock, fetched } = createSessionRig({
      permissions: [token, token],
      fetch: async (ticket, signal, now) => {
        await clock.sleep(5_000, signal);
        return fresh(ticket, now);
      },
    });
    await clock.run(session.header());
    expect(fetched()).toEqual([ONE, TWO]);
    expect(clock.now() - NOW).toBe(5_000);
  });

  it('leaves alone those that are there', async () => {
    const token = wanting([ONE, TWO]);
    const discharge = held(token, 0, 600);
    const { session, fetched } = createSessionRig({ permissions: [token], discharges: [discharge] });
    expect(await session.header()).toContain(discharge.text);
    expect(fetched()).toEqual([TWO]);
  });

  it('does not ask for a token that has ended, where another has not', async () => {
    const permissions = [wanting([ONE], within(-900, -60)), wanting([TWO])];
    const { session, fetched, events } = createSessionRig({ permissions });
    await session.header();
    expect(fetched()).toEqual([TWO]);
    expect(events).not.toContain('time');
  });
});

describe('when a discharge nears its end', () => {
  // Life and what is left of it in seconds, and when it arrived.
  it.each<[string, { from: number; to: number; arrived?: number; before?: number }, boolean]>([
    ['long before', { from: -100, to: 530 }, false],
    ['a second before the margin', { from: -509, to: 121 }, false],
    ['at the margin', { from: -510, to: 120 }, true],
    ['ended', { from: -700, to: -70 }, true],
    ['with a margin of its own', { from: -400, to: 230, before: 300 }, true],
    ['with no margin, a second before', { from: -629, to: 1, before: 0 }, false],
    ['with no margin, ended', { from: -630, to: 0, before: 0 }, true],
    ['more than half of a short life left', { from: -29, to: 31 }, false],
    ['half of a short life left', { from: -30, to: 30 }, true],
    ['half of its life since it arrived left', { from: -570, to: 60, arrived: -60 }, true],
    ['more than half of its life since it arrived left', { from: -570, to: 60, arrived: -59 }, false],
    ['arrived long after it began', { from: -570, to: 60, arrived: 0 }, false],
    ['arrived before it began', { from: -30, to: 30, arrived: -600 }, true],
    ['ended before it arrived', { from: -700, to: -1, arrived: 3_600 }, true],
  ])('is refreshed when due: %s', async (_, { from, to, arrived, before = 120 }, due) => {
    const token = wanting([ONE]);
    const discharges = [held(token, from, to, arrived)];
    const options = { permissions: [token], discharges, refreshBefore: before * 1000 };
    const { session, events } = createSessionRig(options);
    await session.header();
    expect(events.length > 0).toBe(due);
    if (due) expect(events[2]).toMatch(/^info: Discharge of \S+ refreshed, /);
  });

  it('keeps it fresh for a whole job, and fetches no more than that takes', async () => {
    const { session, clock, fetched } = createSessionRig();
    for (let second = 0; second < 2_700; second += 10) {
      await session.header();
      expect(session.usableUntil() ?? 0).toBeGreaterThan(clock.now() + 120_000);
      await clock.advance(10_000);
    }
    // One for each 510 s.
    expect(fetched()).toHaveLength(6);
  });

  it('replaces it, and keeps the others in their places', async () => {
    const token = wanting([ONE, TWO]);
    const old = held(token, -600, 30);
    const rig = createSessionRig({ permissions: [token], discharges: [old] });
    await rig.session.header();
    expect(rig.saved.at(-1)?.map(({ macaroon }) => macaroon.location)).toHaveLength(2);
    expect(await rig.session.header()).not.toContain(old.text);
  });
});

describe('when a refresh fails while the old discharge holds', () => {
  const token = wanting([ONE]);
  const old = held(token, -540, 90);
  const setUp = () => {
    const rig = createSessionRig({ permissions: [token], discharges: [old] });
    rig.failing = network;
    return rig;
  };
  const kept = `FlyV1 ${tokenText(token)},${old.text}`;

  it('gives the old one, warns once for all who asked, and saves nothing', async () => {
    const { session, events } = setUp();
    const headers = await Promise.all([session.header(), session.header(), session.header()]);
    expect(headers).toEqual([kept, kept, kept]);
    expect(events).toEqual([
      `fetch ${ONE}`,
      `warn: A discharge could not be refreshed: ${network.line}. The one at hand still holds.`,
    ]);
  });

  it('tries again after a quarter of a minute, not before', async () => {
    const rig = setUp();
    const { session, clock, fetched } = rig;
    await session.header();
    await clock.advance(14_999);
    expect(await session.header()).toBe(kept);
    expect(fetched()).toHaveLength(1);
    await clock.advance(1);
    rig.failing = undefined;
    expect(await session.header()).not.toBe(kept);
    expect(fetched()).toHaveLength(2);
  });

  it('does not rest once the old one has ended', async () => {
    const { session, clock, fetched } = setUp();
    await clock.advance(80_000);
    await session.header();
    await clock.advance(10_000);
    expect(await caught(session.header())).toMatchObject({ class: 'missing discharge' });
    expect(fetched()).toHaveLength(2);
  });

  it('does so too when the third party does not answer within a minute', async () => {
    const rig = createSessionRig({
      permissions: [token],
      discharges: [old],
      fetch: (_, signal) =>
        new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    expect(await rig.clock.run(rig.session.header())).toBe(kept);
    expect(rig.clock.now() - NOW).toBe(60_000);
    expect(rig.events.at(-1)).toMatch(/^warn: .*timeout: no discharge within 1 min/);
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
    [
      new TypeError('x is undefined'),
      { class: 'missing discharge', hint: expect.stringContaining('report') },
    ],
  ])('says why, and does not rest before the next try: %s', async (failing, error) => {
    const rig = createSessionRig();
    rig.failing = failing;
    expect(await caught(rig.session.header())).toMatchObject({
      ...error,
      message: `No discharge for the token: ${failing.message}`,
    });
    expect(rig.events).toEqual([`fetch ${ONE}`, 'time']);
    rig.failing = undefined;
    expect(await rig.session.header()).toMatch(/^FlyV1 \S+,fm2_/);
  });

  it('fails all who wait for it, and counts what else went wrong', async () => {
    const rig = createSessionRig({ permissions: [wanting([ONE, TWO])] });
    rig.failing = network;
    const errors = await Promise.all([1, 2, 3].map(() => caught(rig.session.header())));
    expect(new Set(errors).size).toBe(1);
    expect(String(errors[0])).toContain('(and 1 more failure)');
    expect(rig.fetched()).toEqual([ONE, TWO]);
  });

  it('keeps and saves the ones that came, and asks for the others alone next time', async () => {
    let down = true;
    const rig = createSessionRig({
      permissions: [wanting([ONE, TWO])],
      fetch: async (ticket, _, now) => {
        if (down && ticket.location === TWO) throw network;
        return fresh(ticket, now);
      },
    });
    expect(await caught(rig.session.header())).toMatchObject({ class: 'missing discharge' });
    expect(rig.saved.map((them) => them.length)).toEqual([1]);
    down = false;
    await rig.session.header();
    expect(rig.fetched()).toEqual([ONE, TWO, TWO]);
    expect(rig.saved.map((them) => them.length)).toEqual([1, 2]);
  });

  it('is content with one permission token that is complete', async () => {
    const permissions = [wanting([TWO]), wanting([ONE])];
    const rig = createSessionRig({
      permissions,
      fetch: async (ticket, _, now) => {
        if (ticket.location === TWO) throw network;
        return fresh(ticket, now);
      },
    });
    const texts = permissions.map(tokenText).join(',');
    expect(await rig.session.header()).toBe(`FlyV1 ${texts},${rig.saved[0]?.[0]?.text}`);
    expect(rig.events.filter((it) => it.startsWith('warn'))).toHaveLength(1);
    expect(rig.session.usableUntil()).toBe(NOW + 630_000);
  });

  it('refuses one that has ended already, after asking for the time', async () => {
    const rig = createSessionRig({ fetch: async (ticket, _, now) => fresh(ticket, now - 1_000_000) });
    expect(await caught(rig.session.header())).toMatchObject({
      class: 'third party refused',
      message: expect.stringContaining(`${ONE}: its discharge ended at 2025-01-15T11:53:50Z already`),
    });
    expect(rig.events.slice(0, 3)).toEqual([`fetch ${ONE}`, 'secret', 'time']);
    expect(rig.saved).toEqual([]);
  });
});

describe('when a session can not be saved', () => {
  it('says so, and has the discharge all the same', async () => {
    const rig = createSessionRig({
      save: () => {
        throw new ActionError('internal', 'disk full');
      },
    });
    expect(await caught(rig.session.header())).toMatchObject({ message: 'disk full' });
    expect(await rig.session.header()).toMatch(/^FlyV1 \S+,fm2_/);
    expect(rig.fetched()).toEqual([ONE]);
  });
});

describe('when the step ends while a discharge is under way', () => {
  const setUp = (reason: ActionError) => {
    const stop = new AbortController();
    const token = wanting([ONE]);
    const rig = createSessionRig({
      permissions: [token],
      discharges: [held(token, -540, 90)],
      signal: stop.signal,
      fetch: async (_, signal) => {
        stop.abort(reason);
        throw signal.reason;
      },
    });
    return rig;
  };

  it('ends with it when it was cancelled, whatever discharge is at hand', async () => {
    const reason = new ActionError('cancelled', 'the job was cancelled');
    const { session, events } = setUp(reason);
    expect(await caught(session.header())).toBe(reason);
    expect(events).toEqual([`fetch ${ONE}`]);
  });

  it('says what it was waiting for at the deadline', async () => {
    const { session, events } = setUp(new ActionError('timeout', 'not done within 5 min'));
    expect(await caught(session.header())).toMatchObject({
      class: 'timeout',
      message: 'No discharge for the token: not done within 5 min',
    });
    expect(events).toEqual([`fetch ${ONE}`]);
  });
});
