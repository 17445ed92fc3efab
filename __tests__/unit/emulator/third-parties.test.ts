import type { PartySettings } from '../../../emulator/third-parties/party-settings.js';
import { parseToken, ticketKey, ticketsOf } from '../../../src/macaroon/bundle.js';
import { validity } from '../../../src/macaroon/macaroon.js';
import { APP, type Call, createRig, parse } from './rig.js';

const INIT = '/.well-known/macfly/3p';

type Reply = Readonly<Record<string, string>> & {
  readonly user_interactive?: Readonly<Record<string, string>>;
};

function partyRig(party: 'aaa' | 'own', settings: Partial<PartySettings> = {}) {
  const rig = createRig(undefined, { settings: { [party]: settings } });
  const { fly, call } = rig;
  const token = fly.mintToken({ app: APP, thirdParty: party });
  const [ticket] = ticketsOf(parseToken(token.slice(6)));
  if (ticket === undefined) throw new Error('the token has no ticket');
  return {
    ...rig,
    ticket,
    ask: (wish: Call = {}) =>
      call('POST', `/${party}/v1${INIT}`, { token: '', body: { ticket: ticketKey(ticket.ticket) }, ...wish }),
    /** Returns the status of a list of machines with a discharge. */
    async tryOut(discharge: string | undefined): Promise<number> {
      const answer = await call('GET', `/v1/apps/${APP}/machines`, { token: `${token},${discharge}` });
      return answer.status;
    },
  };
}

const pathOf = (url: string | undefined) => new URL(url ?? '', 'https://fly.test').pathname;

describe.each(['aaa', 'own'] as const)('when %s answers at once', (party) => {
  it('gives a discharge that Fly accepts for as long as it says', async () => {
    const { clock, ticket, ask, tryOut } = partyRig(party);
    expect(ticket.location).toBe(`https://fly.test/${party}/v1`);
    const answer = await ask();
    expect(answer.status).toBe(201);
    const { discharge } = parse<Reply>(answer);
    const { macaroon } = parseToken(discharge ?? '');
    const now = clock.now() / 1_000;
    expect(validity(macaroon)).toEqual({ notBefore: now, notAfter: now + 630 });
    expect(macaroon.caveats.some(({ name }) => name === 'FlyioUserID')).toBe(party === 'aaa');
    expect(await tryOut(discharge)).toBe(200);
    await clock.advance(631_000);
    expect(await tryOut(discharge)).toBe(401);
  });
});

