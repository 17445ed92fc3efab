import { ActionError, asActionError } from '../../errors.js';
import type { App, MachinesClient, OrgMachines } from '../../machines/api/client.js';
import { Refusal } from '../../machines/api/refusals.js';
import { commandWord, enumerated } from '../../text.js';

/** The most that Fly puts onto one page of an organization's machines. */
const PAGE = 1000;

/** What an organization has. */
export interface Directory {
  /** In the order of their names. */
  readonly apps: readonly string[];
  /** How many requests the listing of its machines takes, at least. */
  readonly pages: number;
  /** That listing, where it had to be read for the apps' names: those without machines, or with new ones only, are missing. */
  readonly listing: OrgMachines | undefined;
  /** Regions that Fly could not read for the names: apps with machines nowhere else are missing. */
  readonly errorRegions: readonly string[];
}

/**
 * Finds out which apps an organization has; from its machines where its apps may not be listed. Throws the error of
 * the apps' listing where neither is allowed.
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

/** The machines of an organization; undefined where the token may not list them. */
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

/** Fly doesn't say how it refuses a token of one app here; an organization that can't be seen isn't there. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof Refusal && [401, 403, 404].includes(error.status ?? 0);
}

function notListed(org: string, { class: errorClass, message, status, requestId }: ActionError): ActionError {
  const question =
    status === 404 ? `Is \`${org}\` its slug, as \`fly orgs list\` shows it?` : `Is the token for ${org}?`;
  const hint = `${question} Its apps are listed with a token of the whole organization (\`fly tokens create org -o ${commandWord(org)}\`); with one of an app or several, name the apps in \`app\`, without patterns and without \`org\`.`;
  return new ActionError(errorClass, `${message}; nor may its machines be listed`, {
    hint,
    status,
    requestId,
  });
}

/** What may be missing in a directory; undefined when nothing is. */
export function missingApps({ errorRegions }: Directory): string | undefined {
  if (errorRegions.length === 0) return undefined;
  return `Fly could not read ${enumerated(errorRegions)}: apps and machines there may be missing.`;
}

/** What to say of patterns and exclusions that no app fits; of `*`, where there is no app at all. */
export function nothingFits(org: string, patterns: readonly string[], directory: Directory): ActionError {
  const { apps: existing, listing } = directory;
  const isNone = existing.length === 0;
  const message = isNone
    ? `${org} has no apps that this token may see`
    : `No app of ${org} fits ${enumerated(patterns)}`;
  const known = isNone ? 'Is it the right organization?' : `There is ${enumerated(existing)}.`;
  const missing =
    missingApps(directory) ??
    (listing === undefined ? undefined : 'Apps without machines may not be listed with this token.');
  const hint = [
    `Check the spelling. ${known}`,
    ...(missing === undefined ? [] : [missing]),
    'If none is fine, set `allow-empty: true`.',
  ].join(' ');
  return new ActionError('not found', message, { hint });
}
