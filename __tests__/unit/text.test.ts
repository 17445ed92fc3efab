import { seededRandom } from '../../emulator/random.js';
import { tokenText } from '../../src/macaroon/bundle.js';
import {
  besideName,
  commandWord,
  count,
  excerpt,
  formatDuration,
  formatTime,
  thousands,
  timeIn,
} from '../../src/text.js';
import { discharge, permission, ticketIn, withThirdParty } from '../support/tokens/tokens.js';

describe('when a stranger’s text goes into a message', () => {
  it.each([
    ['kept', 'machine is not started', 'machine is not started'],
    ['on one line', ' a\r\n\tb\u2028c ', 'a b c'],
    ['with an address', 'see https://fly.io/docs/machines/flyctl/fly-machine-clone', undefined],
    ['with an id', 'machine 148e21a2b32789 (01JHNP9XTW4MMT2VAYV2Z5BPVK-fra)', undefined],
    ['with a commit', 'of 3f786850e387550fdab836ed7e6dc881de23001b', undefined],
    ['with an image', `app@sha256:${'0123456789abcdef'.repeat(4)} is gone`, undefined],
    ['with moments', '2026-11-28 23:31:32 2026-11-28 23:31:32 2026-11-28 23:31:32', undefined],
    ['with UUIDs', '0b8e2c2e-56a1-4b1e-9d52-3d3a35a8f1c0 0b8e2c2e-56a1-4b1e-9d52-3d3a35a8f1c0', undefined],
    ['with ids', '148e21a2b32789 148e21a2b32789 148e21a2b32789 148e21a2b32789', undefined],
    ['at most 300 characters', 'ab '.repeat(200), `${'ab '.repeat(100)}…`],
    ['nothing', '', ''],
  ])('is %s', (_, text, shown) => expect(excerpt(text)).toBe(shown ?? text));

  const macaroon = withThirdParty(permission());
  const ticket = Buffer.from(ticketIn(macaroon));
  const secrets = [
    ['a token', tokenText(macaroon)],
    ['a ticket', ticket.toString('base64')],
    ['a ticket in the alphabet of URLs', ticket.toString('base64url')],
    ['a ticket in a URL', encodeURIComponent(ticket.toString('base64'))],
    ['a discharge', tokenText(discharge(ticketIn(macaroon)))],
    ['a token in hexadecimal', Buffer.from(tokenText(macaroon)).toString('hex')],
    ['a ticket in hexadecimal', ticket.toString('hex').toUpperCase()],
    ['a ticket with colons', (ticket.toString('hex').match(/../g) ?? []).join(':')],
    ['a ticket as od prints it', (ticket.toString('hex').slice(0, 96).match(/..../g) ?? []).join(' ')],
    ['a ticket with escapes', (ticket.toString('hex').match(/../g) ?? []).map((it) => `\\x${it}`).join('')],
    ['a ticket in JSON', ticket.toString('base64').replaceAll('/', '\\/').replaceAll('+', '\\u002b')],
    ['a ticket as numbers', [...ticket].join(', ')],
    ['a random ticket in a URL', encodeURIComponent(Buffer.from(seededRandom(1)(200)).toString('base64'))],
  ] as const;

  it.each(secrets)('does not show %s', (_, secret) => {
    expect(excerpt(`bad ticket "${secret}": go away`)).toBe('bad ticket "[…]": go away');
    expect(excerpt(`tokens ${secret},${secret}`)).toBe('tokens […],[…]');
    // Cut off where the text is too long.
    expect(excerpt(`${'word '.repeat(230)}${secret}`)).not.toContain(secret.slice(4, 24));
  });
});

describe('when a length of time is shown', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [40.4, '40 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_549, '1.5 s'],
    [9_960, '10 s'],
    [12_400, '12 s'],
    [59_700, '1 min'],
    [60_000, '1 min'],
    [630_000, '10 min 30 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [25_500_000, '7 h 5 min'],
    [86_399_900, '1 d'],
    [90_000_000, '1 d 1 h'],
    [86_400_000 * 364, '364 d'],
  ])('says %d ms as a person does', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('when a moment is shown', () => {
  it.each([
    [Date.UTC(2025, 0, 15, 12, 0, 30, 900), '2025-01-15T12:00:30Z'],
    [0, '1970-01-01T00:00:00Z'],
    [253_402_300_800_000, '+010000-01-01T00:00:00Z'],
    [8_640_000_000_000_000, '+275760-09-13T00:00:00Z'],
    [-8_640_000_000_000_000, '-271821-04-20T00:00:00Z'],
    // As the end of a lease, a number in an answer, may be.
    [1e303, '+275760-09-13T00:00:00Z'],
    [Number.NEGATIVE_INFINITY, '-271821-04-20T00:00:00Z'],
  ])('gives %d as RFC 3339 in UTC, whole to the second', (ms, text) => expect(formatTime(ms)).toBe(text));
});

describe('when a moment is read', () => {
  it.each([
    ['2025-01-15T12:00:30Z', Date.UTC(2025, 0, 15, 12, 0, 30)],
    [' 2025-01-15 12:00:30.900+01:30\n', Date.UTC(2025, 0, 15, 10, 30, 30, 900)],
    ['2024-02-29t00:00:00z', Date.UTC(2024, 1, 29)],
  ])('takes %j', (text, ms) => expect(timeIn(text)).toBe(ms));

  it.each([
    '',
    '12',
    '2025-01-15',
    '2025-01-15T12:00Z',
    '2025-01-15T12:00:30',
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-01-15T25:00:00Z',
    '2025-01-15T12:00:30+99:00',
    '1736942430',
  ])('refuses %j', (text) => expect(timeIn(text)).toBeNaN());
});

describe('when a name stands in a command line', () => {
  it.each([
    ['148e21a2b32789', '148e21a2b32789'],
    ['my-app_2.x', 'my-app_2.x'],
    ['a"b\'c`d', 'a_b_c_d'],
    ['$(x); y\u200b\n', '__x___y__'],
    ['--all', '_-all'],
    ['..', '_.'],
    ['🔥é', '__'],
  ])('%j holds only what an id or a slug does', (name, word) => expect(commandWord(name)).toBe(word));
});

describe('when things are counted', () => {
  it.each([
    [0, '0 machines'],
    [1, '1 machine'],
    [2, '2 machines'],
  ])('knows the plural of %d', (number, text) => expect(count(number, 'machine')).toBe(text));

  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [12_345, '12,345'],
    [1_234_567, '1,234,567'],
  ])('groups the digits of %d', (number, text) => expect(thousands(number)).toBe(text));
});

describe('when a line has named its machine already', () => {
  it.each([
    ['machine a1 is failed instead of started', 'is failed instead of started'],
    [
      'start machine a1: Fly answered 409: machine ID a1 lease currently held by x',
      'start it: Fly answered 409: machine lease currently held by x',
    ],
    [
      'wait for machine a1 to be stopped: not done within 5 s',
      'wait for it to be stopped: not done within 5 s',
    ],
    [
      'read machine a1: Fly answered 404: machine a1 not found',
      'read it: Fly answered 404: machine not found',
    ],
    ['machine a12 is in the way of machine b1', 'machine a12 is in the way of machine b1'],
    ['`fly machine status a1` shows why', '`fly machine status a1` shows why'],
    ['', ''],
  ])('does not name it again: %s', (text, expected) => expect(besideName(text, 'a1')).toBe(expected));
});
