import { tokenText } from '../../../src/macaroon/bundle.js';
import { permission } from '../../support/tokens/tokens.js';
import { createTokenRig, fresh, held, NOW, ONE, TWO, wanting, within } from './token-rig.js';

describe('when nothing has to be fetched', () => {
  it('gives the token with the discharges that it came with', async () => {
    const token = wanting([ONE]);
    const discharge = held(token, 0, 600);
    const { live, events } = createTokenRig({ permissions: [token], discharges: [discharge] });
    expect(await live.header()).toBe(`FlyV1 ${tokenText(token)},${discharge.text}`);
    expect(events).toEqual([]);
    expect(live.usableUntil()).toBe(NOW + 600_000);
  });

  it('drops discharges of tickets that no token has', async () => {
    const token = wanting([ONE]);
    const orphan = held(wanting([ONE]), 0, 600);
    const discharge = held(token, 0, 600);
    const { live } = createTokenRig({
      permissions: [token],
      discharges: [orphan, discharge, orphan],
    });
    expect(await live.header()).toBe(`FlyV1 ${tokenText(token)},${discharge.text}`);
    expect(live.discharges).toEqual([discharge]);
  });

  it('keeps of two discharges for one ticket the one that lasts longer', async () => {
    const token = wanting([ONE]);
    const stale = held(token, -900, -270);
    const good = held(token, 0, 600);
    for (const discharges of [
      [stale, good],
      [good, stale],
    ]) {
      const { live, events } = createTokenRig({ permissions: [token], discharges });
      expect(await live.header()).toBe(`FlyV1 ${tokenText(token)},${good.text}`);
      expect(events).toEqual([]);
    }
  });

  it('needs no third party for a token that wants none', async () => {
    const token = permission();
    const { live, events } = createTokenRig({ permissions: [token] });
    const header = await live.header();
    expect(header).toBe(`FlyV1 ${tokenText(token)}`);
    expect(await live.renew(header)).toBeUndefined();
    expect(events).toEqual([]);
    expect(live.usableUntil()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('when a discharge is missing', () => {
  it('fetches, masks, tells and saves it, in that order', async () => {
    const token = wanting([ONE]);
    const { live, events, saved } = createTokenRig({ permissions: [token] });
    expect(live.usableUntil()).toBeUndefined();
    const header = await live.header();
    expect(events).toEqual([
      `fetch ${ONE}`,
      'secret',
      `info: Discharge of ${ONE} acquired, valid until 2025-01-15T12:10:30Z (10 min 30 s)`,
      'save 1',
    ]);
    expect(header).toBe(`FlyV1 ${tokenText(token)},${saved[0]?.[0]?.text}`);
    expect(saved[0]?.[0]?.arrived).toBe(NOW);
    expect(live.usableUntil()).toBe(NOW + 630_000);
  });

  it('fetches once for all who ask meanwhile, and not again afterwards', async () => {
    const { live, clock, fetched } = createTokenRig({
      fetch: async (ticket, signal, now) => {
        await clock.sleep(5_000, signal);
        return fresh(ticket, now);
      },
    });
    const headers = await clock.run(Promise.all(Array.from({ length: 20 }, () => live.header())));
    expect(new Set([...headers, await live.header()]).size).toBe(1);
    expect(fetched()).toEqual([ONE]);
  });

  it('asks several third parties side by side, each once, and a ticket that stands twice once', async () => {
    const token = wanting([ONE, TWO]);
    const { live, clock, fetched } = createTokenRig({
      permissions: [token, token],
      fetch: async (ticket, signal, now) => {
        await clock.sleep(5_000, signal);
        return fresh(ticket, now);
      },
    });
    await clock.run(live.header());
    expect(fetched()).toEqual([ONE, TWO]);
    expect(clock.now() - NOW).toBe(5_000);
  });

  it('leaves alone those that are there', async () => {
    const token = wanting([ONE, TWO]);
    const discharge = held(token, 0, 600);
    const { live, fetched } = createTokenRig({ permissions: [token], discharges: [discharge] });
    expect(await live.header()).toContain(discharge.text);
    expect(fetched()).toEqual([TWO]);
  });

  it('does not ask for a token that has ended, where another has not', async () => {
    const permissions = [wanting([ONE], within(-900, -60)), wanting([TWO])];
    const { live, fetched, events } = createTokenRig({ permissions });
    await live.header();
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
    const { live, events } = createTokenRig(options);
    await live.header();
    expect(events.length > 0).toBe(due);
    if (due) expect(events[2]).toMatch(/^info: Discharge of \S+ refreshed, /);
  });

  it('keeps it fresh for a whole job, and fetches no more than that takes', async () => {
    const { live, clock, fetched } = createTokenRig();
    for (let second = 0; second < 2_700; second += 10) {
      await live.header();
      expect(live.usableUntil() ?? 0).toBeGreaterThan(clock.now() + 120_000);
      await clock.advance(10_000);
    }
    // One for each 510 s.
    expect(fetched()).toHaveLength(6);
  });

  it('replaces it, and keeps the others in their places', async () => {
    const tokens = [wanting([ONE]), wanting([TWO])];
    const [old, other] = tokens.map((token, index) => held(token, -600, index === 0 ? 30 : 600));
    if (old === undefined || other === undefined) throw new Error('two tokens have two discharges');
    const rig = createTokenRig({ permissions: tokens, discharges: [old, other] });
    const header = await rig.live.header();
    const [renewed] = rig.saved[0] ?? [];
    expect(rig.saved).toEqual([[renewed, other]]);
    expect(renewed?.text).not.toBe(old.text);
    expect(header).toBe(`FlyV1 ${[...tokens.map(tokenText), renewed?.text, other.text].join(',')}`);
  });
});
