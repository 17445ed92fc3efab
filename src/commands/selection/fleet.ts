import { type Clock, withTimeout } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { asActionError } from '../../errors.js';
import type { MachinesClient, OrgMachines } from '../../machines/api/client.js';
import { refusedFor } from '../../machines/api/refusals.js';
import { isTrouble } from '../../machines/fate.js';
import { listWhole } from '../../machines/whole-list.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure } from '../result/result.js';
import { chooseApps, isPattern } from './app-patterns.js';
import { directoryOf, listingOf, missingApps, nothingFits } from './org-listing.js';
import { readEach, shareOfLeft } from './read-each.js';
import type { Scope } from './scope.js';
import type { Selector } from './selector.js';

export type { Scope } from './scope.js';

/** What machines are found with. */
export interface FleetTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly deadline: Deadline;
}

/** What is to be found, and how much of it has to be known. */
export interface Search {
  readonly scope: Scope;
  /**
   * `whole`: all that Fly tells of a machine, as of now; whoever changes machines or waits for them decides by it.
   * `overview`: enough to show and filter machines. It may come from the organization's listing, which takes few
   * requests, but lags behind and tells nothing of standbys, services, checks and hosts.
   */
  readonly wants: 'overview' | 'whole';
  /** Whether to tell who holds leases. */
  readonly leases?: boolean;
  /** Whether patterns and exclusions that no app fits, and an organization without apps, are fine. */
  readonly allowEmpty: boolean;
}

/** The machines of all apps, in the order of apps and ids. */
export interface Fleet {
  /** The names of the apps. */
  readonly apps: readonly string[];
  readonly machines: readonly AppMachine[];
  /** The apps that could not be listed. */
  readonly failures: readonly Failure[];
  readonly notices: readonly string[];
  /** Regions that Fly could not read: apps and machines there may be missing. */
  readonly errorRegions: readonly string[];
  /** What may be missing beside those apps. */
  readonly warnings: readonly string[];
}

/**
 * Finds the machines of a step, asking each app once. An app that can't be listed, or not within its share of the time,
 * doesn't hide the others; when none can, the first error is thrown. Throws as well where an organization's apps can't be listed, and a `not found`
 * error for a pattern that no app fits, a typo most likely, unless `allowEmpty`; of exclusions that is said in a notice
 * where only an overview is wanted. Whether an app that is given by its name belongs to the organization isn't checked.
 */
export async function findMachines(tools: FleetTools, search: Search): Promise<Fleet> {
  const { apps, org } = search.scope;
  const isNamed = org === undefined || (apps.length > 0 && !apps.some(isPattern));
  const { leases = false } = search;
  return isNamed ? listApps(tools, { apps: [...new Set(apps)], leases }) : findInOrg(tools, org, search);
}

/** The selector for a listing: what nothing has that could be read may be in what could not, so it is no typo. */
export function lenientFor(
  selector: Selector,
  { failures, errorRegions }: Pick<Fleet, 'failures' | 'errorRegions'>,
): Selector {
  return failures.length + errorRegions.length === 0 ? selector : { ...selector, allowEmpty: true };
}

async function findInOrg(
  tools: FleetTools,
  org: string,
  { scope, wants, allowEmpty, leases = false }: Search,
): Promise<Fleet> {
  const { client, clock, deadline } = tools;
  const { signal } = deadline;
  const directory = await directoryOf(client, org, signal);
  const { names, lost, idle } = chooseApps(scope.apps, directory.apps);
  // Whoever misspells an exclusion would change what is to be left alone.
  const unmet = wants === 'whole' ? [...lost, ...idle] : lost;
  if (unmet.length > 0 && !allowEmpty) throw nothingFits(org, unmet, directory);
  const notices = [
    ...(idle.length > 0 ? [`\`app\` has ${idle.join(', ')}, which no app of ${org} fits.`] : []),
    ...(names.length === 0 ? [`No app of ${org} was chosen; there are ${directory.apps.length}.`] : []),
  ];
  const unlisted =
    directory.listing === undefined
      ? []
      : [
          `The apps of ${org} may not be listed; those that have no machines, or only new ones, may be missing.`,
        ];
  const fleet =
    (wants === 'overview' ? await overviewOf() : undefined) ??
    (await listApps(tools, { apps: names, leases }));
  const errorRegions = [...new Set([...directory.errorRegions, ...fleet.errorRegions])];
  const missing = missingApps({ ...directory, errorRegions });
  return {
    ...fleet,
    errorRegions,
    notices: [...notices, ...fleet.notices],
    warnings: [...unlisted, ...(missing === undefined ? [] : [missing]), ...fleet.warnings],
  };

  /** Where that takes no more requests, lists of the apps themselves are better: they are as of now. */
  async function overviewOf(): Promise<Fleet | undefined> {
    const known = new Set(directory.apps);
    if (names.length <= directory.pages || !names.every((name) => known.has(name))) return undefined;
    if (directory.listing !== undefined) return fromListing(directory.listing, names, org);
    // One of several ways: where it fails or is silent, the apps themselves may still tell.
    const share = shareOfLeft(deadline);
    const listing = await withTimeout({ clock, signal, ...share }, (limited) =>
      listingOf(client, org, limited),
    ).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!isTrouble(error)) throw error;
      return undefined;
    });
    return listing && fromListing(listing, names, org);
  }
}

function fromListing({ machines, errorRegions }: OrgMachines, names: readonly string[], org: string): Fleet {
  const chosen = new Map(names.map((name): [string, AppMachine[]] => [name, []]));
  for (const machine of machines) chosen.get(machine.app)?.push(machine);
  return {
    apps: names,
    machines: [...chosen.values()].flat(),
    failures: [],
    notices: [
      `Read from the listing of ${org}, which lags behind: what has changed a moment ago may not show yet. Name the apps for their state as of now.`,
    ],
    errorRegions,
    warnings: [],
  };
}

async function listApps(
  tools: FleetTools,
  { apps, leases }: { readonly apps: readonly string[]; readonly leases: boolean },
): Promise<Fleet> {
  const lists = await readEach(apps, tools, async (app, signal) => {
    const machines = await listWhole(tools, app, { leases }, signal);
    const seenAt = tools.clock.now();
    return machines.map((machine): AppMachine => ({ ...machine, app, seenAt }));
  });
  const machines: AppMachine[] = [];
  const failures: Failure[] = [];
  for (const [index, list] of lists.entries()) {
    const app = apps[index] ?? '';
    if (list.status === 'fulfilled') for (const machine of list.value) machines.push(machine);
    else failures.push({ app, error: refusedFor(app, asActionError(list.reason)) });
  }
  const [first] = failures;
  if (first !== undefined && failures.length === apps.length) throw first.error;
  return { apps, machines, failures, notices: [], errorRegions: [], warnings: [] };
}
