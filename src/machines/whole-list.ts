import { ActionError } from '../errors.js';
import { mayNotTell } from './fate.js';
import type { LookTools } from './look.js';
import type { Machine } from './machine/machine.js';

/** Pause in ms before a second list of an app: the first may have come from a server that lags behind. */
const SECOND_LIST_MS = 3_000;

/**
 * Lists an app's machines. Believes an empty list if the app counts none, or may not tell. Otherwise, and where trouble
 * keeps the app from telling, lists again some seconds later; throws `Fly failure` if that is empty although the app counts
 * some, so that no machine counts as gone because of it. Throws any error of listing.
 */
export async function listWhole(
  tools: LookTools,
  app: string,
  options: { readonly leases: boolean },
  signal: AbortSignal,
): Promise<Machine[]> {
  const { client, clock } = tools;
  const machines = await client.list(app, signal, options);
  if (machines.length > 0) return machines;
  const counted = await countedBy(tools, app, signal);
  if (counted === 0) return machines;
  await clock.sleep(SECOND_LIST_MS, signal);
  const again = await client.list(app, signal, options);
  if (again.length > 0) return again;
  const count = counted ?? (await countedBy(tools, app, signal)) ?? 0;
  if (count === 0) return again;
  throw new ActionError('Fly failure', `list the machines of ${app}: Fly lists none, but counts ${count}`, {
    hint: 'Its servers may disagree for a while: run the job again, and see https://status.flyio.net if it happens again.',
  });
}

/** Returns how many machines an app counts, 0 if it may not tell; undefined where something else hides it. */
async function countedBy(
  { client }: LookTools,
  app: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return await client.countOf(app, signal);
  } catch (error) {
    signal.throwIfAborted();
    return mayNotTell(error) ? 0 : undefined;
  }
}
