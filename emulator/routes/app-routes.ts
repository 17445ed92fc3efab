import { type Answer, json } from '../http.js';
import { settle } from '../machines/transitions.js';
import type { App, World } from '../world.js';
import type { AppContext, OrganizationContext, Route } from './route.js';

/** Routes that read an app or all apps of an organization, and Fly's regions (without a token). */
export const APP_ROUTES: readonly Route[] = [
  { scope: 'app', method: 'GET', path: '/v1/apps/:app', action: 'r', handle: show },
  {
    scope: 'organization',
    method: 'GET',
    path: '/v1/apps',
    action: 'r',
    takesAppTokens: ({ appsOfOrg }) => appsOfOrg === 'own',
    handle: list,
  },
  { scope: 'public', method: 'GET', path: '/v1/platform/regions', handle: regions },
];

function show({ world, app }: AppContext): Answer {
  return json(200, appJson(world, app));
}

function list({ world, apps }: OrganizationContext): Answer {
  return json(200, { total_apps: apps.length, apps: apps.map((app) => appJson(world, app)) });
}

function appJson({ clock, settings }: World, app: App): object {
  const { id, name, organization, network, numericId, machines } = app;
  for (const machine of machines.values()) settle(machine, clock.now());
  const numbered = (id: bigint) =>
    settings.appNumbers === 'shown' ? { internal_numeric_id: Number(id) } : {};
  const alive = [...machines.values()].filter(({ state }) => state !== 'destroyed');
  return {
    id,
    name,
    status: alive.length > 0 ? 'deployed' : 'pending',
    organization: {
      name: organization.name,
      slug: organization.slug,
      ...numbered(organization.id),
    },
    machine_count: alive.length,
    volume_count: 0,
    network,
    ...numbered(numericId),
  };
}

const REGIONS = {
  ams: 'Amsterdam, Netherlands',
  fra: 'Frankfurt, Germany',
  iad: 'Ashburn, Virginia (US)',
  lhr: 'London, United Kingdom',
  nrt: 'Tokyo, Japan',
  ord: 'Chicago, Illinois (US)',
  sin: 'Singapore, Singapore',
  syd: 'Sydney, Australia',
};

function regions(): Answer {
  const rows = Object.entries(REGIONS).map(([code, name]) => ({ code, name, gateway_available: true }));
  return json(200, { Regions: rows, Nearest: 'fra' });
}
