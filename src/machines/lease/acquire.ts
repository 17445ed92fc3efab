import type { Lease, MachineRef } from '../api/client.js';
import { Refusal } from '../api/refusals.js';
import { hasDoneNothing } from '../fate.js';
import { Gone, isGone, readOrGone } from '../look.js';
import { atTheEnd } from '../request-change.js';
import { type ForeignLease, isLease } from './foreign.js';
import { briefly, giveBack, type LeaseTools, TTL_S } from './release.js';

/** Pause between two tries to take a lease, in ms. */
const LEASE_PAUSE_MS = 5_000;
const MAX_LEASE_SENDS = 3;

/** Lease to take, and what to do while another client holds it. */
export interface LeaseWish {
  readonly machine: MachineRef;
  readonly waits: boolean;
  /** Reports a refusal before each pause. */
  readonly refused?: (refusal: Refusal | ForeignLease) => void;
  /** Reports the machine's state if that may be why there is no lease. */
  readonly seen?: (state: string) => void;
  /** Reports, before a throw, that we may hold the lease all the same, and until when (Unix ms by Fly's clock). */
  readonly mayBeHeld?: (until: number) => void;
}

/** Doubt about a lease that we asked for. */
interface Doubt {
  /** True if it may be ours, now or once a request on its way arrives. */
  mayBeOurs: boolean;
  /** Unix milliseconds until which we may hold it, because reading it failed, too; undefined: no doubt. */
  until: number | undefined;
}

/**
 * Takes a lease. Asks until the deadline while another client holds it, and three times if an attempt came to nothing or
 * Fly does not know the machine for a moment. Throws Fly's refusal, at the deadline the last one, and `Gone` if there is
 * no machine.
 */
export async function acquireLease(tools: LeaseTools, wish: LeaseWish): Promise<Lease> {
  const doubt: Doubt = { mayBeOurs: false, until: undefined };
  try {
    return await acquire(tools, wish, doubt);
  } catch (error) {
    // The lease is gone with its machine.
    if (doubt.until !== undefined && !(error instanceof Gone)) wish.mayBeHeld?.(doubt.until);
    throw error;
  }
}

async function acquire(
  tools: LeaseTools,
  { machine, waits, refused, seen }: LeaseWish,
  doubt: Doubt,
): Promise<Lease> {
  const { clock, signal } = tools;
  let tries = 0;
  let before: unknown;
  for (;;) {
    try {
      return await acquireOnce(tools, machine, doubt);
    } catch (error) {
      if (signal.aborted) throw atTheEnd(error, before);
      before = error;
      if (isLease(error)) {
        if (!waits) throw error;
        refused?.(error);
      } else {
        if (isGone(error) || (error instanceof Refusal && error.class === 'wrong state')) {
          const now = await readOrGone(tools, machine, signal);
          if (now instanceof Gone) throw now;
          seen?.(now.state);
        }
        tries += 1;
        if ((hasDoneNothing(error) && !isGone(error)) || tries === MAX_LEASE_SENDS) throw error;
      }
      await clock.sleep(LEASE_PAUSE_MS, signal).catch((end: unknown) => {
        throw atTheEnd(end, error);
      });
    }
  }
}

/** Asks once. A lost answer leaves a lease with an unknown nonce; we read it and know it by our description. */
async function acquireOnce(tools: LeaseTools, machine: MachineRef, doubt: Doubt): Promise<Lease> {
  const { client, clock, signal, description } = tools;
  signal.throwIfAborted();
  let isSent = false;
  const before = () => {
    isSent = true;
  };
  try {
    return await client.acquireLease(machine, { ttl: TTL_S, description, before: [before] }, signal);
  } catch (error) {
    if (isSent && !hasDoneNothing(error)) {
      doubt.mayBeOurs = true;
      doubt.until = (tools.now?.() ?? clock.now()) + TTL_S * 1000;
    }
    if (!doubt.mayBeOurs) throw error;
    const ours = await ownLease(tools, machine, doubt);
    if (ours === undefined) throw error;
    return ours;
  }
}

/** Reads our own lease, and gives it back at once if the step is over; undefined if there is none, or it can't be read. */
async function ownLease(tools: LeaseTools, machine: MachineRef, doubt: Doubt): Promise<Lease | undefined> {
  const { client, signal, description } = tools;
  try {
    return await briefly(tools, async (limited) => {
      const lease = await client.currentLease(machine, limited);
      // No more doubt: `giveBack` reports whatever happens from here on.
      doubt.until = undefined;
      if (lease?.description !== description) return undefined;
      if (!signal.aborted) return lease;
      await giveBack(tools, { machine, nonce: lease.nonce, signal: limited });
      return undefined;
    });
  } catch {
    return undefined; // The caller throws the error of the request itself.
  }
}
