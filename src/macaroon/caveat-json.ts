import { ActionError } from '../errors.js';
import { CAVEATS, type Caveat, type CaveatName, type Registered } from './caveats.js';
import { isNil } from './codec.js';
import {
  actions,
  type Form,
  flag,
  int64,
  list,
  numbered,
  object,
  optional,
  resources,
  struct,
  text,
  uint32,
  uint64,
  wrong,
} from './json-form.js';

/** One caveat in the form that Fly's own tools read and write as JSON. */
export interface CaveatJson {
  readonly type: string;
  readonly body: unknown;
}

/** A type that there is not; what is meant has to be guessed from `type`. */
export class UnknownType extends ActionError {
  readonly type: string;

  constructor(type: unknown, { message }: ActionError) {
    super('input', message);
    this.type = typeof type === 'string' ? type : '';
  }
}

/** Deepest nesting of caveats within each other. */
const MAX_CAVEAT_DEPTH = 8;

/** A type that can't be added to a permission token: it would be refused, or nothing would be allowed any more. */
const foreign = <T>(why: string, write: (value: T) => unknown): Form<T> => ({
  write,
  read(_, at) {
    throw wrong(at, `a caveat of this type ${why}`);
  },
});
const inTicket = 'belongs in the ticket of a third party; in a permission token it forbids everything';
const attested = 'asserts the identity of a user, which only a discharge can';
const base64 = (bytes: Uint8Array) => (isNil(bytes) ? null : Buffer.from(bytes).toString('base64'));

const id = struct({ id: uint64 });
const org = numbered('Name an organization by its number here, which `inspect` shows.');
const app = numbered('Name an app by its number here, which `inspect` shows: `{"apps": {"1234": "rC"}}`.');
const features = struct({ features: resources(text) });

const FORMS: { readonly [N in CaveatName]: Form<Registered<N>['body']> } = {
  Organization: struct({ id: org, mask: actions }),
  Volumes: struct({ volumes: resources(text) }),
  Apps: struct({ apps: resources(app) }),
  ValidityWindow: struct({ not_before: optional(0n, int64), not_after: int64 }),
  FeatureSet: features,
  Mutations: struct({ mutations: list(text) }),
  Machines: struct({ machines: resources(text) }),
  ConfineUser: foreign(inTicket, id.write),
  ConfineOrganization: foreign(inTicket, id.write),
  IsUser: struct({ id: uint64 }, { id: 'uint64' }),
  '3P': foreign(
    'can be made only with a secret that the third party shares: `fly tokens 3p add` does that',
    (body) => ({
      Location: body.location,
      VerifierKey: base64(body.verifierKey),
      Ticket: base64(body.ticket),
    }),
  ),
  BindToParentToken: foreign('belongs in a discharge', base64),
  IfPresent: struct({ ifs: { write: (ifs) => ifs.map(caveatJson), read: readList }, else: actions }),
  MachineFeatureSet: features,
  FromMachineSource: struct({ id: text }),
  Clusters: struct({ clusters: resources(text) }),
  ConfineGoogleHD: foreign(inTicket, text.write),
  ConfineGitHubOrg: foreign(inTicket, uint64.write),
  MaxValidity: foreign(inTicket, uint64.write),
  IsMember: struct({}),
  FlyioUserID: foreign(attested, uint64.write),
  GitHubUserID: foreign(attested, uint64.write),
  GoogleUserID: foreign(attested, (body) => uint64.write(BigInt(`0x0${Buffer.from(body).toString('hex')}`))),
  Action: actions,
  Commands: list(struct({ args: list(text), exact: flag })),
  AppFeatureSet: features,
  StorageObjects: struct({ prefixes: resources(text) }, { prefixes: 'storage_objects' }),
  AllowedRoles: uint32,
  FlySrc: struct({
    organization: optional('', text),
    app: optional('', text),
    instance: optional('', text),
  }),
};

/** Names that Fly's code takes, too. (superfly/macaroon: flyio/caveats.go) */
const ALIASES: Readonly<Record<string, CaveatName>> = {
  DeprecatedOrganization: 'Organization',
  DeprecatedApps: 'Apps',
  NoAdminFeatures: 'IsMember',
};

/**
 * A caveat as JSON, in Fly's own form, but for numbers that JSON can't hold exactly: those are texts of digits. Fly has no
 * form for unregistered types; here such a one has its number as its type and its msgpack in base64 as its body. That of a
 * third-party caveat holds its ticket. (superfly/macaroon: caveat_set.go)
 */
export function caveatJson(caveat: Caveat): CaveatJson {
  if (caveat.name === 'Unregistered') return { type: `${caveat.type}`, body: base64(caveat.body) };
  // Name and body belong together by the type `Registered`; the compiler can't follow a union of rows.
  return { type: caveat.name, body: (FORMS[caveat.name] as Form<unknown>).write(caveat.body) };
}

/**
 * Caveats to be added to a permission token from their JSON, one or an array. Stricter than Fly's own code, which takes
 * unknown letters, fields and types without a word: throws an `input` error, whose message fits behind the name of what
 * was read, for those, for a body of another shape, for a number that isn't exact, and for a type that can't be added.
 */
export function parseCaveats(json: unknown): Caveat[] {
  return Array.isArray(json) ? readList(json, '') : [readCaveat(json, 'caveat')];
}

function readList(json: unknown, at: string): Caveat[] {
  return [...list({ write: caveatJson, read: readCaveat }).read(json, at)];
}

function readCaveat(json: unknown, at: string): Caveat {
  if (at.split('.ifs[').length > MAX_CAVEAT_DEPTH) throw wrong(at, 'its caveats are nested too deeply');
  const { type, body, ...others } = object(json, at);
  const name = typeof type === 'string' ? caveatNameOf(type) : undefined;
  if (name === undefined)
    throw new UnknownType(type, wrong(`${at}.type`, 'it is not the name of a type of caveat'));
  for (const field of Object.keys(others)) throw wrong(at, `there is no field \`${field}\``);
  // Name and body come from one row of the table.
  return { name, body: FORMS[name].read(body, `${at}.body`) } as Caveat;
}

/** Finds a type by its name, an old name or its number, as Fly's code does. */
function caveatNameOf(type: string): CaveatName | undefined {
  if (Object.hasOwn(ALIASES, type)) return ALIASES[type];
  // Object.keys forgets that the keys are the table's own.
  const names = Object.keys(CAVEATS) as CaveatName[];
  return names.find((name) => name === type || `${CAVEATS[name].type}` === type);
}
