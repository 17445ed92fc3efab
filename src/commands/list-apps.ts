import pLimit from 'p-limit';
import { asActionError } from '../errors.js';
import type { MachinesClient } from '../machines/client.js';
import type { Failure } from './result.js';
import type { AppMachine, Selector } from './selection.js';

const AT_ONCE = 10;

/** The machines of all apps, in the order of apps and ids. */
export interface Listing {
  readonly machines: readonly AppMachine[];
  /** The apps that could not be listed. */
  readonly failures: readonly Failure[];
}

/**
 * Lists the machines of all apps, one request each. An app that can't be listed doesn't hide the others; when
 * none can, the first error is thrown.
 */
export async function listApps(
  client: MachinesClient,
  apps: readonly string[],
  signal: AbortSignal,
): Promise<Listing> {
  const limit = pLimit(AT_ONCE);
  const lists = await Promise.allSettled(apps.map((app) => limit(() => client.list(app, signal))));
  const machines: AppMachine[] = [];
  const failures: Failure[] = [];
  for (const [index, list] of lists.entries()) {
    const app = apps[index] ?? '';
    if (list.status === 'fulfilled') machines.push(...list.value.map((machine) => ({ ...machine, app })));
    else failures.push({ what: `app ${app}`, error: asActionError(list.reason) });
  }
  const [first] = failures;
  if (first !== undefined && failures.length === apps.length) throw first.error;
  return { machines, failures };
}

/** The selector for a listing: what nothing has that could be listed may be in an app that could not, so it is no typo. */
export function judging(selector: Selector, failures: readonly Failure[]): Selector {
  return failures.length === 0 ? selector : { ...selector, allowEmpty: true };
}
