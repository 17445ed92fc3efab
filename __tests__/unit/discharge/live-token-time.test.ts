import { createFly } from '../../../emulator/fly.js';
import { seededRandom } from '../../../emulator/random.js';
import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { connect } from '../../../src/action/access/connect.js';
import type { Discharge } from '../../../src/discharge/discharges.js';
import type { HttpRequest, Transport } from '../../../src/http/transport.js';
import { parseBundle } from '../../../src/macaroon/bundle.js';
import { caught } from '../../support/caught.js';
import { fakeLog } from '../../support/fakes/fake-shell.js';
import { flyTransport } from '../../support/fakes/fly-transport.js';
import { createTokenRig, held, ONE, TWO, wanting, within } from './token-rig.js';

const HOUR = 3_600_000;

describe('when the token seems to have ended', () => {
  it('asks for the time once, and says when it was', async () => {
    const { live, events } = createTokenRig({ permissions: [wanting([ONE], within(-900, -60))] });
    expect(await caught(live.header())).toMatchObject({
      class: 'token expired',
      message: 'The token ended at 2025-01-15T11:59:00Z',
      hint: expect.stringContaining('fly tokens create deploy'),
    });
    expect(events).toEqual(['time']);
    expect(live.usableUntil()).toBeUndefined();
  });

  it('names the last of several ends', async () => {
    const permissions = [within(-900, -60), within(-900, -30), within(-900, -90)].map((it) =>
      wanting([ONE], it),
    );
    const { live } = createTokenRig({ permissions });
    expect(await caught(live.header())).toMatchObject({ message: expect.stringContaining('11:59:30Z') });
  });

  it("goes on when only this machine's clock is wrong", async () => {
    const permissions = [wanting([ONE], within(-900, 1_800))];
    const { live, events } = createTokenRig({ permissions, ahead: HOUR });
    expect(await live.header()).toMatch(/^FlyV1 \S+,fm2_/);
    expect(events[0]).toBe('time');
  });
});

describe('when a header was given before', () => {
  it('notices the end of the token, and the moment when a discharge is due', async () => {
    const token = wanting([ONE], within(-900, 700));
    const rig = createTokenRig({ permissions: [token], discharges: [held(token, 0, 600)] });
    const { live, clock, fetched } = rig;
    const first = await live.header();
    await clock.advance(479_999);
    expect([await live.header(), fetched()]).toEqual([first, []]);
    await clock.advance(1);
    const second = await live.header();
    expect(second).not.toBe(first);
    expect([await live.header(), fetched()]).toEqual([second, [ONE]]);
    await clock.advance(219_999);
    expect(await live.header()).toBe(second);
    await clock.advance(1);
    expect(await caught(live.header())).toMatchObject({ class: 'token expired' });
  });

  it('notices a shorter end of one of several tokens', async () => {
    const permissions = [wanting([ONE], within(-900, 60)), wanting([TWO])];
    const discharges = permissions.map((token) => held(token, 0, 6_000));
    const { live, clock, events } = createTokenRig({ permissions, discharges });
    const first = await live.header();
    await clock.advance(60_000);
    expect([await live.header(), events]).toEqual([first, []]);
    await clock.advance(5_820_000);
    await live.header();
    expect(events[0]).toBe(`fetch ${TWO}`);
    expect(events).not.toContain(`fetch ${ONE}`);
  });

  it('looks again when the time turns out to be earlier: a token that seemed to have ended has not', async () => {
    const permissions = [wanting([ONE], within(-900, 1_800)), wanting([TWO])];
    const discharges = permissions.slice(1).map((token) => held(token, 0, 9_000));
    const rig = createTokenRig({ permissions, discharges, ahead: HOUR });
    const first = await rig.live.header();
    expect(rig.events).toEqual([]);
    rig.hearTime();
    expect(await rig.live.header()).not.toBe(first);
    expect(rig.fetched()).toEqual([ONE]);
  });

  it('gives what a 401 has brought', async () => {
    const { live, fetched } = createTokenRig();
    const first = await live.header();
    expect(await live.header()).toBe(first);
    const renewed = await live.renew(first);
    expect(await live.header()).toBe(renewed);
    expect(await live.header()).not.toBe(first);
    expect(fetched()).toEqual([ONE, ONE]);
  });
});

describe("when this machine's clock is an hour ahead and nobody has said so yet", () => {
  it('does not refuse a fresh discharge as long gone', async () => {
    const { live, saved } = createTokenRig({ ahead: HOUR });
    expect(await live.header()).toMatch(/^FlyV1 \S+,fm2_/);
    expect(saved).toHaveLength(1);
  });

  it('finds out that the discharge at hand still holds when no other is to be had', async () => {
    const token = wanting([ONE]);
    const discharge = held(token, -60, 570);
    const rig = createTokenRig({ permissions: [token], discharges: [discharge], ahead: HOUR });
    rig.failing = new Error('down');
    expect(await rig.live.header()).toContain(discharge.text);
    expect(rig.events.slice(0, 2)).toEqual([`fetch ${ONE}`, 'time']);
  });
});

