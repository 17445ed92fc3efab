import { ActionError, asActionError } from '../../errors.js';
import type { App, MachinesClient, OrgMachines } from '../../machines/api/client.js';
import { Refusal } from '../../machines/api/refusals.js';
import { commandWord, enumerated } from '../../text.js';

/** Largest number of machines that Fly puts onto one page of an organization's listing. */
const PAGE = 1000;

/** Apps of an organization. */
export interface Directory {
  /** Names of the apps, sorted. */
  readonly apps: readonly string[];
  /** Number of requests that the listing of its machines takes, at least. */
  readonly pages: number;
  /** Listing of its machines, if only that told the apps' names: apps without machines, or with new ones only, are missing. */
  readonly listing: OrgMachines | undefined;
  /** Regions that Fly could not read for that listing: apps that have machines only there are missing. */
  readonly errorRegions: readonly string[];
}

/**
 * Finds out which apps an organization has. Where the token may not list its apps, takes their names from its machines.
 * Throws the error of the apps' listing when the token may list neither.
 */
export async function directoryOf(
  client: MachinesClient,
  org: string,
  signal: AbortSignal,
): Promise<Directory> {
  try {
    const apps = await client.appsOf(org, signal);
    const machines = apps.reduce((sum, { machineCount }) => sum + machineCount, 0);
    return { apps: namesOf(apps), pages: Math.ceil(machines / PAGE), listing: undefined, errorRegions: [] };
  } catch (error) {
    if (!isNotAllowed(error)) throw error;
    const listing = await listingOf(client, org, signal);
    if (listing === undefined) throw notListed(org, asActionError(error));
    const apps = namesOf(listing.machines.map(({ app }) => ({ name: app })));
    return { apps, pages: 0, listing, errorRegions: listing.errorRegions };
  }
}

/** Lists the machines of an organization; undefined where the token may not list them. Throws any other error. */
export async function listingOf(
  client: MachinesClient,
  org: string,
  signal: AbortSignal,
): Promise<OrgMachines | undefined> {
  try {
    return await client.machinesOf(org, { limit: PAGE }, signal);
  } catch (error) {
    if (isNotAllowed(error)) return undefined;
    throw error;
  }
}

function namesOf(apps: readonly Pick<App, 'name'>[]): string[] {
  return [...new Set(apps.map(({ name }) => name))].sort();
}

/** True for a refusal, whose status Fly doesn't document; an organization that the token can't see answers 404. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof Refusal && [401, 403, 404].includes(error.status ?? 0);
}

function notListed(org: string, { class: errorClass, message, status, requestId }: ActionError): ActionError {
  const question =
    status === 404 ? `Is \`${org}\` its slug, as \`fly orgs list\` shows it?` : `Is the token for ${org}?`;
  const hint = `${question} To list its apps, use a token of the whole organization (\`fly tokens create org -o ${commandWord(org)} -x 8760h\`). With a token of one or several apps, name them in \`app\`, without patterns and without \`org\`.`;
  return new ActionError(errorClass, `${message}; its machines could not be listed either`, {
    hint,
    status,
    requestId,
  });
}

/** Says what may be missing in a directory; undefined when nothing is. */
export function missingApps({ errorRegions }: Directory): string | undefined {
  if (errorRegions.length === 0) return undefined;
  return `Fly could not read ${enumerated(errorRegions)}: apps and machines there may be missing.`;
}

/** Makes the error for patterns and exclusions that no app fits, and for `*` in an organization without apps. */
export function nothingFits(org: string, patterns: readonly string[], directory: Directory): ActionError {
  const { apps: existing, listing } = directory;
  const isNone = existing.length === 0;
  const message = isNone
    ? `${org} has no apps that this token may see`
    : `No app of ${org} fits ${enumerated(patterns)}`;
  const known = isNone ? 'Is it the right organization?' : `There is ${enumerated(existing)}.`;
  const missing =
    missingApps(directory) ??
    (listing === undefined
      ? undefined
      : 'Apps without machines may be missing: this token may not list them.');
  const hint = [
    `Check the spelling. ${known}`,
    ...(missing === undefined ? [] : [missing]),
    'To accept an empty choice, set `allow-empty: true`.',
  ].join(' ');
  return new ActionError('not found', message, { hint });
}
