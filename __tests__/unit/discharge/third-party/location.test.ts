import { parseLocation, requireSafe } from '../../../../src/discharge/third-party/location.js';
import { parseCredential } from '../../../../src/discharge/third-party/origins.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';
import { answer } from '../../../support/fakes/scripted-transport.js';
import { exchange, failure, GOOD } from './exchange-rig.js';

describe('when the location of a third party is read', () => {
  it.each([
    'https://api.fly.io/aaa/v1',
    'https://auth.fly.io',
    'https://auth.fly.io/',
    'https://ID.example:8443/a-b_c~d/v1.2/',
    'http://127.0.0.1:4396/own/v1',
    'http://[::1]:1/aaa',
    'https://api.fly.io:443/aaa/v1',
    'https://id.example/with%20blank',
  ])('takes an origin and a path: %s', (location) => {
    expect(parseLocation(location)?.href).toBe(new URL(location).href);
  });

  it.each([
    ['a query', 'https://id.example/latest?x=/'],
    ['an empty query', 'https://id.example/?'],
    ['a fragment', 'https://id.example/#'],
    ['a user', 'https://me@id.example/'],
    ['a user without a name', 'https://@id.example/'],
    ['a password', 'https://a:b@id.example'],
    ['a path that climbs', 'https://api.fly.io/aaa/v1/../../x'],
    ['a path that stays', 'https://id.example/./x'],
    ['dots that are encoded', 'https://id.example/a/%2E%2e/x'],
    ['a slash that is encoded', 'https://id.example/a%2fb'],
    ['backslashes', 'https:\\\\id.example\\x'],
    ['a backslash in its path', 'https://id.example/a\\..\\b'],
    ['a line break', 'https://id.exa\nmple/x'],
    ['a tab in its path', 'https://id.example/a\t/b'],
    ['a blank in front', ' https://id.example'],
    ['one slash too few', 'https:/id.example/x'],
    ['one slash too many', 'https:///id.example/x'],
    ['another scheme', 'ftp://id.example'],
    ['no scheme', 'id.example/v1'],
    ['a number that stands for an address', 'http://2130706433/x'],
    ['a short form of an address', 'http://127.1:4396/x'],
    ['letters that look like others', 'https://\u0430pi.fly.io/aaa/v1'],
    ['letters that are read as others', 'https://api.f\u217cy.io/aaa/v1'],
    ['an encoded host', 'https://%61pi.fly.io/aaa/v1'],
    ['nothing', ''],
  ])('takes no other: %s', (_, location) => expect(parseLocation(location)).toBeUndefined());

  it('asks nobody where it leads elsewhere than it reads', async () => {
    const it = exchange([], { location: 'http://127.0.0.1:2375/containers/json?' });
    expect(await failure(it)).toMatchObject({
      class: 'third party refused',
      message: expect.stringContaining('its location is not an address of a host and a path alone'),
    });
    expect(it.requests).toEqual([]);
  });
});

describe("when Fly's OAuth tokens stand in the bundle", () => {
  const authorization = 'Bearer fo1_x';
  const credentials = [
    { origin: 'https://api.fly.io', path: '/aaa/v1', authorization },
    { origin: 'https://auth.fly.io', path: '/', authorization },
  ];
  it.each([
    ['https://api.fly.io/aaa/v1', authorization],
    ['https://api.fly.io/aaa/v1/', authorization],
    ['https://auth.fly.io', authorization],
    ['https://auth.fly.io/', authorization],
    ['https://api.fly.io', undefined],
    ['https://api.fly.io/graphql', undefined],
    ['https://api.fly.io/aaa/v1/x', undefined],
    ['https://auth.fly.io/aaa/v1', undefined],
  ])('%s is shown %s', async (location, shown) => {
    const { done, requests } = exchange([answer(201, { discharge: GOOD })], { location, credentials });
    await done;
    expect(requests[0]?.headers['authorization']).toBe(shown);
  });

  it('shows what is given for their origins at no other path either', () => {
    const given = ['https://api.fly.io: fo1_x', 'https://auth.fly.io: fo1_x'].map(parseCredential);
    expect(given).toEqual(credentials);
  });
});

describe('when a place may not be safe', () => {
  const credentials = ['http://id.internal: abc', 'https://id.example: abc', 'http://127.0.0.1:7: abc'].map(
    parseCredential,
  );
  it.each([
    ['https://id.example/aaa', true, true],
    ['https://other.example/', true, true],
    ['http://127.0.0.1:1/', true, false],
    ['http://localhost/', true, false],
    ['http://[::1]:1/aaa', true, false],
    ['http://127.0.0.1:7/', true, true],
    ['http://id.internal/aaa', true, true],
    ['http://id.internal:81/', false, false],
    ['http://other.internal/', false, false],
    // Its credential is for https.
    ['http://id.example/', false, false],
    ['ftp://127.0.0.1/', false, false],
    ['file:///etc/passwd', false, false],
    ['data:text/plain,x', false, false],
  ])('sends a ticket to %s: %s where the API is on this machine, %s elsewhere', (url, here, elsewhere) => {
    for (const [apiUrl, may] of [
      ['http://127.0.0.1:4280', here],
      ['https://api.machines.dev', elsewhere],
    ] as const) {
      const check = () => requireSafe(new URL(url), { credentials, apiUrl: new URL(apiUrl) });
      if (may) {
        expect(check).not.toThrow();
        continue;
      }
      const error = thrownBy(check);
      expect(error).toBeInstanceOf(ActionError);
      expect(error).toMatchObject({
        class: 'third party refused',
        hint: expect.stringContaining('third-party-credentials'),
      });
    }
  });
});
