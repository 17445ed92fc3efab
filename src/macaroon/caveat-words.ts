import { count, enumerated, formatDuration, formatTime } from '../text.js';
import { actionWords } from './action-mask.js';
import type { Caveat, CaveatName, Registered } from './caveats.js';
import { validity } from './macaroon.js';

const ALL_ROLES = 0xffff_ffff;
/** Words for types that only a third party can check, in a ticket: Fly's API refuses a token that has one elsewhere. */
const elsewhere = (what: string) => `${what}, which only a third party can check: here it forbids everything`;

/** `only machines m1 (read), m2 (read, control)`; the zero id stands for any. */
function resources(noun: string, set: ReadonlyMap<bigint | string, number>): string {
  if (set.size === 0) return `no ${noun} at all`;
  const entries = [...set].map(([id, mask]) => {
    const isAny = id === '' || id === 0n;
    return `${isAny ? `any ${noun}` : id} (${actionWords(mask)})`;
  });
  const isAny = set.size === 1 && entries[0]?.startsWith(`any ${noun} (`);
  return isAny ? `${entries[0]}` : `only ${noun}${set.size === 1 ? '' : 's'} ${enumerated(entries)}`;
}

function commandWords(commands: Registered<'Commands'>['body']): string {
  if (commands.length === 0) return 'commands: none';
  if (commands.some(({ args, exact }) => args.length === 0 && !exact)) return 'any command';
  const each = commands.map(
    ({ args, exact }) => `${JSON.stringify(args)}${exact ? '' : ' with further arguments'}`,
  );
  return `only the command${each.length === 1 ? '' : 's'} ${enumerated(each)}`;
}

function sourceWords({ organization, app, instance }: Registered<'FlySrc'>['body']): string {
  const parts = [
    ...(instance === '' ? [] : [`machine ${instance}`]),
    ...(app === '' ? [] : [`app ${app}`]),
    ...(organization === '' ? [] : [`organization ${organization}`]),
  ];
  return parts.length === 0 ? 'no restriction' : `only when sent from ${parts.join(' of ')}`;
}

function windowWords(body: Registered<'ValidityWindow'>['body']): string {
  const { notBefore, notAfter } = validity({ caveats: [{ name: 'ValidityWindow', body }] });
  const from = notBefore === undefined || notBefore <= 0 ? '' : `from ${formatTime(notBefore * 1000)} `;
  return `only ${from}${notAfter === undefined ? 'without an end' : `until ${formatTime(notAfter * 1000)}`}`;
}

function roleWords(roles: number): string {
  if (roles === ALL_ROLES) return 'whatever role that takes';
  return (roles & 1) === 1 ? "only what an organization's members may do" : 'nothing that any role may do';
}

const CAVEAT_WORDS: { readonly [N in CaveatName]: (body: Registered<N>['body']) => string } = {
  Organization: ({ id, mask }) =>
    `only ${id === 0n ? 'any organization' : `organization ${id}`} (${actionWords(mask)})`,
  Volumes: ({ volumes }) => resources('volume', volumes),
  Apps: ({ apps }) => resources('app', apps),
  ValidityWindow: windowWords,
  FeatureSet: ({ features }) => resources('organization feature', features),
  Mutations: ({ mutations }) =>
    mutations.length === 0 ? 'nothing at all' : `only the GraphQL mutations ${enumerated(mutations)}`,
  Machines: ({ machines }) => resources('machine', machines),
  ConfineUser: ({ id }) => elsewhere(`only for user ${id}`),
  ConfineOrganization: ({ id }) => elsewhere(`only for members of organization ${id}`),
  IsUser: ({ id }) => `made for user ${id}, which restricts nothing any more`,
  '3P': ({ location }) => `only with a discharge of ${location}`,
  BindToParentToken: () => 'only beside the permission token that it was made for',
  IfPresent: ({ ifs, else: mask }) => [...ifs.map(caveatWords), `all else: ${actionWords(mask)}`].join('; '),
  MachineFeatureSet: ({ features }) => resources('machine feature', features),
  FromMachineSource: ({ id }) => `only when sent from machine ${id}`,
  Clusters: ({ clusters }) => resources('LiteFS cluster', clusters),
  ConfineGoogleHD: (domain) => elsewhere(`only for Google accounts of ${domain}`),
  ConfineGitHubOrg: (id) => elsewhere(`only for members of GitHub organization ${id}`),
  MaxValidity: (seconds) => elsewhere(`only for ${formatDuration(Number(seconds) * 1000)}`),
  IsMember: () => roleWords(1),
  FlyioUserID: (id) => `says that its bearer is Fly user ${id}`,
  GitHubUserID: (id) => `says that its bearer is GitHub user ${id}`,
  GoogleUserID: (id) =>
    `says that its bearer is Google user ${BigInt(`0x0${Buffer.from(id).toString('hex')}`)}`,
  Action: (mask) => `only ${actionWords(mask)}`,
  Commands: commandWords,
  AppFeatureSet: ({ features }) => resources('app feature', features),
  StorageObjects: ({ prefixes }) => resources('storage object below', prefixes),
  AllowedRoles: roleWords,
  FlySrc: sourceWords,
};

/** A caveat in plain words, as a restriction: `only apps 12 (read), 34 (read, control)`. Holds no ticket; names as they came. */
export function caveatWords(caveat: Caveat): string {
  if (caveat.name === 'Unregistered') {
    const size = count(caveat.body.length, 'byte');
    return `a caveat of the unknown type ${caveat.type} (${size}), which only Fly can read`;
  }
  // Words and body belong to one caveat name; the compiler can't follow a union of rows.
  const words = CAVEAT_WORDS[caveat.name] as (body: unknown) => string;
  return words(caveat.body);
}
