import { type Access, invalidity } from '../../src/macaroon/access.js';
import { formatAction, parseAction } from '../../src/macaroon/action-mask.js';
import { caveatJson } from '../../src/macaroon/caveat-json.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { authenticate, authorize } from '../access/auth.js';
import { type Answer, json, refusal } from '../http.js';
import type { App, Organization, World } from '../world.js';
import { currentTokens } from './current-token.js';
import type { Context, PublicRoute } from './route.js';

/**
 * Routes that explain tokens: those in a request's body, without an Authorization header, or the request's own.
 */
export const TOKEN_ROUTES: readonly PublicRoute[] = [
  { scope: 'public', method: 'POST', path: '/v1/tokens/authorize', handle: authorizeBody },
  { scope: 'public', method: 'GET', path: '/v1/tokens/current', handle: currentTokens },
];

/** Fields of an access that are copied as they come. (superfly/macaroon: flyio/machinesapi/machinesapi.go) */
const TEXTS = {
  volume_id: 'volume',
  org_feature: 'feature',
  app_feature: 'appFeature',
  machine_feature: 'machineFeature',
  storage_object: 'storageObject',
  mutation: 'mutation',
  source_machine: 'sourceMachine',
} as const;

function authorizeBody({ world, body }: Context): Answer {
  const given = objectIn(body);
  const wish = record(given?.['access']);
  const header = given?.['header'];
  if (typeof header !== 'string' || wish === undefined) return refusal(400, 'invalid request body');
  const caller = authenticate(world, header);
  if (caller === undefined) return refusal(400, 'no verified tokens');
  const access = accessOf(world, wish);
  if (typeof access === 'string') return refusal(400, access);
  const invalid = invalidity(access);
  if (invalid !== undefined) return refusal(400, invalid);
  const allowed = authorize(world, caller, access);
  if ('status' in allowed) {
    const { error } = JSON.parse(allowed.body) as { error: string }; // Every refusal of the emulated Fly has this body.
    return refusal(Number(world.settings.authorizeRefusal), error);
  }
  const token = caller.permissions.find(({ caveats }) => prohibits(caveats, access) === undefined);
  return json(200, {
    access: {
      action: formatAction(access.action),
      orgid: Number(access.orgId),
      ...(access.appId !== undefined && { appid: Number(access.appId) }),
      ...(access.machine !== undefined && { machine: access.machine }),
      ...(access.command !== undefined && { command: access.command }),
    },
    verified_token: token && {
      permission_token: Buffer.from(token.bytes).toString('base64'),
      caveats: token.caveats.map(caveatJson),
    },
  });
}

/**
 * Builds the access: it turns names into numbers and finds the app and organization above a machine. Returns a
 * text when the wish is wrong.
 */
function accessOf(world: World, wish: Readonly<Record<string, unknown>>): Access | string {
  const text = (name: string) => {
    const value = wish[name];
    return typeof value === 'string' ? value : undefined;
  };
  const machine = text('machine_id');
  const appName = text('app_name');
  const app = appName === undefined ? appOf(world, machine) : world.apps.get(appName);
  if ((appName !== undefined || machine !== undefined) && app === undefined) return 'app not found';
  const slug = text('org_slug');
  const organization = organizationOf(world, slug, app);
  if (organization === undefined) return 'organization not found';
  if (app !== undefined && app.organization !== organization) return 'app belongs to another organization';
  const { command } = wish;
  const texts = Object.entries(TEXTS).flatMap(([name, field]) => {
    const value = text(name);
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    ...Object.fromEntries(texts),
    action: parseAction(text('action') ?? ''),
    now: Math.floor(world.clock.now() / 1_000),
    orgId: organization.id,
    ...(app !== undefined && { appId: app.numericId }),
    ...(machine !== undefined && { machine }),
    ...(Array.isArray(command) && { command: command.map(String) }),
  };
}

function appOf(world: World, machine: string | undefined): App | undefined {
  if (machine === undefined) return undefined;
  return [...world.apps.values()].find(({ machines }) => machines.has(machine));
}

function organizationOf(
  world: World,
  slug: string | undefined,
  app: App | undefined,
): Organization | undefined {
  return slug === undefined ? app?.organization : world.organizations.get(slug);
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return record(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return { ...value };
}
