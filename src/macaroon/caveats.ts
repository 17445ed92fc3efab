import type { Codec } from './codec.js';
import * as codec from './codec.js';
import { malformed, type Reader } from './reader.js';
import { arrayHeader, concat, encodeInteger } from './writer.js';

/** Bit mask of actions: r=1 read, w=2 write, c=4 create, d=8 delete, C=16 control. */
const action = codec.uint16;
const id = codec.struct({ id: codec.uint64 });
const byName = codec.map(codec.text, action);
const byNumber = codec.map(codec.uint64, action);

/** A caveat with two branches: `ifs` holds where the access names what they are about, `else` otherwise. */
export interface IfPresent {
  readonly ifs: readonly Caveat[];
  readonly else: number;
}

/** Codec of `IfPresent`, written by hand, since it contains caveats itself. */
const ifPresent: Codec<IfPresent> = {
  read(reader, what) {
    if (reader.arrayLength(what) !== 2) throw malformed(`${what} has not 2 fields`);
    return reader.nested(() => ({ ifs: readCaveats(reader), else: action.read(reader, `${what}.else`) }));
  },
  write: (body) => concat(arrayHeader(2), encodeCaveats(body.ifs), action.write(body.else)),
};

/**
 * Every registered caveat type: its number on the wire and the shape of its body.
 * 1, 17 and 18 are reserved. (superfly/macaroon: caveat.go, caveats.go, flyio/caveats.go, auth/caveats.go, resset/)
 */
export const CAVEATS = {
  Organization: { type: 0n, body: codec.struct({ id: codec.uint64, mask: action }) },
  Volumes: { type: 2n, body: codec.struct({ volumes: byName }) },
  Apps: { type: 3n, body: codec.struct({ apps: byNumber }) },
  /** Unix seconds, both ends included. */
  ValidityWindow: { type: 4n, body: codec.struct({ not_before: codec.int64, not_after: codec.int64 }) },
  FeatureSet: { type: 5n, body: codec.struct({ features: byName }) },
  Mutations: { type: 6n, body: codec.struct({ mutations: codec.list(codec.text) }) },
  Machines: { type: 7n, body: codec.struct({ machines: byName }) },
  ConfineUser: { type: 8n, body: id },
  ConfineOrganization: { type: 9n, body: id },
  IsUser: { type: 10n, body: id },
  '3P': {
    type: 11n,
    body: codec.struct({ location: codec.text, verifierKey: codec.binary, ticket: codec.binary }),
  },
  BindToParentToken: { type: 12n, body: codec.binary },
  IfPresent: { type: 13n, body: ifPresent },
  MachineFeatureSet: { type: 14n, body: codec.struct({ features: byName }) },
  FromMachineSource: { type: 15n, body: codec.struct({ id: codec.text }) },
  Clusters: { type: 16n, body: codec.struct({ clusters: byName }) },
  ConfineGoogleHD: { type: 19n, body: codec.text },
  ConfineGitHubOrg: { type: 20n, body: codec.uint64 },
  /** Seconds. */
  MaxValidity: { type: 21n, body: codec.uint64 },
  IsMember: { type: 22n, body: codec.struct({}) },
  FlyioUserID: { type: 23n, body: codec.uint64 },
  GitHubUserID: { type: 24n, body: codec.uint64 },
  /** A big-endian number of any size. */
  GoogleUserID: { type: 25n, body: codec.binary },
  Action: { type: 26n, body: action },
  Commands: {
    type: 27n,
    body: codec.list(codec.struct({ args: codec.list(codec.text), exact: codec.boolean })),
  },
  AppFeatureSet: { type: 28n, body: codec.struct({ features: byName }) },
  StorageObjects: { type: 29n, body: codec.struct({ prefixes: byName }) },
  AllowedRoles: { type: 30n, body: codec.uint32 },
  FlySrc: {
    type: 31n,
    body: codec.struct({ organization: codec.text, app: codec.text, instance: codec.text }),
  },
} as const;

/** Name of a registered caveat type. */
export type CaveatName = keyof typeof CAVEATS;

/** A caveat of a type that this code doesn't know: its body is kept as the msgpack it came as. */
export interface Unregistered {
  readonly name: 'Unregistered';
  readonly type: bigint;
  readonly body: Uint8Array;
}

/** A registered caveat by its name; `Registered<'3P'>` is the third-party one. */
export type Registered<N extends CaveatName = CaveatName> = {
  [K in N]: { readonly name: K; readonly body: codec.Value<(typeof CAVEATS)[K]['body']> };
}[N];

/** A restriction, or an assertion, in a macaroon. */
export type Caveat = Registered | Unregistered;

const NAMES = new Map<bigint, CaveatName>(
  // Object.entries forgets that the keys are the table's own.
  Object.entries(CAVEATS).map(([name, { type }]) => [type, name as CaveatName]),
);

/** Reads a set of caveats: a flat array of types and bodies in turn. */
export function readCaveats(reader: Reader): Caveat[] {
  const length = reader.arrayLength('caveats');
  if (length % 2 !== 0) throw malformed('caveats has a type without a body');
  return reader.nested(() => Array.from({ length: length / 2 }, () => decodeCaveat(reader)));
}

function decodeCaveat(reader: Reader): Caveat {
  const type = codec.uint64.read(reader, 'caveat type');
  const name = NAMES.get(type);
  if (name === undefined) return { name: 'Unregistered', type, body: reader.raw(`caveat ${type}`) };
  // Name and body come from one row of the table.
  return { name, body: CAVEATS[name].body.read(reader, name) } as Registered;
}

/** Encodes a set of caveats canonically; the bytes over one caveat are also what its HMAC is computed of. */
export function encodeCaveats(caveats: readonly Caveat[]): Uint8Array {
  return concat(arrayHeader(caveats.length * 2), ...caveats.map(encodeCaveat));
}

function encodeCaveat(caveat: Caveat): Uint8Array {
  if (caveat.name === 'Unregistered') return concat(encodeInteger(caveat.type), caveat.body);
  const { type, body } = CAVEATS[caveat.name];
  // Name and body belong together by the type `Registered`; the compiler can't follow a union of rows.
  return concat(encodeInteger(type), (body as Codec<unknown>).write(caveat.body));
}

/** True where the caveat asserts something about its bearer rather than restricting; allowed in proofs only. */
export function isAttestation(caveat: Caveat): boolean {
  return caveat.name === 'FlyioUserID' || caveat.name === 'GitHubUserID' || caveat.name === 'GoogleUserID';
}

/** All caveats of one name, those inside `IfPresent` included. */
export function caveatsNamed<N extends CaveatName>(caveats: readonly Caveat[], name: N): Registered<N>[] {
  return caveats.flatMap((caveat) => {
    const here = caveat.name === name ? [caveat as Registered<N>] : [];
    return caveat.name === 'IfPresent' ? [...here, ...caveatsNamed(caveat.body.ifs, name)] : here;
  });
}
