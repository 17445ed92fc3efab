import type { Access } from '../src/macaroon/access.js';
import { parseAction } from '../src/macaroon/action-mask.js';
import {
  authenticate,
  authorize,
  type Caller,
  missingDischargeAnswer,
  unauthenticatedAnswer,
} from './access/auth.js';
import { organizationAccess } from './access/organization-access.js';
import { refuseAboveRate, USUAL_RATE } from './access/rate-limits.js';
import { withAffinity } from './affinity.js';
import type { Cause } from './happening.js';
import { type Answer, type FlyRequest, plain, refusal } from './http.js';
import { refuseForeignLease } from './machines/lease.js';
import { isDenied } from './machines/sight.js';
import { settle } from './machines/transitions.js';
import { goneAnswer } from './machines/wire/gone.js';
import type { AppRoute, Context, MachineContext, MachineRoute, OrganizationRoute } from './routes/route.js';
import { fittingRoutes } from './routes/routes.js';
import type { App, World } from './world.js';

/** The answer to a request, and the token that it was answered for. */
export interface DispatchResult {
  readonly answer: Answer;
  /** UUID of the permission token that came with the request, or that allowed it. */
  readonly token?: string | undefined;
}

/**
 * Answers one request. Refusals come in this order: unknown route or method (before reading any token), token,
 * app or organization, what the token forbids, rate, machine, host, lease.
 */
export async function dispatch(
  world: World,
  request: FlyRequest,
  signal: AbortSignal,
): Promise<DispatchResult> {
  const url = new URL(`http://fly.invalid${request.path.startsWith('/') ? '' : '/'}${request.path}`);
  for (const { route, params } of fittingRoutes(request.method, url.pathname)) {
    const { headers, body } = request;
    const cause: Cause = { kind: 'request', by: request.by ?? '', request };
    const context: Context = { world, headers, body, params, query: url.searchParams, signal, cause };
    if (route.scope === 'organization' && slugOf(context) === '') continue;
    if (route.scope === 'public') return { answer: await route.handle(context) };
    const caller = authenticate(world, headers['authorization']);
    const missing = refuseUndischarged(world, request, caller !== undefined);
    if (missing !== undefined) return { answer: missing };
    if (caller === undefined) return { answer: unauthenticatedAnswer(world.settings) };
    return route.scope === 'organization'
      ? answerForOrganization(route, context, caller)
      : answerForApp(route, context, caller);
  }
  return { answer: plain(404, '404 page not found') };
}

/** Returns the refusal for want of a discharge, when the settings ask for one. */
function refuseUndischarged(
  { settings }: World,
  { method, headers }: FlyRequest,
  isKnown: boolean,
): Answer | undefined {
  const applies = isKnown
    ? settings.missingDischarge === 'changes' && method !== 'GET'
    : settings.missingDischarge !== 'generic';
  return applies ? missingDischargeAnswer(headers['authorization']) : undefined;
}

function slugOf({ params, query }: Context): string {
  return params['org'] ?? query.get('org_slug') ?? '';
}

async function answerForOrganization(
  route: OrganizationRoute,
  context: Context,
  caller: Caller,
): Promise<DispatchResult> {
  const { world } = context;
  const { action, method, path, rate } = route;
  const granted = organizationAccess(world, caller, {
    slug: slugOf(context),
    letters: lettersOf(action, context),
    takesAppTokens: route.takesAppTokens(world.settings),
  });
  if ('status' in granted) return { token: caller.permissions[0]?.uuid, answer: granted };
  const { uuid, organization, apps } = granted;
  const counted = world.settings.listLimit === 'token' ? uuid : organization.slug;
  const answer =
    refuseAboveRate(world, `${method} ${path} ${counted}`, rate ?? USUAL_RATE) ??
    (await route.handle({ ...context, organization, apps }));
  return { token: uuid, answer };
}

const lettersOf = (action: OrganizationRoute['action'], { world }: Context) =>
  typeof action === 'string' ? action : action(world.settings);

async function answerForApp(
  route: AppRoute | MachineRoute,
  context: Context,
  caller: Caller,
): Promise<DispatchResult> {
  const { world, params } = context;
  const token = caller.permissions[0]?.uuid;
  const app = world.apps.get(params['app'] ?? '');
  if (app === undefined) return { token, answer: refusal(404, 'app not found') };
  const allowed = authorize(world, caller, accessOf(route, context, app));
  if ('status' in allowed) return { token, answer: allowed };
  const bucket = bucketOf(route, context, app, allowed.uuid);
  const answer =
    refuseAboveRate(world, bucket, route.rate ?? USUAL_RATE) ??
    (await reach(route, { ...context, app, caller: allowed.uuid }));
  return { token: allowed.uuid, answer: withAffinity(world, app, route.method, answer) };
}

function accessOf(route: AppRoute | MachineRoute, context: Context, app: App): Access {
  const { world, params, body } = context;
  const machine = params['machine'];
  const command = route.scope === 'machine' ? route.command?.(body) : undefined;
  return {
    action: parseAction(lettersOf(route.action, context)),
    now: Math.floor(world.clock.now() / 1_000),
    orgId: app.organization.id,
    appId: app.numericId,
    ...(machine === undefined ? {} : { machine }),
    ...(command === undefined ? {} : { command }),
  };
}

function bucketOf(
  { method, path, scope }: AppRoute | MachineRoute,
  { world, params }: Context,
  app: App,
  token: string,
): string {
  if (scope === 'machine') return `${method} ${path} ${params['machine']}`;
  return `${method} ${path} ${world.settings.listLimit === 'token' ? token : app.id}`;
}

async function reach(
  route: AppRoute | MachineRoute,
  context: Omit<MachineContext, 'machine'>,
): Promise<Answer> {
  if (route.scope === 'app') return route.handle(context);
  const { world, app, params, headers, signal } = context;
  const machine = app.machines.get(params['machine'] ?? '');
  if (machine !== undefined) settle(machine, world.clock.now());
  if (machine === undefined || isForgotten(world, machine) || isDenied(world, machine)) {
    return goneAnswer(world.settings, params['machine'] ?? '');
  }
  if (route.needsHost !== false && machine.behaviour.unreachable === true) {
    await world.clock.sleep(world.settings.unreachableMs, signal);
    return refusal(408, 'deadline_exceeded: could not reach the host of the machine in time');
  }
  const held = route.respectsLease === true ? refuseForeignLease(world, machine, headers) : undefined;
  return held ?? route.handle({ ...context, machine });
}

function isForgotten({ settings, clock }: World, machine: MachineContext['machine']): boolean {
  return machine.state === 'destroyed' && clock.now() > machine.updatedAt + settings.forgetMs;
}
