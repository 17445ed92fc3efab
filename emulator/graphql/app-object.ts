import type { App, Organization } from '../world.js';
import type { GraphqlObject } from './select-fields.js';

/** An app as the GraphQL API knows it: what `fly status` asks for. */
export function appObject(app: App): GraphqlObject {
  const { name, numericId, network, organization, machines } = app;
  const alive = [...machines.values()].filter(({ state }) => state !== 'destroyed');
  const host = `${name}.fly.dev`;
  return {
    type: 'App',
    fields: {
      // The id of an app is its name here; the Machines API has another.
      id: () => name,
      internalNumericId: () => Number(numericId),
      name: () => name,
      hostname: () => host,
      cnameTarget: () => host,
      deployed: () => alive.length > 0,
      network: () => network,
      status: () => (alive.length > 0 ? 'deployed' : 'pending'),
      appUrl: () => `https://${host}`,
      platformVersion: () => 'machines',
      organization: () => organizationObject(organization),
      // Only databases have one.
      role: () => null,
      currentReleaseUnprocessed: () => releaseOf(app),
    },
  };
}

function organizationObject({ id, slug, name }: Organization): GraphqlObject {
  return {
    type: 'Organization',
    fields: {
      id: () => `organization-${id}`,
      internalNumericId: () => String(id),
      slug: () => slug,
      name: () => name,
      paidPlan: () => true,
    },
  };
}

/** The newest release that a machine of the app says it runs. */
function releaseOf({ machines }: App): GraphqlObject | null {
  const versions = [...machines.values()]
    .map(({ config }) => Number(config.metadata?.['fly_release_version']))
    .filter(Number.isInteger);
  if (versions.length === 0) return null;
  return { type: 'ReleaseUnprocessed', fields: { version: () => Math.max(...versions) } };
}
