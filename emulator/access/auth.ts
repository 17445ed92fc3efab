import type { Access } from '../../src/macaroon/access.js';
import { parseToken } from '../../src/macaroon/bundle.js';
import type { Caveat } from '../../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../src/macaroon/nonce.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { verify } from '../../src/macaroon/verify.js';
import { type Answer, refusal } from '../http.js';
import type { Settings } from '../settings.js';
import { locationOf } from '../third-parties/parties.js';
import type { World } from '../world.js';
import { unlessRefused } from './unless-refused.js';

/** A permission token that verified, with all caveats that an access must satisfy. */
export interface Permission {
  readonly uuid: string;
  readonly caveats: readonly Caveat[];
  /** The token itself, encoded. */
  readonly bytes: Uint8Array;
}

/** The client behind a request: the permission tokens that hold now, or a user who may do everything. */
export interface Caller {
  readonly permissions: readonly Permission[];
  readonly isUser: boolean;
}

/**
 * Returns the answer to a request without a usable token, whatever is wrong with it. Its header misleads, as
 * Fly's does.
 */
export function unauthenticatedAnswer(settings: Settings): Answer {
  if (settings.unauthenticated === '500') return refusal(500, 'unauthorized');
  return refusal(401, 'Authenticate: token validation error', {
    'www-authenticate': 'Basic realm="api.machines.dev"',
  });
}

/**
 * Reads and verifies an Authorization header: schemes (`FlyV1`, `Bearer`, any case, repeated) first, then
 * tokens separated by commas. One bad token doesn't spoil the others. Returns undefined when no token in it is
 * usable.
 */
export function authenticate(world: World, header: string | undefined): Caller | undefined {
  const texts = splitHeader(header ?? '');
  if (texts.some((text) => world.userTokens.has(text))) return { permissions: [], isUser: true };
  const read = texts.filter((text) => !text.startsWith('fo1_')).map(readMacaroon);
  if (world.settings.malformedPart === 'refused' && read.includes(undefined)) return undefined;
  const macaroons = read.filter((it) => it !== undefined);
  const discharges = macaroons.filter(({ location }) => location !== PERMISSION_LOCATION);
  const permissions = macaroons
    .filter(({ location }) => location === PERMISSION_LOCATION)
    .flatMap((macaroon) => verifiedPermissions(world, macaroon, discharges));
  return permissions.length === 0 ? undefined : { permissions, isUser: false };
}

function splitHeader(header: string): string[] {
  let rest = header.trim();
  for (;;) {
    const [scheme] = /^(?:bearer|flyv1)\s+/i.exec(rest) ?? [];
    if (scheme === undefined) return rest.split(',').map((text) => text.trim());
    rest = rest.slice(scheme.length);
  }
}

function readMacaroon(text: string): Macaroon | undefined {
  if (!/^(?:fm2|fm1r|fm1a)_/.test(text)) return undefined;
  return unlessRefused(() => parseToken(text).macaroon);
}

function verifiedPermissions(
  world: World,
  macaroon: Macaroon,
  discharges: readonly Macaroon[],
): Permission[] {
  const { keys, clock } = world;
  if (Buffer.compare(macaroon.nonce.kid, keys.kid) !== 0) return [];
  const trusted = new Map([[locationOf(world, 'aaa'), [keys.aaa]]]);
  const caveats = unlessRefused(() => verify({ macaroon, key: keys.root, discharges, trusted }));
  if (caveats === undefined) return [];
  const windows = caveats.filter(({ name }) => name === 'ValidityWindow');
  const now = Math.floor(clock.now() / 1_000);
  if (prohibits(windows, { action: 0, orgId: 0n, now }) !== undefined) return [];
  return [{ uuid: tokenUuid(macaroon.nonce), caveats, bytes: macaroon.bytes }];
}

/**
 * Returns the refusal of tokens that name third parties but bring no discharges, undefined when they name none.
 */
export function missingDischargeAnswer(header: string | undefined): Answer | undefined {
  const names = splitHeader(header ?? '')
    .flatMap((text) => readMacaroon(text) ?? [])
    .filter(({ location }) => location === PERMISSION_LOCATION)
    .flatMap(({ caveats }) => caveats)
    .flatMap((caveat) => (caveat.name === '3P' ? [caveat.body.location] : []));
  if (names.length === 0) return undefined;
  const text = `all tokens missing third-party discharge tokens; ${[...new Set(names)].join(', ')}`;
  return refusal(401, `verify: invalid token: ${text}`);
}

/** Returns the UUID of the token that allows the access, or the answer that refuses it. */
export function authorize(world: World, caller: Caller, access: Access): { uuid: string } | Answer {
  if (caller.isUser) return { uuid: 'user' };
  let reason = '';
  let onlyTheAction = false;
  for (const { uuid, caveats } of caller.permissions) {
    const refused = prohibits(caveats, access);
    if (refused === undefined) return { uuid };
    reason ||= refused;
    onlyTheAction ||= prohibits(caveats, { ...access, action: 0 }) === undefined;
  }
  if (onlyTheAction && world.settings.missingAction === '401') return unauthenticatedAnswer(world.settings);
  if (!onlyTheAction && world.settings.foreignAccess === 'unauthorized') return refusal(403, 'unauthorized');
  return refusal(403, reason);
}
