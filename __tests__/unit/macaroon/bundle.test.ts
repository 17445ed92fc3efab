import {
  authorization,
  dischargesFor,
  parseBundle,
  ticketKey,
  ticketsOf,
  tokenText,
  usableUntil,
} from '../../../src/macaroon/bundle.js';
import { goldenBundles } from '../../support/tokens/golden.js';
import { discharge, permission, ticketIn, window, withThirdParty } from '../../support/tokens/tokens.js';

const macaroon = withThirdParty(permission(window(0, 1000)));
const proof = discharge(ticketIn(macaroon), window(0, 600));
const p = tokenText(macaroon);
const d = tokenText(proof);
const wrapped = `${p.slice(0, 40)}\n${p.slice(40, 80)}\r\n  ${p.slice(80)}`;

describe('when a token is given as people store it', () => {
  it.each([
    ['as flyctl prints it', `FlyV1 ${p},${d}`],
    ['bare', `${p},${d}`],
    ['under another scheme', `Bearer ${p},${d}`],
    ['under two schemes', `bearer FLYV1 ${p},${d}`],
    ['with blanks and line breaks between', `FlyV1  ${p} ,\n ${d}\n`],
    ['on lines of their own, without a comma', `${p}\n${d}`],
    ['in quotes', `"FlyV1 ${p},${d}"`],
    ['in quotes one by one', `'${p}','${d}'`],
    ['with empty parts', `,${p},,${d},`],
    ['with a scheme in each part', `FlyV1 ${p},FlyV1 ${d}`],
    ['wrapped by a terminal', `FlyV1 ${wrapped},${d}`],
  ])('reads it %s', (_, text) => {
    const bundle = parseBundle(text);
    expect(bundle.permissions.map((it) => it.text)).toEqual([p]);
    expect(bundle.discharges.map((it) => it.text)).toEqual([d]);
    expect(authorization(bundle)).toBe(`FlyV1 ${p},${d}`);
  });

  it.each([
    ['behind a scheme without its blank', `FlyV1${p},${d}`],
    ['behind another', `Bearer${p},FlyV1${d}`],
    ['behind both', `BearerFlyV1${p},${d}`],
    ['behind an encoded blank', `FlyV1%20${p},${d}`],
    ['behind a scheme without its blank, wrapped by a terminal', `FlyV1${wrapped},${d}`],
    ['behind a plus', `FlyV1+${p},${d}`],
    ['encoded as a whole', encodeURIComponent(`FlyV1 ${p},${d}`)],
    ['encoded twice', encodeURIComponent(encodeURIComponent(`FlyV1 ${p},${d}`))],
    ['with an encoded line break', `FlyV1 ${p},${d}%0A`],
    ['without the comma between', `FlyV1 ${p}${d}`],
    ['behind the name of its variable', `FLY_API_TOKEN=${p},${d}`],
    ['as a line of an env file', `export FLY_API_TOKEN="FlyV1 ${p},${d}"`],
    ['as a header', `Authorization: FlyV1 ${p},${d}`],
  ])('finds it %s', (_, text) => {
    const bundle = parseBundle(text);
    expect(bundle.permissions.map((it) => it.text)).toEqual([p]);
    expect(bundle.discharges.map((it) => it.text)).toEqual([d]);
    expect(authorization(bundle)).toBe(`FlyV1 ${p},${d}`);
  });

  it('knows whether it had to look for it', () => {
    expect(parseBundle(`FlyV1 ${p},${d}`)).not.toHaveProperty('mended');
    expect(parseBundle(`"FlyV1 ${wrapped},\n${d}"`)).not.toHaveProperty('mended');
    for (const text of [`FlyV1${p}`, `FlyV1%20${p}`, `${p}${d}`, 'Bearerfo1_abc'])
      expect(parseBundle(text)).toHaveProperty('mended', true);
    expect(authorization(parseBundle('Bearerfo1_abc'))).toBe('Bearer fo1_abc');
  });

  it('takes what is longer than a prefix, and tokens of users, for what they are', () => {
    expect(parseBundle(`fo1_abc${p}`)).toMatchObject({ users: ['fo1_abc'] });
    expect(parseBundle(`${'x'.repeat(60)}${p}`)).toMatchObject({ unknown: ['x'.repeat(60)] });
    expect(parseBundle('a%20b')).toMatchObject({ unknown: ['a%20b'] });
    expect(() => parseBundle(`ghp_0123456789abcdef0123456789abcdef012345${p}`)).toThrow('GitHub');
  });

  it('goes on past a part that is damaged, and sends it as it came', () => {
    const bundle = parseBundle(`${p},fm2_lJPE,${d},fm2_***`);
    expect(bundle.malformed.map(({ position }) => position)).toEqual([2, 4]);
    expect(authorization(bundle)).toBe(`FlyV1 ${p},fm2_lJPE,fm2_***,${d}`);
  });

  it('keeps OAuth tokens apart: they go out only where there is no macaroon', () => {
    expect(authorization(parseBundle(`fo1_abc,${p}`))).toBe(`FlyV1 ${p}`);
    expect(authorization(parseBundle('FlyV1 fo1_abc'))).toBe('Bearer fo1_abc');
    expect(parseBundle('some-old-token')).toMatchObject({ unknown: ['some-old-token'], users: [] });
  });

  it.each([
    ['ghp_0123456789abcdef0123456789abcdef0123', 'GitHub'],
    ['github_pat_11ABCDEFG0abcdefghijkl', 'GitHub'],
    ['glpat-abcdefghijklmnopqrst', 'GitLab'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'JSON Web Token'],
    ['AKIAIOSFODNN7EXAMPLE', 'AWS'],
    [`${'fo1_abc'},ghs_0123456789abcdef0123456789abcdef0123`, 'GitHub'],
  ])('refuses %s by name, without showing it', (text, service) => {
    let message = '';
    try {
      parseBundle(text);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toContain(service);
    expect(message).not.toContain(text.slice(-12));
  });

  it.each([`${p},fm2_größe`, 'fo1_a\u0000b', 'töken'])(
    'refuses characters that no header can hold: %j',
    (text) => {
      expect(() => parseBundle(text)).toThrow('characters that no token has');
    },
  );

  it.each(['', '  ', '""', 'FlyV1 ', 'Bearer FlyV1', ','])('refuses %j as empty', (text) => {
    expect(() => parseBundle(text)).toThrow(expect.objectContaining({ class: 'input' }));
  });

  it('refuses what is longer than any header', () => {
    expect(() => parseBundle(`fm2_${'A'.repeat(140_000)}`)).toThrow('no Fly token is that long');
  });
});

describe('when tickets and discharges are paired', () => {
  it.each(goldenBundles)("misses what Fly's own Go code misses: $name", ({ header, missing }) => {
    const { permissions, discharges } = parseBundle(header);
    const found = permissions
      .flatMap(ticketsOf)
      .filter((ticket) => dischargesFor(ticket, discharges).length === 0)
      .map(({ location, ticket }) => ({ location, ticket: ticketKey(ticket) }));
    expect(found).toEqual(missing);
  });

  it('finds the discharge by the ticket, the longest-lived first', () => {
    const later = discharge(ticketIn(macaroon), window(0, 700));
    const other = discharge(ticketIn(withThirdParty(permission())));
    const { permissions, discharges } = parseBundle([p, d, tokenText(other), tokenText(later)].join(','));
    const [ticket] = permissions.flatMap(ticketsOf);
    expect(ticket?.location).toBe('https://api.fly.io/aaa/v1');
    expect(ticket === undefined ? [] : dischargesFor(ticket, discharges).map((it) => it.text)).toEqual([
      tokenText(later),
      d,
    ]);
  });

  it.each([
    ['nothing is discharged', [p], undefined],
    ['the discharge ends first', [p, d], 600_000],
    [
      'the permission token ends first',
      [p, tokenText(discharge(ticketIn(macaroon), window(0, 9999)))],
      1_000_000,
    ],
    ['one of two permission tokens is complete', [p, tokenText(permission(window(0, 300)))], 300_000],
    ['nothing limits it', [tokenText(permission())], Number.POSITIVE_INFINITY],
    ['there is no macaroon at all', ['fo1_abc'], Number.POSITIVE_INFINITY],
  ])('knows until when it can be used: %s', (_, parts, end) => {
    expect(usableUntil(parseBundle(parts.join(',')))).toBe(end);
  });
});