/** A token and a client as a step has them, in front of a Fly whose clock is not this machine's. */
function step({ ahead, expires, dateless = false }: { ahead: number; expires?: number; dateless?: boolean }) {
  const clock = createVirtualClock();
  const flyClock = { ...clock, now: () => clock.now() - ahead };
  const apps = [{ name: 'shop', machines: [{ id: 'm1' }] }];
  const fly = createFly({ clock: flyClock, random: seededRandom(9), apps, settings: { rateLimits: false } });
  const requests: HttpRequest[] = [];
  const transport: Transport = async (request) => {
    requests.push(request);
    const response = await flyTransport(fly)(request);
    const thirdParty = request.url.pathname.startsWith('/aaa');
    return dateless && thirdParty
      ? { ...response, headers: { ...response.headers, date: undefined } }
      : response;
  };
  const saved: (readonly Discharge[])[] = [];
  const log = fakeLog();
  const token = fly.mintToken({
    app: 'shop',
    ...(expires === undefined ? {} : { expires: Math.floor((flyClock.now() + expires) / 1000) }),
  });
  const bundle = parseBundle(token);
  const access = {
    source: 'a test',
    bundle,
    discharges: [],
    session: undefined,
    scope: { apps: ['shop'], org: undefined },
    apiUrl: new URL('https://api.machines.dev'),
    kept: { 'refresh-before': 120_000, 'third-party-credentials': [], approve: false },
  };
  const { signal } = new AbortController();
  const host = {
    env: {},
    runner: { appendSummary: () => undefined },
    clock,
    transport,
    jitter: () => 0,
    log,
  };
  const { token: live, client } = connect(access, host, {
    signal,
    maxConcurrent: 20,
    save: (them) => void saved.push(them),
  });
  return {
    clock,
    flyClock,
    fly,
    requests,
    saved,
    log,
    live,
    signal,
    permission: bundle.permissions[0]?.text ?? '',
    client,
  };
}

describe.each([
  ['an hour ahead', HOUR],
  ['an hour behind', -HOUR],
  ['right', 0],
])("when this machine's clock is %s", (_, ahead) => {
  it.each([false, true])(
    'keeps the discharge fresh by the clock of Fly; third party without a date: %s',
    async (dateless) => {
      const { clock, flyClock, client, live, fly, saved, signal } = step({ ahead, dateless });
      for (let minute = 0; minute < 45; minute += 1) {
        expect(await clock.run(client.list('shop', signal))).toHaveLength(1);
        await clock.advance(60_000);
      }
      expect(fly.requests.filter(({ status }) => status === 401)).toEqual([]);
      // Looked at once a minute: one for each 540 s.
      expect(saved.length).toBe(5);
      expect(live.usableUntil() ?? 0).toBeGreaterThan(flyClock.now());
    },
  );

  it('can use a token to its last minute, and then says that it has ended', async () => {
    const { clock, client, fly, signal, log } = step({ ahead, expires: 1_800_000 });
    expect(await clock.run(client.list('shop', signal))).toHaveLength(1);
    await clock.advance(1_790_000);
    expect(await clock.run(client.list('shop', signal))).toHaveLength(1);
    await clock.advance(20_000);
    expect(await clock.run(caught(client.list('shop', signal)))).toMatchObject({ class: 'token expired' });
    // Fly is asked for its time once before a token counts as ended, and that without the token.
    expect(fly.requests.filter(({ path }) => path === '/').length).toBe(ahead > 0 ? 2 : 1);
    expect(log.said('warning')).toEqual([]);
  });

  it('says of a token that ended ten minutes ago just that', async () => {
    const { clock, client, signal, requests } = step({ ahead, expires: -600_000 });
    expect(await clock.run(caught(client.list('shop', signal)))).toMatchObject({ class: 'token expired' });
    expect(requests.length).toBeLessThanOrEqual(ahead < 0 ? 2 : 1);
  });

  it('never shows the token to the third party, nor to who is asked for the time', async () => {
    const { clock, client, signal, requests, permission, log } = step({ ahead, expires: 1_800_000 });
    await clock.run(client.list('shop', signal));
    const others = requests.filter(
      ({ url }) => url.origin !== 'https://api.machines.dev' || url.pathname === '/',
    );
    expect(others.length).toBeGreaterThan(0);
    for (const { headers, body = '', url } of others) {
      expect([...Object.values(headers), body, url.href].join(' ')).not.toContain(permission.slice(4, 60));
    }
    // Every discharge is masked, by its text and by its body.
    const discharge = requests.at(-1)?.headers['authorization']?.split(',')[1] ?? 'none';
    expect(log.masks).toEqual(expect.arrayContaining([discharge, discharge.slice(4)]));
  });
});
