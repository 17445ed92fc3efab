import { type Access, invalidity } from './access.js';
import { formatAction } from './action-mask.js';
import { type Caveat, type CaveatName, isAttestation, type Registered } from './caveats.js';
import { goSeconds } from './go-seconds.js';

/** Reason why a caveat stands in the way: `unspecified` when the access doesn't name what the caveat is about. */
interface Bar {
  readonly kind: 'unspecified' | 'forbidden';
  readonly reason: string;
}

const ALL_BITS = 0xffff;

/**
 * Tells why verified caveats forbid an access: undefined when they allow it, else one sentence that names the
 * first caveat in the way. Whatever isn't understood forbids. Attestations restrict nothing.
 */
export function prohibits(caveats: readonly Caveat[], access: Access): string | undefined {
  const invalid = invalidity(access);
  if (invalid !== undefined) return invalid;
  for (const caveat of caveats) {
    if (isAttestation(caveat)) continue;
    const refusal = check(caveat, access);
    if (refusal !== undefined) return `${caveat.name}: ${refusal.reason}`;
  }
  return undefined;
}

const forbidden = (reason: string): Bar => ({ kind: 'forbidden', reason });
const unspecified = (what: string): Bar => ({
  kind: 'unspecified',
  reason: `the access names no ${what}`,
});
const never = (): Bar => forbidden('not a caveat that an access can satisfy');

function within(action: number, mask: number): Bar | undefined {
  const missing = action & ~mask;
  if (missing === 0) return undefined;
  return forbidden(`unauthorized for access ${formatAction(action)} (${formatAction(missing)} not allowed)`);
}

/** A set of resources by id: the zero id means any and must stand alone; the masks of all that match are intersected. */
function inSet<K extends bigint | string>(
  set: ReadonlyMap<K, number>,
  wanted: {
    id: K | undefined;
    zero: K;
    what: string;
    action: number;
    matches?: (entry: K, id: K) => boolean;
  },
): Bar | undefined {
  const { id, zero, what, action, matches = (entry, it) => entry === it } = wanted;
  if (set.has(zero) && set.size !== 1) return forbidden('any and named resources stand together');
  if (id === undefined) return unspecified(what);
  const masks = [...set].filter(([entry]) => entry === zero || matches(entry, id)).map(([, mask]) => mask);
  if (masks.length === 0)
    return forbidden(`unauthorized for ${what} ${id} (only ${[...set.keys()].join(', ')})`);
  return within(
    action,
    masks.reduce((all, mask) => all & mask, ALL_BITS),
  );
}

const ofNamed = (set: ReadonlyMap<string, number>, id: string | undefined, what: string, action: number) =>
  inSet(set, { id, zero: '', what, action });

