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

/** Dependencies of a search for machines. */
export interface FleetTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly deadline: Deadline;
}

/** Apps to search, and how much to learn of their machines. */
export interface Search {
  readonly scope: Scope;
  /**
   * `whole`: all that Fly tells of a machine, as of now; commands that change machines or wait for them need it.
   * `overview`: enough to show and filter machines. It may come from the organization's listing, which takes few
   * requests, but lags behind and lacks standbys, services, checks and hosts.
   */
  readonly wants: 'overview' | 'whole';
  /** True to learn the holders of leases too. */
  readonly leases?: boolean;
  /** True to accept patterns and exclusions that no app fits, and an organization without apps. */
  readonly allowEmpty: boolean;
}

/** Machines of all apps, in the order of apps and ids. */
export interface Fleet {
  /** Names of the apps. */
  readonly apps: readonly string[];
  readonly machines: readonly AppMachine[];
  /** Apps that could not be listed, each with its error. */
  readonly failures: readonly Failure[];
  readonly notices: readonly string[];
  /** Regions that Fly could not read: apps and machines there may be missing. */
  readonly errorRegions: readonly string[];
  /** Sentences about apps and machines that may be missing although nothing failed. */
  readonly warnings: readonly string[];
}

/**
 * Finds the machines of a step and asks each app once. An app that can't be listed, or not within its share of the time,
 * is a failure of its own and doesn't hide the others. Throws the first error when no app can be listed, and the
 * listing's error when the organization's apps can't be. Unless `allowEmpty`, throws a `not found` error for a pattern or
 * an exclusion that no app fits, most likely a typo; for an `overview`, such an exclusion is a notice only. Doesn't
 * check that an app given by its name belongs to the organization.
 */
export async function findMachines(tools: FleetTools, search: Search): Promise<Fleet> {
  const { apps, org } = search.scope;
  const isNamed = org === undefined || (apps.length > 0 && !apps.some(isPattern));
  const { leases = false } = search;
  return isNamed ? listApps(tools, { apps: [...new Set(apps)], leases }) : findInOrg(tools, org, search);
}

/** Returns the selector, lenient where a part of the fleet could not be read: a machine that it asks for may be in that part. */
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
  // A misspelt exclusion would let the step change an app that must be left alone.
  const unmet = wants === 'whole' ? [...lost, ...idle] : lost;
  if (unmet.length > 0 && !allowEmpty) throw nothingFits(org, unmet, directory);
  const notices = [
    ...(idle.length > 0 ? [`\`app\` has ${idle.join(', ')}, which matches no app of ${org}.`] : []),
    ...(names.length === 0 ? [`No app of ${org} was chosen; there are ${directory.apps.length}.`] : []),
  ];
  const unlisted =
    directory.listing === undefined
      ? []
      : [
          `This token may not list the apps of ${org}: apps without machines, or with new ones only, may be missing.`,
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

  /** Reads the organization's listing; undefined where it can't serve, or where reading each app takes no more requests. */
  async function overviewOf(): Promise<Fleet | undefined> {
    const known = new Set(directory.apps);
    if (names.length <= directory.pages || !names.every((name) => known.has(name))) return undefined;
    if (directory.listing !== undefined) return fromListing(directory.listing, names, org);
    // The listing is one of two ways: when it fails or is silent, we read the apps themselves.
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
      `Read from the listing of ${org}, which lags behind: recent changes may not show yet. Name the apps to read their current state.`,
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
