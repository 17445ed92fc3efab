import { caveatWords } from '../../../src/macaroon/caveat-words.js';
import { CAVEATS, type Caveat } from '../../../src/macaroon/caveats.js';
import { publicJson } from '../../../src/macaroon/public-json.js';
import { window } from '../../support/tokens/tokens.js';

const ticket = Buffer.from('a ticket that nobody is to see');
const thirdParty: Caveat = {
  name: '3P',
  body: { location: 'https://x.test', verifierKey: Buffer.from('a verifier key'), ticket },
};
const elsewhere = 'which only a third party can check: here it forbids everything';

const WORDS: readonly (readonly [Caveat, string])[] = [
  [{ name: 'Organization', body: { id: 42n, mask: 17 } }, 'only organization 42 (read, control)'],
  [{ name: 'Organization', body: { id: 0n, mask: 31 } }, 'only any organization (all actions)'],
  [{ name: 'Volumes', body: { volumes: new Map([['vol_1', 1]]) } }, 'only volume vol_1 (read)'],
  [{ name: 'Apps', body: { apps: new Map([[0n, 17]]) } }, 'any app (read, control)'],
  [{ name: 'Apps', body: { apps: new Map() } }, 'no app at all'],
  [
    {
      name: 'Apps',
      body: {
        apps: new Map([
          [12n, 1],
          [34n, 0],
        ]),
      },
    },
    'only apps 12 (read), 34 (no action)',
  ],
  [window(0, 60), 'only until 1970-01-01T00:01:00Z'],
  [window(60, 120), 'only from 1970-01-01T00:01:00Z until 1970-01-01T00:02:00Z'],
  [window(60, 2 ** 62), 'only from 1970-01-01T00:01:00Z without an end'],
  [
    { name: 'FeatureSet', body: { features: new Map([['wg', 31]]) } },
    'only organization feature wg (all actions)',
  ],
  [
    { name: 'Mutations', body: { mutations: ['addCertificate'] } },
    'only the GraphQL mutations addCertificate',
  ],
  [{ name: 'Mutations', body: { mutations: [] } }, 'nothing at all'],
  [{ name: 'Machines', body: { machines: new Map([['', 17]]) } }, 'any machine (read, control)'],
  [{ name: 'ConfineUser', body: { id: 1n } }, `only for user 1, ${elsewhere}`],
  [{ name: 'ConfineOrganization', body: { id: 1n } }, `only for members of organization 1, ${elsewhere}`],
  [{ name: 'IsUser', body: { id: 1n } }, 'made for user 1, which restricts nothing any more'],
  [thirdParty, 'only with a discharge of https://x.test'],
  [{ name: 'BindToParentToken', body: ticket }, 'only beside the permission token that it was made for'],
  [
    {
      name: 'IfPresent',
      body: { ifs: [{ name: 'Commands', body: [{ args: ['ls', '-l'], exact: false }] }], else: 1 },
    },
    'only the command ["ls","-l"] with further arguments; all else: read',
  ],
  [{ name: 'IfPresent', body: { ifs: [], else: 0 } }, 'all else: no action'],
  [{ name: 'MachineFeatureSet', body: { features: new Map() } }, 'no machine feature at all'],
  [{ name: 'FromMachineSource', body: { id: 'd89' } }, 'only when sent from machine d89'],
  [{ name: 'Clusters', body: { clusters: new Map([['db', 1]]) } }, 'only LiteFS cluster db (read)'],
  [{ name: 'ConfineGoogleHD', body: 'example.com' }, `only for Google accounts of example.com, ${elsewhere}`],
  [{ name: 'ConfineGitHubOrg', body: 9n }, `only for members of GitHub organization 9, ${elsewhere}`],
  [{ name: 'MaxValidity', body: 60n }, `only for 1 min, ${elsewhere}`],
  [{ name: 'IsMember', body: {} }, "only what an organization's members may do"],
  [{ name: 'FlyioUserID', body: 7n }, 'says that its bearer is Fly user 7'],
  [{ name: 'GitHubUserID', body: 7n }, 'says that its bearer is GitHub user 7'],
  [{ name: 'GoogleUserID', body: Uint8Array.of(1, 0) }, 'says that its bearer is Google user 256'],
  [{ name: 'GoogleUserID', body: new Uint8Array() }, 'says that its bearer is Google user 0'],
  [{ name: 'Action', body: 17 }, 'only read, control'],
  [{ name: 'Commands', body: [] }, 'commands: none'],
  [{ name: 'Commands', body: [{ args: [], exact: false }] }, 'any command'],
  [{ name: 'Commands', body: [{ args: ['ls'], exact: true }] }, 'only the command ["ls"]'],
  [{ name: 'AppFeatureSet', body: { features: new Map([['images', 1]]) } }, 'only app feature images (read)'],
  [
    { name: 'StorageObjects', body: { prefixes: new Map([['a/', 1]]) } },
    'only storage object below a/ (read)',
  ],
  [{ name: 'AllowedRoles', body: 0xffff_ffff }, 'whatever role that takes'],
  [{ name: 'AllowedRoles', body: 0 }, 'nothing that any role may do'],
  [
    { name: 'FlySrc', body: { organization: 'o', app: 'a', instance: 'm' } },
    'only when sent from machine m of app a of organization o',
  ],
  [{ name: 'FlySrc', body: { organization: '', app: '', instance: '' } }, 'no restriction'],
  [
    { name: 'Unregistered', type: 99n, body: ticket },
    'a caveat of the unknown type 99 (30 bytes), which only Fly can read',
  ],
];

describe('when a caveat is put into words', () => {
  it.each(WORDS)('%# says what it leaves', (caveat, words) => {
    expect(caveatWords(caveat)).toBe(words);
  });

  it('has words for every type that is registered', () => {
    const told = new Set(WORDS.map(([{ name }]) => name));
    expect(Object.keys(CAVEATS).filter((name) => !told.has(name as Caveat['name']))).toEqual([]);
  });
});

describe('when a caveat is shown as JSON', () => {
  const nested: Caveat = {
    name: 'IfPresent',
    body: { ifs: [thirdParty, { name: 'Action', body: 1 }], else: 17 },
  };
  const future: Caveat = { name: 'Unregistered', type: 99n, body: ticket };

  it('leaves out tickets and keys, and what is in a caveat that is not known', () => {
    expect([thirdParty, nested, future].map(publicJson)).toEqual([
      { type: '3P', body: { Location: 'https://x.test' } },
      {
        type: 'IfPresent',
        body: {
          ifs: [
            { type: '3P', body: { Location: 'https://x.test' } },
            { type: 'Action', body: 'r' },
          ],
          else: 'rC',
        },
      },
      { type: '99', body: null },
    ]);
  });
});
