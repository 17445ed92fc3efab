import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { CAVEATS, type Caveat, type CaveatName, type Registered } from '../../../src/macaroon/caveats.js';

/** Moment around which validity windows and accesses lie, in Unix seconds. */
export const NOON = 1_800_000_000;

/** Few ids, zero among them, so that caveats and accesses often name the same thing. */
export const number64 = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0n, 1n, 2n, 3n) },
  { weight: 1, arbitrary: fc.constantFrom(0x7fn, 0x80n, 0xffffn, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
);
/** Few names for the same reason, some of them prefixes of each other. */
export const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'wg', 'litefs-cloud', 'deletion') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 30, maxLength: 300 }) },
);
/** An empty source means any. */
const source = fc.oneof(fc.constant(''), name);
const bytes = fc.uint8Array({ maxLength: 40 });
const seconds = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }).map((it) => BigInt(NOON + it)) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 1, arbitrary: fc.constantFrom(-(2n ** 63n), -1n, 0n, 2n ** 31n, 2n ** 62n, 2n ** 63n - 1n) },
);

type Bodies = { readonly [N in CaveatName]: fc.Arbitrary<Registered<N>['body']> };

/** Makes bodies of every type; `mask` makes the action masks, `inner` the caveats within an `IfPresent`. */
function bodies(mask: fc.Arbitrary<number>, inner: fc.Arbitrary<Caveat>): Bodies {
  const entries = <K>(key: fc.Arbitrary<K>) => {
    const pairs = (minLength: number, maxLength: number) =>
      fc.uniqueArray(fc.tuple(key, mask), { minLength, maxLength, selector: ([it]) => it });
    // From 16 pairs on, a map has a wider head.
    return fc
      .oneof({ weight: 30, arbitrary: pairs(0, 4) }, { weight: 1, arbitrary: pairs(15, 18) })
      .map((it) => new Map(it));
  };
  const byName = entries(name);
  const id = fc.record({ id: number64 });
  const names = fc.array(name, { maxLength: 3 });
  return {
    Organization: fc.record({ id: number64, mask }),
    Volumes: fc.record({ volumes: byName }),
    Apps: fc.record({ apps: entries(number64) }),
    ValidityWindow: fc.record({ not_before: seconds, not_after: seconds }),
    FeatureSet: fc.record({ features: byName }),
    Mutations: fc.record({ mutations: names }),
    Machines: fc.record({ machines: byName }),
    ConfineUser: id,
    ConfineOrganization: id,
    IsUser: id,
    '3P': fc.record({ location: name, verifierKey: bytes, ticket: bytes }),
    BindToParentToken: bytes,
    IfPresent: fc.record({ ifs: fc.array(inner, { maxLength: 3 }), else: mask }),
    MachineFeatureSet: fc.record({ features: byName }),
    FromMachineSource: fc.record({ id: name }),
    Clusters: fc.record({ clusters: byName }),
    ConfineGoogleHD: name,
    ConfineGitHubOrg: number64,
    MaxValidity: number64,
    IsMember: fc.constant({}),
    FlyioUserID: number64,
    GitHubUserID: number64,
    // Go holds a number here, so it drops a leading zero.
    GoogleUserID: bytes.filter(([first]) => first !== 0),
    Action: mask,
    Commands: fc.array(fc.record({ args: names, exact: fc.boolean() }), { maxLength: 3 }),
    AppFeatureSet: fc.record({ features: byName }),
    StorageObjects: fc.record({ prefixes: byName }),
    AllowedRoles: fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1), fc.constant(2 ** 32 - 1)),
    FlySrc: fc.record({ organization: source, app: source, instance: source }),
  };
}

const TYPES: ReadonlySet<bigint> = new Set(Object.values(CAVEATS).map(({ type }) => type));

/** Caveats of an unknown type, with a body of any form that msgpack has except extensions. */
const unregistered: fc.Arbitrary<Caveat> = fc
  .record({
    name: fc.constant('Unregistered' as const),
    type: fc.oneof(
      fc.constantFrom(1n, 17n, 18n, 32n, 2n ** 64n - 1n),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    ),
    body: fc.jsonValue({ maxDepth: 3 }).map((it) => encode(it)),
  })
  // Go can't write again what it read as nil: see the intended differences.
  .filter(({ type, body }) => !TYPES.has(type) && body[0] !== 0xc0);

// The cast is safe: Object.keys only forgets that the keys are the table's own.
const ALL = Object.keys(CAVEATS) as CaveatName[];

function caveats(mask: fc.Arbitrary<number>, depth: number, names = ALL): fc.Arbitrary<Caveat> {
  const inner = depth === 0 ? fc.constant<Caveat>({ name: 'IsMember', body: {} }) : caveats(mask, depth - 1);
  const rows = bodies(mask, inner);
  const registered = names.map((it) =>
    // The cast is safe: name and body belong to one row.
    (rows[it] as fc.Arbitrary<unknown>).map((made) => ({ name: it, body: made }) as Caveat),
  );
  return fc.oneof(...registered);
}

/** Makes caveats of the given types only, most of which allow much. */
export function caveatsOf(names: CaveatName[]): fc.Arbitrary<Caveat> {
  return caveats(fc.oneof(fc.constantFrom(0xffff, 0x1f, 0x11), fc.nat(0xffff)), 1, names);
}

/** Caveats of every registered type, with masks that may have bits without a letter. */
export const registered = caveats(fc.nat(0xffff), 2);

/** Caveats whose JSON form is complete: every action has a letter. */
export const lettered = caveats(fc.nat(0x1f), 2);

/** Any caveat. */
export const anyCaveat = fc.oneof(
  { weight: 9, arbitrary: registered },
  { weight: 1, arbitrary: unregistered },
);
