import { asActionError } from '../../errors.js';
import { isGone } from '../../machines/look.js';
import { placesFor } from '../../places.js';
import type { AppMachine } from '../result/app-machine.js';
import { ID, namesIn } from './filters.js';
import type { Fleet, FleetTools } from './fleet.js';
import { withinShare } from './read-each.js';
import type { Selector } from './selector.js';

/** Largest number of machines that are read at once. */
const READS_AT_ONCE = 10;

/**
 * Adds the machines that a selector names by id and no list has: a list may lack a machine that exists, so we read each
 * by itself, for a share of the time. An app that can't be read becomes a failure. An id that no app has stays missing; `select` reports it.
 */
export async function withUnlisted(
  fleet: Fleet,
  { selector, leases }: { readonly selector: Selector; readonly leases: boolean },
  tools: FleetTools,
): Promise<Fleet> {
  const { client, clock, deadline } = tools;
  const listed = new Set(fleet.machines.map(({ id }) => id));
  const names = namesIn(selector) ?? [];
  const ids = names.filter((name) => ID.test(name) && !listed.has(name));
  const lost = new Set(fleet.failures.map(({ app }) => app));
  const refs = fleet.apps.filter((app) => !lost.has(app)).flatMap((app) => ids.map((id) => ({ app, id })));
  if (refs.length === 0) return fleet;
  const isAlone = refs.length === 1 && names.length === 1;
  const failures = new Map(fleet.failures.map((it) => [it.app, it]));
  const places = placesFor(READS_AT_ONCE);
  const read = async (ref: (typeof refs)[number]): Promise<AppMachine[]> => {
    const { app } = ref;
    try {
      const machine = await withinShare(tools, isAlone, (signal) => client.get(ref, signal, { leases }));
      return [{ ...machine, app, seenAt: clock.now() }];
    } catch (thrown) {
      deadline.signal.throwIfAborted();
      if (!isGone(thrown) && !failures.has(app)) failures.set(app, { app, error: asActionError(thrown) });
      return [];
    }
  };
  const found = await Promise.all(refs.map((ref) => places(() => read(ref))));
  const machines = [...fleet.machines, ...found.flat()];
  const at = (app: string) => fleet.apps.indexOf(app);
  machines.sort((a, b) => at(a.app) - at(b.app) || (a.id < b.id ? -1 : 1));
  return { ...fleet, machines, failures: [...failures.values()] };
}
