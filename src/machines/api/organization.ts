import * as v from '@badrap/valita';
import { ActionError } from '../../errors.js';
import { maybe } from '../../maybe.js';
import { type Machine, NameJson, OrgMachineJson } from '../machine/machine.js';
import type { Call } from './call.js';

/** App as its organization lists it. */
export interface App {
  readonly name: string;
  readonly machineCount: number;
}

/** Machine and its app. */
export interface OrgMachine extends Machine {
  readonly app: string;
  /** Undefined: this list lags behind and says nothing of now. */
  readonly seenAt: undefined;
}

/** Machines of an organization, as far as they could be read. */
export interface OrgMachines {
  readonly machines: readonly OrgMachine[];
  /** Regions that Fly could not read, so that their machines are missing. */
  readonly errorRegions: readonly string[];
}

/** Page of an organization's machines. A short or empty one doesn't mean that it is the last. */
export interface OrgPage extends OrgMachines {
  /** Cursor of the next page; empty after the last. */
  readonly next: string;
}

const AppsJson = v
  .object({
    apps: maybe(
      v.array(
        v
          .object({
            name: NameJson,
            machine_count: maybe(v.number()),
          })
          .map(({ name, machine_count }): App => ({ name, machineCount: machine_count ?? 0 })),
      ),
    ),
  })
  .map(({ apps }) => apps ?? []);

const PageJson = v
  .object({
    machines: maybe(v.array(OrgMachineJson)),
    next_cursor: maybe(v.string()),
    error_regions: maybe(v.array(v.string())),
  })
  .map(
    (json): OrgPage => ({
      machines: json.machines ?? [],
      next: json.next_cursor ?? '',
      errorRegions: json.error_regions ?? [],
    }),
  );

/** Returns the call that lists the apps of an organization. */
export function appsCall(org: string): Call<App[]> {
  const query = new URLSearchParams({ org_slug: org });
  return { method: 'GET', path: 'apps', query, what: `list the apps of ${org}`, answer: AppsJson };
}

/**
 * Reads all pages of an organization's machines, each machine once, in the order of apps and ids. Throws `Fly failure` if
 * a cursor comes back.
 */
export async function readPages(
  org: string,
  limit: number,
  read: (page: Call<OrgPage>) => Promise<OrgPage>,
): Promise<OrgMachines> {
  const what = `list the machines of ${org}`;
  const machines = new Map<string, OrgMachine>();
  const errorRegions = new Set<string>();
  const cursors = new Set<string>();
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== '' && { cursor }) });
    const path = `orgs/${encodeURIComponent(org)}/machines`;
    const page = await read({ method: 'GET', path, query, what, answer: PageJson });
    // Fly sorts them by their last change, so one that changes meanwhile comes again, with its newer state.
    for (const machine of page.machines) machines.set(`${machine.app}/${machine.id}`, machine);
    for (const region of page.errorRegions) errorRegions.add(region);
    cursor = page.next;
    if (cursor === '') break;
    if (cursors.has(cursor))
      throw new ActionError('Fly failure', `${what}: Fly returned the same page cursor twice`, {
        hint: 'Name the apps instead of the organization, or try again later; see https://status.flyio.net.',
      });
    cursors.add(cursor);
  }
  const inOrder = [...machines.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return { machines: inOrder.map(([, machine]) => machine), errorRegions: [...errorRegions] };
}

const CountJson = v
  .object({ machine_count: maybe(v.number()) })
  .map(({ machine_count }) => machine_count ?? 0);

/** Returns the call that reads how many machines an app has by its own count. */
export function countCall(app: string): Call<number> {
  return { ...appCall(app), answer: CountJson };
}

const AppJson = v
  .object({ organization: v.object({ slug: NameJson }) })
  .map(({ organization }) => organization.slug);

/** Returns the call that reads to which organization an app belongs. */
export function appCall(app: string): Call<string> {
  const path = `apps/${encodeURIComponent(app)}`;
  return { method: 'GET', path, what: `read the app ${app}`, answer: AppJson };
}
