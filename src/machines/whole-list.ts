import { ActionError } from '../errors.js';
import type { LookTools } from './look.js';
import type { Machine } from './machine/machine.js';

/** Until an app is listed again, in milliseconds: the one answer may have come from a server that lags behind. */
const SECOND_LIST_MS = 3_000;

/**
 * Lists an app's machines. That there are none is believed where the app counts none, or doesn't tell; otherwise it is
 * listed again some seconds later, and is a `Fly failure` then: nothing is to be called gone for it. Throws what listing
 * throws.
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
    hint: 'Its servers may be at odds for a while: run the job again, and see https://status.flyio.net if it stays.',
  });
}
