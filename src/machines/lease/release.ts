import { type Clock, forManyListeners, withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import { besideName } from '../../text.js';
import type { MachineRef, MachinesClient } from '../api/client.js';

/** Life of a lease in seconds: short, so that one left by a killed runner is soon over. */
export const TTL_S = 60;
/** Time limit in ms for giving a lease back after the step's signal has aborted; the runner kills soon after. */
const RELEASE_LIMIT_MS = 3_000;

/** Dependencies of taking and releasing leases. */
export interface LeaseTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Description by which we know our own lease again after a lost answer. */
  readonly description: string;
  readonly warn: (message: string) => void;
  /** Returns Unix milliseconds by Fly's clock, as far as it is known; undefined: we use the local clock. */
  readonly now?: (() => number) | undefined;
}

/** Lease that we hold, and the signal that ends work on it. */
export interface OwnLease {
  readonly machine: MachineRef;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** Gives a lease back, within 3 seconds; never throws. */
export function releaseLease(tools: LeaseTools, machine: MachineRef, nonce: string): Promise<void> {
  return briefly(tools, (signal) => giveBack(tools, { machine, nonce, signal }));
}

/** Gives a lease back before the signal aborts. Never throws; warns if that fails. */
export async function giveBack(tools: LeaseTools, { machine, nonce, signal }: OwnLease): Promise<void> {
  try {
    await tools.client.releaseLease(machine, nonce, signal);
  } catch (error) {
    // A 404: the machine or the lease is gone, so there is nothing to release.
    if (error instanceof ActionError && error.status === 404) return;
    const why = besideName(asActionError(error).line, machine.id);
    tools.warn(
      `The lease of machine ${machine.id} could not be given back and ends within ${TTL_S} s: ${why}`,
    );
  }
}

/** Does short work even after the step's end, when most leases are given back. Throws `timeout` after 3 seconds. */
export function briefly<T>({ clock }: LeaseTools, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = forManyListeners(new AbortController().signal);
  return withTimeout({ clock, signal, ms: RELEASE_LIMIT_MS }, work);
}
