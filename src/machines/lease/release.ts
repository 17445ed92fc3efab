import { type Clock, shared, withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import type { MachineRef, MachinesClient } from '../api/client.js';

/** Of a lease, in seconds: what a killed runner leaves behind is over soon. */
export const TTL_S = 60;
/** For giving a lease back after the step's own signal has aborted; the runner kills soon. */
const RELEASE_LIMIT_MS = 3_000;

/** What leases are taken with. */
export interface LeaseTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By which our own leases are known again, when an answer is lost. */
  readonly description: string;
  readonly warn: (message: string) => void;
  /** Unix milliseconds by Fly's clock, as far as it is known; undefined: this machine's has to do. */
  readonly now?: (() => number) | undefined;
}

/** A lease that is held, and how long anything may be done with it. */
export interface Held {
  readonly machine: MachineRef;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** Gives a lease back, which nobody has to wait for long; never throws. */
export function releaseLease(tools: LeaseTools, machine: MachineRef, nonce: string): Promise<void> {
  return briefly(tools, (signal) => giveBack(tools, { machine, nonce, signal }));
}

/** Gives a lease back before the signal aborts; never throws: what can't be given back is warned of. */
export async function giveBack(tools: LeaseTools, { machine, nonce, signal }: Held): Promise<void> {
  try {
    await tools.client.releaseLease(machine, nonce, signal);
  } catch (error) {
    // One that is gone, the machine or the lease, needs no release.
    if (error instanceof ActionError && error.status === 404) return;
    tools.warn(
      `The lease of machine ${machine.id} could not be given back and ends within ${TTL_S} s: ${asActionError(error).line}`,
    );
  }
}

/** Beyond the step's end, which is when leases are given back most often; but not for long. */
export function briefly<T>({ clock }: LeaseTools, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = () => new ActionError('timeout', 'no answer');
  const signal = shared(new AbortController().signal);
  return withTimeout({ clock, signal, ms: RELEASE_LIMIT_MS, late }, work);
}
