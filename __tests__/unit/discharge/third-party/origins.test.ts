import {
  flyCredentials,
  isLoopback,
  parseCredential,
  strays,
} from '../../../../src/discharge/third-party/origins.js';
import { thrownBy } from '../../../support/caught.js';

const SECRET = 's3cret-value-0123456789';

describe('when a credential is given', () => {
  it.each([
    ['one word is a Bearer token', 'https://id.example: abc', 'https://id.example', 'Bearer abc'],
    ['a scheme in front stays', 'https://id.example: Basic abc', 'https://id.example', 'Basic abc'],
    ['the first colon with a blank splits', 'https://id.example: a: b', 'https://id.example', 'a: b'],
    ['a port is part of the origin', 'https://id.example:8443: abc', 'https://id.example:8443', 'Bearer abc'],
    ['the usual port is not', 'https://id.example:443/: abc', 'https://id.example', 'Bearer abc'],
    ['case does not matter', 'HTTPS://ID.Example: abc', 'https://id.example', 'Bearer abc'],
    ['blanks around do not either', '  https://id.example :  abc\t', 'https://id.example', 'Bearer abc'],
    ['http may be meant', 'http://id.internal:8080: abc', 'http://id.internal:8080', 'Bearer abc'],
    ['an IPv6 address', 'http://[::1]:8080: abc', 'http://[::1]:8080', 'Bearer abc'],
    ['a value that only begins like oidc', 'https://id.example: oidc-abc', undefined, 'Bearer oidc-abc'],
  ])('%s', (_, line, origin = 'https://id.example', authorization) => {
    expect(parseCredential(line)).toEqual({ origin, authorization });
  });

  it.each([
    ['no origin', SECRET],
    ['no blank behind the colon', `https://id.example:${SECRET}`],
    ['no value', 'https://id.example: '],
    ['no scheme in the origin', `id.example: ${SECRET}`],
    ['a path', `https://id.example/aaa/v1: ${SECRET}`],
    ['a query', `https://id.example/?x: ${SECRET}`],
    ['a fragment', `https://id.example/#x: ${SECRET}`],
    ['a user', `https://me@id.example: ${SECRET}`],
    ['a password', `https://:${SECRET}@id.example: ${SECRET}`],
    ['another scheme', `ftp://id.example: ${SECRET}`],
    ['a line break in the value', `https://id.example: Basic\r\nx-evil: ${SECRET}`],
    ['letters that no header can hold', `https://id.example: ключ-${SECRET}`],
    ['nothing', ''],
  ])('is an input error without the secret: %s', (_, line) => {
    const error = thrownBy(() => parseCredential(line));
    expect(error).toMatchObject({ class: 'input' });
    expect(String(error)).not.toContain(SECRET);
  });

  it.each([
    'https://id.example/aaa/v1',
    'https://id.example:443/?x',
    'https://id.example/#x',
    'https://me:pw@id.example',
  ])('says that an origin is no more than scheme, host and port: %s', (place) => {
    expect(thrownBy(() => parseCredential(`${place}: oidc`))).toMatchObject({
      class: 'input',
      message:
        'has a line with more than an origin in front: `https://id.example` is all that it takes, without a path',
    });
  });

  it.each([
    ['oidc', undefined],
    ['OIDC', undefined],
    ['oidc  https://id.example/aaa/v1 ', 'https://id.example/aaa/v1'],
  ])("stands for the job's OIDC token: `%s`", (value, audience) => {
    const credential = { origin: 'https://id.example', authorization: undefined, audience };
    expect(parseCredential(`https://id.example: ${value}`)).toEqual(credential);
  });

  it('takes one audience', () => {
    expect(thrownBy(() => parseCredential('https://id.example: oidc my audience'))).toMatchObject({
      class: 'input',
      message: expect.stringContaining('`oidc` for https://id.example with more than one word'),
    });
  });
});

describe('when a bundle holds OAuth tokens', () => {
  it('shows them to the two third parties of Fly alone, all in one header', () => {
    const authorization = 'Bearer fo1_a,fo1_b';
    expect(flyCredentials(['fo1_a', 'fo1_b'])).toEqual([
      { origin: 'https://api.fly.io', path: '/aaa/v1', authorization },
      { origin: 'https://auth.fly.io', path: '/', authorization },
    ]);
    expect(flyCredentials([])).toEqual([]);
  });
});

describe('when an address may not be safe', () => {
  it.each([
    ['http://localhost/', true],
    ['http://LOCALHOST:1/', true],
    ['http://127.0.0.1/', true],
    ['http://127.255.0.9:80/', true],
    ['http://127.1/', true],
    ['http://[::1]:1/', true],
    ['http://localhost.evil.example/', false],
    ['http://127.0.0.1.evil.example/', false],
    ['http://evil.example/127.0.0.1', false],
    ['http://127.0.0.1@evil.example/', false],
    ['http://10.0.0.1/', false],
    ['http://[::2]/', false],
    ['http://0.0.0.0/', false],
  ])('knows this machine: %s', (url, is) => expect(isLoopback(new URL(url))).toBe(is));
});

describe('when no third party of the token is where a credential is for', () => {
  const at = (...locations: string[]) =>
    locations.map((location) => ({ location, ticket: new Uint8Array() }));
  const given = ['http://127.0.0.1:4396: oidc', 'https://id.example: s3cret'].map(parseCredential);

  it.each<[string[], string[]]>([
    [['http://127.0.0.1:4396/own/v1', 'https://id.example'], []],
    [['https://127.0.0.1:4396/own/v1', 'https://ID.example:443/x'], ['http://127.0.0.1:4396']],
    [['https://id.example.evil.test'], ['http://127.0.0.1:4396', 'https://id.example']],
    [['not a URL'], ['http://127.0.0.1:4396', 'https://id.example']],
    [[], ['http://127.0.0.1:4396', 'https://id.example']],
  ])('finds the line: %j', (locations, origins) => {
    expect(strays(given, at(...locations))).toEqual(origins);
  });
});