describe('when the ticket is to be polled for', () => {
  it.each(['absolute', 'relative'] as const)(
    'answers 202 so many times, the result once, then 404: %s',
    async (pollUrl) => {
      const { call, ask, tryOut, fly } = partyRig('aaa', { behaviour: 'poll', polls: 2, pollUrl });
      const { poll_url: url = '' } = parse<Reply>(await ask());
      expect(url.startsWith(pollUrl === 'absolute' ? 'https://fly.test/aaa/v1/' : '/aaa/v1/')).toBe(true);
      const poll = () => call('GET', pathOf(url), { token: '' });
      expect([(await poll()).status, (await poll()).status]).toEqual([202, 202]);
      const done = await poll();
      expect(done.status).toBe(200);
      expect(await tryOut(parse<Reply>(done)['discharge'])).toBe(200);
      expect((await poll()).status).toBe(404);
      // The secret of a poll URL is worth a discharge.
      expect(
        fly.requests
          .filter(({ path }) => path.includes('/poll/'))
          .every(({ path }) => path.endsWith('/poll/…')),
      ).toBe(true);
    },
  );

  it.each([
    ['not-ready', '{"error":"not ready"}'],
    ['empty', ''],
  ] as const)('has a 202 with the body %s', async (pendingBody, body) => {
    const { call, ask } = partyRig('aaa', { behaviour: 'poll', pendingBody });
    const url = parse<Reply>(await ask())['poll_url'];
    expect(await call('GET', pathOf(url))).toMatchObject({ status: 202, body });
  });

  it('may come to a refusal', async () => {
    const { call, ask } = partyRig('aaa', {
      behaviour: 'poll',
      polls: 0,
      pollResult: 'refusal',
      error: 'no',
    });
    const url = parse<Reply>(await ask())['poll_url'];
    expect(await call('GET', pathOf(url))).toMatchObject({ status: 200, body: '{"error":"no"}' });
  });

  it('may be on a foreign host', async () => {
    const { ask } = partyRig('aaa', { behaviour: 'poll', pollUrl: 'foreign' });
    expect(parse<Reply>(await ask())['poll_url']).toMatch(/^https:\/\/elsewhere\.test\//);
  });

  it("is not to be had at the other third party's", async () => {
    const { call, ask } = partyRig('aaa', { behaviour: 'poll', polls: 0 });
    const url = parse<Reply>(await ask())['poll_url'] ?? '';
    expect((await call('GET', pathOf(url).replace('/aaa/', '/own/'))).status).toBe(404);
  });
});

describe('when a person is needed', () => {
  it('waits until the user URL was opened', async () => {
    const { call, ask, tryOut } = partyRig('aaa', {
      behaviour: 'user-interactive',
      polls: Number.POSITIVE_INFINITY,
    });
    const { user_url: user, poll_url: poll } = parse<Reply>(await ask()).user_interactive ?? {};
    for (let i = 0; i < 5; i += 1) expect((await call('GET', pathOf(poll))).status).toBe(202);
    expect((await call('GET', pathOf(user))).status).toBe(200);
    expect(await tryOut(parse<Reply>(await call('GET', pathOf(poll)))['discharge'])).toBe(200);
  });
});

describe('when a secret is used for what it is not', () => {
  it('is found neither for a poll nor for a person', async () => {
    const { call, ask } = partyRig('aaa', { behaviour: 'user-interactive' });
    const { user_url: user, poll_url: poll } = parse<Reply>(await ask()).user_interactive ?? {};
    const secretOf = (url = '') => url.slice(url.lastIndexOf('/') + 1);
    const status = async (path: string) => (await call('GET', path, { token: '' })).status;
    expect(await status(pathOf(poll?.replace(secretOf(poll), secretOf(user))))).toBe(404);
    expect(await status(pathOf(user?.replace(secretOf(user), secretOf(poll))))).toBe(404);
    expect(await status(pathOf(user).replace('/aaa/', '/own/'))).toBe(404);
    expect(await status(pathOf(user))).toBe(200);
  });
});

describe('when the third party fails', () => {
  it.each<[Partial<PartySettings>, number, string]>([
    [{ behaviour: 'refuse' }, 403, '{"error":"no session for this ticket"}'],
    [{ behaviour: 'refuse', status: '401', error: 'log in' }, 401, '{"error":"log in"}'],
    [{ behaviour: 'down' }, 503, 'Service Unavailable\n'],
    [{ behaviour: 'empty' }, 201, '{}'],
  ])('answers as it is set: %j', async (settings, status, body) => {
    expect(await partyRig('aaa', settings).ask()).toMatchObject({ status, body });
  });

  it('answers with a page', async () => {
    const answer = await partyRig('aaa', { behaviour: 'garbage' }).ask();
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.body).toMatch(/^<!doctype html>/);
  });

  it.each(['expired', 'wrong-ticket', 'wrong-key'] as const)(
    'gives a discharge that Fly refuses: %s',
    async (behaviour) => {
      const { ask, tryOut, ticket } = partyRig('aaa', { behaviour });
      const { discharge = '' } = parse<Reply>(await ask());
      const { kid } = parseToken(discharge).macaroon.nonce;
      expect(Buffer.compare(kid, ticket.ticket) === 0).toBe(behaviour !== 'wrong-ticket');
      expect(await tryOut(discharge)).toBe(401);
    },
  );

  it('answers with more than anybody wants', async () => {
    const { ask } = partyRig('aaa', { behaviour: 'huge', hugeBytes: 100_000 });
    expect((await ask()).body.length).toBeGreaterThan(100_000);
  });

  it('sends away', async () => {
    const { ask } = partyRig('aaa', { behaviour: 'redirect', redirectTo: 'https://x.test/y' });
    expect(await ask()).toMatchObject({ status: 307, headers: { location: 'https://x.test/y' } });
  });

  it('is slow', async () => {
    const { clock, ask } = partyRig('aaa', { delayMs: 4_000 });
    const before = clock.now();
    expect((await ask()).status).toBe(201);
    expect(clock.now() - before).toBe(4_000);
  });

  it('begins to fail only when it is told to', async () => {
    const { fly, ask } = partyRig('aaa');
    expect((await ask()).status).toBe(201);
    fly.settings.aaa.behaviour = 'down';
    expect((await ask()).status).toBe(503);
  });
});

describe('when it wants a credential', () => {
  it('discharges for that value alone, and the other third party for none', async () => {
    const { fly, ask, call } = partyRig('aaa', { credential: 'Bearer fo1_me' });
    expect((await ask()).status).toBe(401);
    expect((await ask({ token: 'Bearer fo1_you' })).status).toBe(401);
    expect((await ask({ token: 'Bearer fo1_me' })).status).toBe(201);
    const [ticket] = ticketsOf(parseToken(fly.mintToken({ app: APP, thirdParty: 'own' }).slice(6)));
    const body = { ticket: ticketKey(ticket?.ticket ?? Buffer.alloc(0)) };
    expect((await call('POST', `/own/v1${INIT}`, { token: '', body })).status).toBe(201);
  });
});

describe('when a ticket is none of its own', () => {
  it.each([
    ['of the other third party', undefined],
    ['no JSON', '{'],
    ['no ticket', '{}'],
    ['no base64', '{"ticket":"%"}'],
    ['a few bytes', '{"ticket":"AAAA"}'],
  ])("answers 500, as Fly's own server does: %s", async (_, body) => {
    const { call, ticket } = partyRig('aaa');
    const given = body ?? { ticket: ticketKey(ticket.ticket) };
    expect((await call('POST', `/own/v1${INIT}`, { token: '', body: given })).status).toBe(500);
  });

  it.each<[string, (encoded: string) => string]>([
    ['a star in it', (encoded) => encoded.replace(/^..../, '$&*')],
    ['no padding', (encoded) => encoded.replace(/=+$/, '')],
  ])("wants standard base64, which Node's own decoder doesn't: %s", async (_, spoil) => {
    const { ask, ticket } = partyRig('own');
    const encoded = ticketKey(ticket.ticket);
    expect(encoded).toMatch(/=$/);
    expect((await ask({ body: { ticket: spoil(encoded) } })).status).toBe(500);
  });
});
