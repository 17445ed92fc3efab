import { ActionError } from '../errors.js';
import type { LookTools } from './look.js';
import type { Machine } from './machine/machine.js';

/** Pause in ms before a second list of an app: the first may have come from a server that lags behind. */
const SECOND_LIST_MS = 3_000;

/**
 * Lists an app's machines. Believes an empty list if the app counts none, or does not tell. Otherwise lists again some
 * seconds later, and throws `Fly failure` if that is empty, too: no machine counts as gone because of it. Throws any
 * error of listing.
 */
export async function listWhole(
  { client, clock }: LookTools,
  app: string,
  options: { readonly leases: boolean },
  signal: AbortSignal,
): Promise<Machine[]> {
  const machines = await client.list(app, signal, options);
  if (machines.length > 0) return machines;
  const counted = await client.countOf(app, signal).catch(() => 0);
  signal.throwIfAborted();
  if (counted === 0) return machines;
  await clock.sleep(SECOND_LIST_MS, signal);
  const again = await client.list(app, signal, options);
  if (again.length > 0) return again;
  throw new ActionError('Fly failure', `list the machines of ${app}: Fly lists none, but counts ${counted}`, {
    hint: 'Its servers may disagree for a while: run the job again, and see https://status.flyio.net if it happens again.',
  });
}
