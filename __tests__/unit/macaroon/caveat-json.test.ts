import { caveatJson, parseCaveats } from '../../../src/macaroon/caveat-json.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';

const read = (body: unknown) => ({ type: 'Apps', body: { apps: body } });
const nested = (depth: number): unknown =>
  depth === 0 ? { type: 'Action', body: 'r' } : ifPresent([nested(depth - 1)]);
const ifPresent = (ifs: unknown[]) => ({ type: 'IfPresent', body: { ifs, else: 'r' } });

describe('when caveats are read from JSON', () => {
  it.each<[string, unknown, Caveat[]]>([
    ['one', { type: 'Action', body: 'rC' }, [{ name: 'Action', body: 0x11 }]],
    ['everything', { type: 'Action', body: '*' }, [{ name: 'Action', body: 0xffff }]],
    ['none', [], []],
    [
      'an old name',
      [{ type: 'DeprecatedApps', body: { apps: { 7: 'r' } } }],
      [{ name: 'Apps', body: { apps: new Map([[7n, 1]]) } }],
    ],
    ['a number as type', [{ type: '22', body: {} }], [{ name: 'IsMember', body: {} }]],
    [
      'a number beyond 2^53 as a text',
      [{ type: 'Organization', body: { id: '18446744073709551615', mask: '' } }],
      [{ name: 'Organization', body: { id: 2n ** 64n - 1n, mask: 0 } }],
    ],
    [
      'what may be left out',
      [
        { type: 'ValidityWindow', body: { not_after: 5 } },
        { type: 'Commands', body: [{ args: ['ls'] }] },
        { type: 'FlySrc', body: { app: 'a' } },
      ],
      [
        { name: 'ValidityWindow', body: { not_before: 0n, not_after: 5n } },
        { name: 'Commands', body: [{ args: ['ls'], exact: false }] },
        { name: 'FlySrc', body: { organization: '', app: 'a', instance: '' } },
      ],
    ],
  ])('takes %s', (_, json, caveats) => {
    expect(parseCaveats(json)).toEqual(caveats);
  });

  it.each([
    ['nothing', null, 'at `caveat`: it must be an object'],
    ['an unknown type', [{ type: 'App', body: {} }], 'at `[0].type`'],
    ['a type of the language', [{ type: 'constructor', body: {} }], 'at `[0].type`'],
    ['an unregistered type', [{ type: '99', body: {} }], 'at `[0].type`'],
    ['a caveat without a body', [{ type: 'Apps' }], 'at `[0].body`: it must be an object'],
    ['a field beside the body', [{ type: 'IsMember', body: {}, x: 1 }], 'no field `x`'],
    ['a misspelt field', [{ type: 'Apps', body: { app: {} } }], 'it has no `apps`'],
    ['a field too many', [{ type: 'IsMember', body: { a: 1 } }], 'no field `a`'],
    ['nil', [read(null)], 'at `[0].body.apps`: it must be an object'],
    ['an app by name', [read({ web: 'r' })], 'at `[0].body.apps.web`: it must be a whole number'],
    ['an action that there is not', [read({ 1: 'rx' })], 'at `[0].body.apps.1`: actions are'],
    ['any and one', [read({ 0: 'r', 1: 'r' })], 'must stand alone'],
    ['an id that is not exact', [{ type: 'IsUser', body: { uint64: 2 ** 53 } }], 'put its digits in quotes'],
    ['an id below 0', [{ type: 'IsUser', body: { uint64: -1 } }], 'whole number from 0'],
    ['an id beyond 64 bits', [read({ [`${2n ** 64n}`]: 'r' })], 'whole number from 0'],
    ['an attestation', [{ type: 'FlyioUserID', body: 1 }], 'which only a discharge can'],
    [
      'a third party',
      [ifPresent([{ type: '3P', body: {} }])],
      'at `[0].body.ifs[0].body`: a caveat of this type',
    ],
    ['what belongs into a ticket', [{ type: 'MaxValidity', body: 60 }], 'forbids everything'],
    ['a depth that no token has', nested(5000), 'too deeply'],
  ])('refuses %s', (_, json, message) => {
    expect(() => parseCaveats(json)).toThrow(
      expect.objectContaining({ class: 'input', message: expect.stringContaining(message) }),
    );
  });

  it('takes them as deep as they may stand', () => {
    expect(parseCaveats(nested(7)).map(caveatJson)).toEqual([nested(7)]);
  });
});

describe('when Fly has no JSON for a caveat', () => {
  it('tells its number and its bytes', () => {
    expect(caveatJson({ name: 'Unregistered', type: 2n ** 60n, body: Uint8Array.of(1, 2) })).toEqual({
      type: '1152921504606846976',
      body: 'AQI=',
    });
  });
});

describe('when a text is none that a token can hold', () => {
  it('refuses half a surrogate pair', () => {
    const json = { type: 'Mutations', body: { mutations: ['\ud800'] } };
    expect(() => parseCaveats(json)).toThrow(/it must be a text/);
  });
});
