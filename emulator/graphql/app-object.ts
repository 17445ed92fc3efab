import type { App } from '../world.js';

/** Returns an app as the GraphQL API shows it to `fly status`. */
export function appObject(app: App) {
  const { name, numericId, network, organization, machines } = app;
  const isDeployed = [...machines.values()].some(({ state }) => state !== 'destroyed');
  const host = `${name}.fly.dev`;
  return {
    // GraphQL names an app by its name; the Machines API has an id of its own.
    id: name,
    internalNumericId: Number(numericId),
    name,
    hostname: host,
    cnameTarget: host,
    deployed: isDeployed,
    network,
    status: isDeployed ? 'deployed' : 'pending',
    appUrl: `https://${host}`,
    platformVersion: 'machines',
    organization: {
      id: `organization-${organization.id}`,
      internalNumericId: String(organization.id),
      slug: organization.slug,
      name: organization.name,
      paidPlan: true,
    },
    // Only databases have one.
    role: null,
    currentReleaseUnprocessed: releaseOf(app),
  };
}

/** Returns the newest release that any machine of the app runs, by its metadata. */
function releaseOf({ machines }: App): { readonly version: number } | null {
  const versions = [...machines.values()]
    .map(({ config }) => Number(config.metadata?.['fly_release_version']))
    .filter(Number.isInteger);
  return versions.length === 0 ? null : { version: Math.max(...versions) };
}
