import { ActionError } from '../../../src/errors.js';
import { authorization } from '../../../src/macaroon/bundle.js';
import { caught } from '../../support/caught.js';
import { createTokenRig, fresh, held, ONE, TWO, wanting, within } from './token-rig.js';

/** A token that has all it needs, and a third party that takes a second. */
function setUp(locations: readonly string[] = [ONE], before: readonly Parameters<typeof wanting>[1][] = []) {
  const token = wanting(locations, ...before);
  const rig = createTokenRig({
    permissions: [token],
    discharges: locations.length === 1 ? [held(token, 0, 600)] : [],
    fetch: async (ticket, signal, now) => {
      await rig.clock.sleep(1_000, signal);
      return fresh(ticket, now);
    },
  });
  return rig;
}

describe('when Fly refuses a header that seemed good', () => {
  it('fetches every discharge anew, once for all who were refused', async () => {
    const { live, clock, fetched, saved } = setUp([ONE, TWO]);
    const refused = await clock.run(live.header());
    const renewed = await clock.run(Promise.all([1, 2, 3].map(() => live.renew(refused))));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(refused);
    expect(fetched()).toEqual([ONE, TWO, ONE, TWO]);
    expect(saved).toHaveLength(2);
    expect(await live.header()).toBe(renewed[0]);
  });

  it('gives the new header to who comes late with the old one', async () => {
    const { live, clock, fetched } = setUp();
    const refused = await live.header();
    const renewed = await clock.run(live.renew(refused));
    expect(await live.renew(refused)).toBe(renewed);
    expect(fetched()).toEqual([ONE]);
  });

  it('does not fetch again for who is refused with what was fetched anew', async () => {
    const { live, clock, fetched } = setUp();
    const renewed = await clock.run(live.renew(await live.header()));
    expect(await live.renew(renewed ?? '')).toBeUndefined();
    expect(fetched()).toEqual([ONE]);
  });

  it('joins a refresh that is under way', async () => {
    const token = wanting([ONE]);
    const rig = createTokenRig({
      permissions: [token],
      discharges: [held(token, -600, 30)],
      fetch: async (ticket, signal, now) => {
        await rig.clock.sleep(1_000, signal);
        return fresh(ticket, now);
      },
    });
    const refused = authorization(rig.live.bundle);
    const header = rig.live.header();
    const renewed = rig.live.renew(refused);
    expect(await rig.clock.run(renewed)).toBe(await header);
    expect(rig.fetched()).toEqual([ONE]);
  });

  it('gives none when the third party fails, warns, and lets it rest for all', async () => {
    const rig = setUp();
    const { live, events } = rig;
    const refused = await live.header();
    rig.failing = new ActionError('network', 'cut');
    expect(await Promise.all([live.renew(refused), live.renew(refused)])).toEqual([undefined, undefined]);
    expect(await live.renew(refused)).toBeUndefined();
    expect(events.map((it) => it.split(':')[0])).toEqual(['info', 'fetch https', 'warn']);
  });

  it('says that the token itself has ended, where that came to be meanwhile', async () => {
    const { live, clock, fetched } = setUp([ONE], [within(-60, 300)]);
    const refused = await live.header();
    await clock.advance(300_000);
    expect(await caught(live.renew(refused))).toMatchObject({ class: 'token expired' });
    expect(fetched()).toEqual([]);
  });
});
