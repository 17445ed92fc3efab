import { type Answer, json } from '../http.js';
import type { AppContext, Route } from './route.js';

/** What is known of an app, and of Fly's regions (for which no token is needed). */
export const APP_ROUTES: readonly Route[] = [
  { scope: 'app', method: 'GET', path: '/v1/apps/:app', action: 'r', handle: show },
  { scope: 'public', method: 'GET', path: '/v1/platform/regions', handle: regions },
];

function show({ app }: AppContext): Answer {
  const { id, name, organization, network, numericId, machines } = app;
  const alive = [...machines.values()].filter(({ state }) => state !== 'destroyed');
  return json(200, {
    id,
    name,
    status: alive.length > 0 ? 'deployed' : 'pending',
    organization: {
      name: organization.name,
      slug: organization.slug,
      internal_numeric_id: Number(organization.id),
    },
    machine_count: alive.length,
    volume_count: 0,
    network,
    internal_numeric_id: Number(numericId),
  });
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