/** One rule a caveat type; types that stand here as `never` belong to other checks and forbid when met in this one. */
const RULES: {
  readonly [N in CaveatName]: (body: Registered<N>['body'], access: Access) => Bar | undefined;
} = {
  Organization({ id, mask }, { orgId, action }) {
    if (orgId === undefined) return unspecified('organization');
    if (id !== 0n && id !== orgId) return forbidden(`unauthorized for organization ${orgId} (only ${id})`);
    return within(action, mask);
  },
  Apps: ({ apps }, { appId, action }) => inSet(apps, { id: appId, zero: 0n, what: 'app', action }),
  Volumes: ({ volumes }, access) => ofNamed(volumes, access.volume, 'volume', access.action),
  Machines: ({ machines }, access) => ofNamed(machines, access.machine, 'machine', access.action),
  MachineFeatureSet: ({ features }, access) =>
    ofNamed(features, access.machineFeature, 'machine feature', access.action),
  FeatureSet: ({ features }, access) =>
    ofNamed(features, access.feature, 'organization feature', access.action),
  AppFeatureSet: ({ features }, access) => ofNamed(features, access.appFeature, 'app feature', access.action),
  Clusters: ({ clusters }, access) => ofNamed(clusters, access.cluster, 'cluster', access.action),
  StorageObjects: ({ prefixes }, { storageObject, action }) =>
    inSet(prefixes, {
      id: storageObject,
      zero: '',
      what: 'storage object',
      action,
      matches: (prefix, id) => id.startsWith(prefix),
    }),
  ValidityWindow({ not_before, not_after }, { now }) {
    if (now > Number(goSeconds(not_after))) return forbidden(`only valid until ${not_after} (Unix seconds)`);
    if (now < Number(goSeconds(not_before))) return forbidden(`not valid until ${not_before} (Unix seconds)`);
    return undefined;
  },
  Action: (mask, { action }) => within(action, mask),
  IfPresent(body, access) {
    const concerned = body.ifs
      .map((caveat) => check(caveat, access))
      .filter((refusal) => refusal?.kind !== 'unspecified');
    if (concerned.length === 0) return within(access.action, body.else);
    return concerned.find((refusal) => refusal !== undefined);
  },
  Mutations({ mutations }, { mutation }) {
    if (mutation === undefined) return unspecified('GraphQL mutation');
    return mutations.includes(mutation) ? undefined : forbidden(`unauthorized for mutation ${mutation}`);
  },
  Commands(allowed, { command }) {
    if (command === undefined) return unspecified('command');
    const fits = allowed.some(
      ({ args, exact }) =>
        args.length <= command.length &&
        (!exact || args.length === command.length) &&
        args.every((arg, index) => arg === command[index]),
    );
    return fits ? undefined : forbidden(`unauthorized for command ${JSON.stringify(command)}`);
  },
  AllowedRoles: (roles, access) => roleAllowed(roles, access),
  IsMember: (_, access) => roleAllowed(MEMBER, access),
  FromMachineSource: ({ id }, { sourceMachine }) => fromSource('machine', id, sourceMachine),
  FlySrc: ({ organization, app, instance }, access) =>
    (instance === '' ? undefined : fromSource('machine', instance, access.sourceMachine)) ??
    (app === '' ? undefined : fromSource('app', app, access.sourceApp)) ??
    (organization === '' ? undefined : fromSource('organization', organization, access.sourceOrganization)),
  /** Deprecated; Fly lets it pass. */
  IsUser: () => undefined,
  // Settled by verification, by a third party, or no restriction at all.
  '3P': never,
  BindToParentToken: never,
  ConfineUser: never,
  ConfineOrganization: never,
  ConfineGoogleHD: never,
  ConfineGitHubOrg: never,
  MaxValidity: never,
  FlyioUserID: never,
  GitHubUserID: never,
  GoogleUserID: never,
};

function check(caveat: Caveat, access: Access): Bar | undefined {
  if (caveat.name === 'Unregistered') return forbidden(`caveat type ${caveat.type} is not known`);
  // Rule and body belong to one caveat name; the compiler can't follow a union of rows.
  const rule = RULES[caveat.name] as (body: unknown, access: Access) => Bar | undefined;
  return rule(caveat.body, access);
}

function fromSource(what: string, expected: string, actual: string | undefined): Bar | undefined {
  return actual === expected ? undefined : forbidden(`only from ${what} ${expected}`);
}

const MEMBER = 1;
const ADMIN = 0xffff_ffff;
/** Actions that members may take on an organization's features; everything else needs an admin (flyio/access.go). */
const MEMBER_FEATURES: ReadonlyMap<string, number> = new Map([
  ...['wg', 'domain', 'site', 'builder', 'addon', 'checks', 'litefs-cloud'].map((it) => [it, 0x1f] as const),
  ...['membership', 'billing', 'authentication'].map((it) => [it, 0x01] as const),
  ...['deletion', 'document_signing'].map((it) => [it, 0x00] as const),
]);

function roleAllowed(roles: number, { feature, action }: Access): Bar | undefined {
  const mask = feature === undefined ? ALL_BITS : (MEMBER_FEATURES.get(feature) ?? -1);
  const needed = mask >= 0 && (action & ~mask) === 0 ? MEMBER : ADMIN;
  // `>>> 0` since JavaScript's bit operations are signed and the admin role has all 32 bits.
  if ((roles & needed) >>> 0 === needed) return undefined;
  return forbidden(`needs the role ${needed === MEMBER ? 'member' : 'admin'}`);
}
