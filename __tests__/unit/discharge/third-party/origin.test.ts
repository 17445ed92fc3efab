import { answer, type Scripted } from '../../../support/fakes/scripted-transport.js';
import { CREDENTIAL, exchange, failure, GOOD, INIT, LOCATION, TICKET_TEXT } from './exchange-rig.js';

const good = answer(201, { discharge: GOOD });
const redirect = (location: string, status = 307): Scripted => answer(status, '', { location });

describe('when a third party redirects', () => {
  it.each([
    ['absolute', 'https://id.example/v2/3p', 'https://id.example/v2/3p'],
    ['from the root', '/v2/3p', 'https://id.example/v2/3p'],
    ['relative', '3p2', `${LOCATION}/.well-known/macfly/3p2`],
  ])('hands the ticket in at the new place on its origin: %s', async (_, location, url) => {
    const { done, requests, asked } = exchange([redirect(location), good], { credentials: [CREDENTIAL] });
    expect((await done).text).toBe(GOOD);
    expect(asked()).toEqual([`POST ${INIT}`, `POST ${url}`]);
    expect(requests[1]).toMatchObject({
      body: JSON.stringify({ ticket: TICKET_TEXT }),
      headers: { authorization: CREDENTIAL.authorization },
    });
  });

  it('takes what is relative as relative to the place that said so', async () => {
    const script = [
      redirect('/v2/a/b'),
      redirect('c'),
      answer(201, { poll_url: 'poll/1' }),
      redirect('2', 302),
      good,
    ];
    const { done, asked } = exchange(script);
    expect((await done).text).toBe(GOOD);
    expect(asked()).toEqual([
      `POST ${INIT}`,
      'POST https://id.example/v2/a/b',
      'POST https://id.example/v2/a/c',
      'GET https://id.example/v2/a/poll/1',
      'GET https://id.example/v2/a/poll/2',
    ]);
  });

  it('asks at the poll URL again, not where that led once', async () => {
    const pending = [redirect('/busy'), answer(202, '')];
    const { done, asked } = exchange([
      answer(201, { poll_url: '/poll' }),
      ...pending,
      redirect('/done'),
      good,
    ]);
    await done;
    expect(asked().slice(1)).toEqual([
      'GET https://id.example/poll',
      'GET https://id.example/busy',
      'GET https://id.example/poll',
      'GET https://id.example/done',
    ]);
  });

  it.each([
    'https://elsewhere.test/3p',
    'http://id.example/3p',
    'https://id.example:8443/3p',
    '//elsewhere.test/3p',
    'https://',
  ])('sends nothing to another origin: %s', async (location) => {
    const it = exchange([redirect(location)], { credentials: [CREDENTIAL] });
    expect(await failure(it)).toMatchObject({
      class: 'third party refused',
      message: `${LOCATION}: its redirect leads to another origin`,
    });
    expect(it.requests).toHaveLength(1);
  });

  it('does not go round in circles', async () => {
    const it = exchange([1, 2, 3, 4].map(() => redirect('/again')));
    expect(await failure(it)).toMatchObject({ message: expect.stringContaining('more than 3 times') });
    expect(it.requests).toHaveLength(4);
  });
});

describe('when a third party has a credential', () => {
  it('gets it with the ticket and with each poll', async () => {
    const { done, requests } = exchange([answer(201, { poll_url: '/poll' }), answer(202, ''), good], {
      credentials: [CREDENTIAL],
    });
    await done;
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(
      requests.map(() => CREDENTIAL.authorization),
    );
  });

  it.each([
    'https://id.example:8443',
    'https://sub.id.example',
    'https://example',
    'https://id.example.evil.test',
    'http://id.example',
  ])('does not get that of %s', async (origin) => {
    const { done, requests } = exchange([good], { credentials: [{ ...CREDENTIAL, origin }] });
    await done;
    expect(requests[0]?.headers['authorization']).toBeUndefined();
  });

  it.each(['https://id.example:8443/v1', 'https://id.example.evil.test/v1', 'https://evil.test/id.example'])(
    'does not get it at %s',
    async (location) => {
      const { done, requests } = exchange([good], { location, credentials: [CREDENTIAL] });
      await done;
      expect(requests[0]?.headers['authorization']).toBeUndefined();
    },
  );

  it('gets the first of two', async () => {
    const credentials = [CREDENTIAL, { ...CREDENTIAL, authorization: 'Bearer of Fly itself' }];
    const { done, requests } = exchange([good], { credentials });
    await done;
    expect(requests[0]?.headers['authorization']).toBe(CREDENTIAL.authorization);
  });
});

describe('when a third party refuses', () => {
  const FLY = 'https://api.fly.io/aaa/v1';
  const other = { origin: 'http://id.example', authorization: undefined };
  const oauth = { origin: 'https://api.fly.io', path: '/aaa/v1', authorization: 'Bearer fo1_x' };
  it.each<[string, Parameters<typeof exchange>[1], RegExp]>([
    [
      'what it was shown',
      { credentials: [other, CREDENTIAL] },
      /^The credential .* for https:\/\/id\.example was refused/,
    ],
    [
      'and credentials are for other origins',
      { credentials: [other, { ...CREDENTIAL, origin: 'https://id.example:1' }, oauth] },
      /^third-party-credentials is for http:\/\/id\.example and https:\/\/id\.example:1, but this third party is https:\/\/id\.example:/,
    ],
    [
      'and nothing was given but for Fly',
      { credentials: [oauth] },
      /^It wants a credential or a login: give one in third-party-credentials/,
    ],
    [
      "and is Fly's own",
      { location: FLY, credentials: [other] },
      /^It is Fly's own.*needs no login.*`approve: true`/,
    ],
    ["and is Fly's other one", { location: 'https://auth.fly.io' }, /^It is Fly's own/],
    ["and stands for Fly's own", { location: 'http://127.0.0.1:4280/aaa/v1' }, /^It is Fly's own/],
    [
      "and is Fly's own, with a login",
      { location: FLY, credentials: [oauth] },
      /^It refused what it was shown\. It is Fly's own/,
    ],
  ])('%s: says what helps', async (_, options, hint) => {
    for (const status of [401, 403]) {
      const error = await failure(exchange([answer(status, '')], options));
      expect(error).toMatchObject({ status, hint: expect.stringMatching(hint) });
    }
  });
});

describe('when the location of a third party is not safe', () => {
  it.each([
    'http://id.example/aaa',
    'ftp://id.example',
    'data:text/plain,x',
    'id.example',
    '',
    '::error::x\n',
  ])('sends nothing to %j', async (location) => {
    const it = exchange([], { location, credentials: [CREDENTIAL] });
    expect(await failure(it)).toMatchObject({ class: 'third party refused' });
    expect(it.requests).toEqual([]);
  });

  it.each(['http://127.0.0.1:4280/aaa', 'http://localhost/aaa', 'http://[::1]/aaa'])(
    'sends the ticket to %s on this machine',
    async (location) => {
      const { done, asked } = exchange([good], { location });
      await done;
      expect(asked()).toEqual([`POST ${location}/.well-known/macfly/3p`]);
    },
  );

  it('sends the ticket over http where the user spelled that', async () => {
    const credential = { origin: 'http://id.internal', authorization: 'Bearer abc' };
    const { done, requests } = exchange([good], {
      location: 'http://id.internal/v1',
      credentials: [credential],
    });
    await done;
    expect(requests[0]?.headers['authorization']).toBe('Bearer abc');
  });
});
