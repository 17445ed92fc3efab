import type { Access } from '../../src/macaroon/access.js';
import { parseAction } from '../../src/macaroon/action-mask.js';
import { caveatsNamed } from '../../src/macaroon/caveats.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { authenticate, unauthenticatedAnswer } from '../access/auth.js';
import type { Permission } from '../access/verifier.js';
import { type Answer, json, plain, refusal } from '../http.js';
import type { World } from '../world.js';
import type { Context } from './route.js';

/** Describes the tokens of a request, or returns 401 when none is usable. */
export function currentTokens({ world, headers }: Context): Answer {
  const caller = authenticate(world, headers['authorization']);
  if (caller === undefined) return unauthenticatedAnswer(world.settings);
  if (caller.isUser) return json(200, { tokens: [{ token_id: 'user', user: 'user-1' }] });
  const refused = caller.permissions.some((it) => isConfined(world, it)) ? refusalOf(world) : undefined;
  return refused ?? json(200, { tokens: caller.permissions.map((it) => describe(world, it)) });
}

/** Returns the refusal of a token that may not ask; undefined where all may. */
function refusalOf({ settings }: World): Answer | undefined {
  switch (settings.currentToken) {
    case 'shown':
      return undefined;
    case 'forbidden':
      return refusal(403, 'forbidden');
    case 'unauthorized':
      return unauthenticatedAnswer(settings);
    case 'unknown':
      return plain(404, '404 page not found');
  }
}

/** Returns whether a token is for less than an organization. */
function isConfined({ organizations, clock }: World, { caveats }: Permission): boolean {
  return [...organizations.values()].every(
    ({ id }) => prohibits(caveats, { ...reading(caveats, clock.now()), orgId: id }) !== undefined,
  );
}

/** Names the token's organization, its apps if it is confined to some, and the machine from which alone it may be used. */
function describe({ apps, clock }: World, { uuid, caveats }: Permission): object {
  const access = reading(caveats, clock.now());
  const readable = [...apps.values()].filter(
    ({ organization, numericId }) =>
      prohibits(caveats, { ...access, orgId: organization.id, appId: numericId }) === undefined,
  );
  const organization = readable[0]?.organization;
  const isWhole =
    organization !== undefined && prohibits(caveats, { ...access, orgId: organization.id }) === undefined;
  return {
    token_id: uuid,
    ...(organization !== undefined && { organization: organization.name, org_slug: organization.slug }),
    ...(!isWhole && { apps: readable.map(({ name }) => name) }),
    ...(access.sourceMachine !== undefined && { restricted_to_machine: access.sourceMachine }),
  };
}

/** Returns the access of a read, wherever the token may be used from. */
function reading(
  caveats: Permission['caveats'],
  now: number,
): Pick<Access, 'action' | 'now' | 'sourceMachine'> {
  const [source] = caveatsNamed(caveats, 'FromMachineSource').map(({ body }) => body.id);
  const from = source === undefined ? {} : { sourceMachine: source };
  return { action: parseAction('r'), now: Math.floor(now / 1_000), ...from };
}
