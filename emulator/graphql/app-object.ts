import type { App } from '../world.js';

/** An app as the GraphQL API knows it: what `fly status` asks for. */
export function appObject(app: App) {
  const { name, numericId, network, organization, machines } = app;
  const isDeployed = [...machines.values()].some(({ state }) => state !== 'destroyed');
  const host = `${name}.fly.dev`;
  return {
    // The id of an app is its name here; the Machines API has another.
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

/** The newest release that a machine of the app says it runs. */
function releaseOf({ machines }: App): { readonly version: number } | null {
  const versions = [...machines.values()]
    .map(({ config }) => Number(config.metadata?.['fly_release_version']))
    .filter(Number.isInteger);
  return versions.length === 0 ? null : { version: Math.max(...versions) };
}
