import { parseAction } from '../../../src/macaroon/action-mask.js';
import { attenuate } from '../../../src/macaroon/attenuate.js';
import { type Token, tokenText } from '../../../src/macaroon/bundle.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import type { Macaroon } from '../../../src/macaroon/macaroon.js';
import { tokenScopes } from '../../../src/macaroon/scope-words.js';
import { kindOf } from '../../../src/macaroon/token-kind.js';
import { permission, window } from '../../support/tokens/tokens.js';

const all = parseAction('*');
const r = parseAction('r');
const org = (mask = all): Caveat => ({ name: 'Organization', body: { id: 42n, mask } });
const app = (mask = all): Caveat => ({ name: 'Apps', body: { apps: new Map([[12n, mask]]) } });
const ifPresent = (...ifs: Caveat[]): Caveat => ({ name: 'IfPresent', body: { ifs, else: r } });
const action = (letters: string): Caveat => ({ name: 'Action', body: parseAction(letters) });
const commands: Caveat = { name: 'Commands', body: [{ args: ['ls'], exact: false }] };
const wg: Caveat = { name: 'FeatureSet', body: { features: new Map([['wg', all]]) } };
const noApps: Caveat = { name: 'Apps', body: { apps: new Map() } };
const ssh: Caveat = { name: 'Mutations', body: { mutations: ['issueCertificate', 'addWireGuardPeer'] } };

const token = (macaroon: Macaroon): Token => ({ text: tokenText(macaroon), macaroon });

describe('when it is told what kind of token one seems to be', () => {
  it.each<[string, Caveat[]]>([
    ['deploy', [org(), app()]],
    ['deploy', [org(), ifPresent(app(), wg)]],
    ['org', [org()]],
    ['org', [org(), action('rC')]],
    ['read-only', [org(), org(r)]],
    ['read-only', [org(), app(), action('r')]],
    ['machine-exec', [org(), app(), ifPresent(commands)]],
    ['read-only', [org(), app(), action('r'), ifPresent({ name: 'Commands', body: [] })]],
    ['deploy', [org(), app(), ifPresent({ name: 'Commands', body: [] })]],
    ['wireguard', [org(), ifPresent(noApps, wg)]],
    ['litefs-cloud', [org(), { name: 'Clusters', body: { clusters: new Map([['db', all]]) } }]],
    ['user session', [org(), window(1_000, 1_600)]],
    ['user session', [{ name: 'IsUser', body: { id: 1n } }]],
    ['org', [org(), window(1_000, 900_000)]],
    ['org', [org(), window(1_000, 900_000), window(0, 1_600)]],
    ['unknown', [action('rC')]],
    ['unknown', []],
  ])('%s', (kind, caveats) => {
    const one = token(permission(...caveats));
    expect(kindOf(one, [one])).toBe(kind);
  });

  it('ssh, of both halves that are cut from one', () => {
    const base = permission(org(), app());
    const halves = [action('r'), ssh].map((caveat) => token(attenuate(base, [caveat])));
    const other = token(permission(org(), app(), action('r')));
    expect([...halves, other].map((it) => kindOf(it, [...halves, other]))).toEqual([
      'ssh',
      'ssh',
      'read-only',
    ]);
  });
});

describe('when it is told what a token may do', () => {
  it.each<[string, Caveat[], string[], boolean]>([
    ['everything', [org(), app()], ['do everything with app 12 of organization 42'], false],
    [
      'reading and control',
      [org(), app(parseAction('rC'))],
      ['read and control machines of app 12 of organization 42'],
      false,
    ],
    ['control alone', [app(parseAction('C'))], ['control machines of app 12'], false],
    ['other actions', [app(parseAction('rwC'))], ['read, write and control app 12'], false],
    ['no app by name', [org(r)], ['read every app of organization 42'], false],
    ['all apps of an organization', [org()], ['do everything with every app of organization 42'], true],
    ['others than the one it names', [ifPresent(app())], ['do everything with app 12'], false],
    [
      'apps with different actions',
      [
        {
          name: 'Apps',
          body: {
            apps: new Map([
              [12n, r],
              [13n, all],
              [14n, r],
            ]),
          },
        },
      ],
      ['read apps 12, 14', 'do everything with app 13'],
      false,
    ],
    [
      'commands',
      [org(), app(), ifPresent(commands)],
      ['read app 12 of organization 42', 'run ["ls"] in machines'],
      false,
    ],
    ['nothing', [org(), noApps], ['do nothing with apps'], false],
    ['GraphQL alone', [ssh], ['do nothing with apps'], false],
    ['what depends on the time', [app(r), window(0, 1)], ['read app 12'], false],
  ])('names %s', (_, caveats, may, isWide) => {
    expect(tokenScopes([caveats])).toMatchObject([{ may, isWide }]);
  });
});
