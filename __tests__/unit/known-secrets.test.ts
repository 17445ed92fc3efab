import { withoutHeader } from '../../src/known-secrets.js';
import { tokenText } from '../../src/macaroon/bundle.js';
import { discharge, permission, ticketIn, withThirdParty } from '../support/tokens/tokens.js';

const macaroon = withThirdParty(permission());
const SECRETS = {
  'a token': tokenText(macaroon),
  'a discharge': tokenText(discharge(ticketIn(macaroon))),
  'a short credential': 'hunter2-hunter2',
  'a password': Buffer.from('somebody:correct horse battery, staple').toString('base64'),
  'an OIDC token': `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"repo:a/b:ref"}').toString('base64url')}.c2lnbmF0dXJlLW9mLXRoZS1qb2I`,
};
type Kind = keyof typeof SECRETS;
const KINDS = Object.keys(SECRETS) as Kind[]; // Of a literal.
const HEADER = `FlyV1 ${SECRETS['a token']},${SECRETS['a discharge']} ${KINDS.slice(2)
  .map((kind) => SECRETS[kind])
  .join(' ')}`;

const hexOf = (text: string) => Buffer.from(text).toString('hex');
const pairs = (text: string) => hexOf(text).match(/../g) ?? [];
const behind = (text: string, at: number) => Buffer.from('x'.repeat(at) + text);
const each = (text: string, spelled: (code: number) => string) =>
  text.replace(/[^A-Za-z0-9_]/g, (character) => spelled(character.charCodeAt(0)));

const FORMS: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in hexadecimal', hexOf],
  ['in upper case', (text) => hexOf(text).toUpperCase()],
  ['in hexadecimal behind half a byte', (text) => `a${hexOf(text)}`],
  ...[':', ' ', '-', ', ', ',', '.'].map(
    (between) => [`with ${between} between its bytes`, (text: string) => pairs(text).join(between)] as const,
  ),
  ...['0x', '\\x', '%', '\\u00', '\\\\x'].map(
    (before) =>
      [
        `with ${before} before its bytes`,
        (text: string) =>
          pairs(text)
            .map((it) => before + it)
            .join(''),
      ] as const,
  ),
  [
    'as an array of C',
    (text) =>
      pairs(text)
        .map((it) => `0x${it}`)
        .join(', '),
  ],
  ['as od prints it', (text) => (hexOf(text).match(/.{1,4}/g) ?? []).join(' ')],
  ['as numbers', (text) => [...Buffer.from(text)].join(', ')],
  ['as Go prints bytes', (text) => `[${[...Buffer.from(text)].join(' ')}]`],
  ['as HTML', (text) => [...Buffer.from(text)].map((code) => `&#${code};`).join('')],
  [
    'as HTML in hexadecimal',
    (text) =>
      pairs(text)
        .map((it) => `&#x${it};`)
        .join(''),
  ],
  ['in a URL', encodeURIComponent],
  ['in a URL in a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['in JSON of .NET', (text) => each(text, (code) => `\\u00${code.toString(16)}`)],
  ['in JSON of PHP', (text) => text.replaceAll('/', '\\/')],
  ...[0, 1, 2].flatMap((at) => [
    [
      `in base64, ${at} bytes from its beginning`,
      (text: string) => behind(text, at).toString('base64'),
    ] as const,
    [
      `in base64url, ${at} bytes from its beginning`,
      (text: string) => behind(text, at).toString('base64url'),
    ] as const,
  ]),
  ['in base64 in hexadecimal', (text) => hexOf(Buffer.from(text).toString('base64'))],
  ['in base64 in a URL', (text) => encodeURIComponent(behind(text, 2).toString('base64'))],
];

describe('when a server says back what it was sent', () => {
  describe.each(KINDS)('%s', (kind) => {
    it.each(FORMS)('is not told %s', (_, form) => {
      const text = form(SECRETS[kind]);
      const shown = /^got .{0,4}\[…\].{0,6} here$/;
      expect(withoutHeader(`got ${text} here`, HEADER)).toMatch(shown);
      const json = JSON.stringify({ error: `got ${text} here`, [`got ${text} here`]: 1 });
      const rest: unknown = JSON.parse(withoutHeader(json, HEADER));
      expect(Object.values(rest as object)).toEqual([expect.stringMatching(shown), 1]); // An object it was.
      expect(Object.keys(rest as object)).toEqual(['error', expect.stringMatching(shown)]);
    });

    it('is not told as an array of numbers', () => {
      const json = JSON.stringify({ type: 'Buffer', data: [...Buffer.from(SECRETS[kind])] });
      expect(withoutHeader(json, HEADER)).toBe('{"type":"Buffer","data":"[…]"}');
    });
  });

  it.each(['a token', 'a discharge'] as const)('does not tell the bytes of %s', (kind) => {
    const bytes = Buffer.from(SECRETS[kind].slice(4), 'base64');
    expect(withoutHeader(`got ${SECRETS[kind].slice(0, -9)} here`, HEADER)).toBe('got […] here');
    for (const form of [bytes.toString('hex'), bytes.toString('base64url'), [...bytes].join(' ')])
      expect(withoutHeader(`got ${form} here`, HEADER)).toBe('got […] here');
    // Of a long text a piece is enough.
    expect(withoutHeader(`got ${bytes.subarray(30, 70).toString('hex')}`, HEADER)).toMatch(
      /^got .{0,30}\[…\].{0,30}$/,
    );
  });

  it('does not tell a password that was sent as base64', () => {
    expect(withoutHeader('no: correct horse battery, staple', HEADER)).toBe('no: […]');
  });

  it.each([
    ['words', 'machine 148e21a2b32789 is not started: lease held by deploy@example.com until 12:00'],
    ['where a token is from', Buffer.from('https://api.fly.io/v1').toString('hex')],
    ['a digest', `sha256:${'0123456789abcdef'.repeat(4)}`],
    ['numbers that JavaScript can not hold', '{"id":12345678901234567890,"error":"no"}'],
    ['what is nested without end', '['.repeat(100_000)],
    ['a run without end', `${'ab'.repeat(1_000_000)} ${'%25'.repeat(300_000)} ${'\\'.repeat(300_000)}`],
    ['nothing', ''],
  ])('leaves %s as they came', (_, text) => expect(withoutHeader(text, HEADER)).toBe(text));

  it('leaves all as it came where nothing was sent', () =>
    expect(withoutHeader(SECRETS['a token'], 'Basic x')).toBe(SECRETS['a token']));
});
