import type { Access } from '../../src/macaroon/access.js';
import { PERMISSION_LOCATION } from '../../src/macaroon/macaroon.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { type Answer, refusal } from '../http.js';
import type { Settings } from '../settings.js';
import { locationOf } from '../third-parties/parties.js';
import type { World } from '../world.js';
import { type Permission, readMacaroon, splitHeader } from './verifier.js';

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
 * Returns the client that an Authorization header stands for: the tokens in it that hold now. One bad token
 * doesn't spoil the others. Returns undefined when no token in it is usable.
 */
export function authenticate(world: World, header = ''): Caller | undefined {
  const { userTokens, settings, clock } = world;
  if (userTokens.size > 0 && splitHeader(header).some((text) => userTokens.has(text)))
    return { permissions: [], isUser: true };
  const { permissions, isMalformed } = world.verify(header, locationOf(world, 'aaa'));
  if (isMalformed && settings.malformedPart === 'refused') return undefined;
  const now = Math.floor(clock.now() / 1_000);
  const holding = permissions.filter(
    ({ windows }) => prohibits(windows, { action: 0, orgId: 0n, now }) === undefined,
  );
  return holding.length === 0 ? undefined : { permissions: holding, isUser: false };
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
