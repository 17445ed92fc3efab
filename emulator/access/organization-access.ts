import { parseAction } from '../../src/macaroon/action-mask.js';
import { type Answer, refusal } from '../http.js';
import type { App, Organization, World } from '../world.js';
import { authorize, type Caller } from './auth.js';

/** The part of an organization that a token may read. */
export interface OrganizationGrant {
  /** UUID of the permission token that allows the access. */
  readonly uuid: string;
  readonly organization: Organization;
  readonly apps: readonly App[];
}

/**
 * Returns the part of an organization that a caller may read, or the answer that refuses it: 404 when there is
 * no such organization, 403 when the token is for another. A token confined to apps names no organization that
 * it may read as a whole.
 */
export function organizationAccess(
  world: World,
  caller: Caller,
  wish: { readonly slug: string; readonly letters: string; readonly takesAppTokens: boolean },
): OrganizationGrant | Answer {
  const organization = world.organizations.get(wish.slug);
  if (organization === undefined) return refusal(404, 'organization not found');
  const access = {
    action: parseAction(wish.letters),
    now: Math.floor(world.clock.now() / 1_000),
    orgId: organization.id,
  };
  const all = [...world.apps.values()].filter((app) => app.organization === organization);
  const whole = authorize(world, caller, access);
  if ('uuid' in whole) return { uuid: whole.uuid, organization, apps: all };
  if (!wish.takesAppTokens) return whole;
  const granted = all.flatMap((app) => {
    const one = authorize(world, caller, { ...access, appId: app.numericId });
    return 'uuid' in one ? [{ app, uuid: one.uuid }] : [];
  });
  const [first] = granted;
  if (first === undefined) return whole;
  return { uuid: first.uuid, organization, apps: granted.map(({ app }) => app) };
}
