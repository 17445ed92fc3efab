import { parseAction } from '../../src/macaroon/action-mask.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { authenticate, unauthenticatedAnswer } from '../access/auth.js';
import type { Permission } from '../access/verifier.js';
import { type Answer, json } from '../http.js';
import type { World } from '../world.js';
import type { Context } from './route.js';

/** Describes the tokens of a request, or returns 401 when none is usable. */
export function currentTokens({ world, headers }: Context): Answer {
  const caller = authenticate(world, headers['authorization']);
  if (caller === undefined) return unauthenticatedAnswer(world.settings);
  if (caller.isUser) return json(200, { tokens: [{ token_id: 'user', user: 'user-1' }] });
  return json(200, { tokens: caller.permissions.map((it) => describe(world, it)) });
}

/** Names the token's organization, and its apps if it is confined to some. */
function describe({ apps, clock }: World, { uuid, caveats }: Permission): object {
  const [action, now] = [parseAction('r'), Math.floor(clock.now() / 1_000)];
  const readable = [...apps.values()].filter(
    ({ organization, numericId }) =>
      prohibits(caveats, { action, now, orgId: organization.id, appId: numericId }) === undefined,
  );
  const organization = readable[0]?.organization;
  const isWhole =
    organization !== undefined && prohibits(caveats, { action, now, orgId: organization.id }) === undefined;
  return {
    token_id: uuid,
    ...(organization !== undefined && { organization: organization.name, org_slug: organization.slug }),
    ...(!isWhole && { apps: readable.map(({ name }) => name) }),
  };
}
