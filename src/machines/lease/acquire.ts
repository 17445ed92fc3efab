import type { Lease, MachineRef } from '../api/client.js';
import { Refusal } from '../api/refusals.js';
import { hasDoneNothing } from '../fate.js';
import { Gone, isGone, readOrGone } from '../look.js';
import { atTheEnd, isLease } from '../request-change.js';
import { briefly, giveBack, type LeaseTools, TTL_S } from './release.js';

/** Between two tries to take a lease. */
const PAUSE_MS = 5_000;
const MAX_SENDS = 3;

/** Whose machine it is, and what to do where somebody else holds it. */
export interface LeaseWish {
  readonly machine: MachineRef;
  readonly waits: boolean;
  /** Told before each pause. */
  readonly refused?: (refusal: Refusal) => void;
  /** Told of the state that the machine was read in, where that may be why there is no lease. */
  readonly seen?: (state: string) => void;
  /** Told, before what is thrown, that the lease may be held by us all the same: until when, in Unix milliseconds by Fly's clock. */
  readonly mayBeHeld?: (until: number) => void;
}

/** What isn't known of a lease that was asked for. */
interface Doubt {
  /** Whether it may be ours, now or, where the request is still on its way, later. */
  mayBeOurs: boolean;
  /** Until when it may be held, since reading it has failed, too. */
  until: number | undefined;
}

/**
 * Takes a lease: asks until the deadline where somebody else holds it, and three times where nothing came of it, or where
 * Fly doesn't know the machine for a moment. Throws what Fly answers, at the deadline why it refused before, and `Gone` where
 * there is no machine.
 */
export async function acquireLease(tools: LeaseTools, wish: LeaseWish): Promise<Lease> {
  const doubt: Doubt = { mayBeOurs: false, until: undefined };
  try {
    return await acquire(tools, wish, doubt);
  } catch (error) {
    // With its machine the lease is gone.
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
        if ((hasDoneNothing(error) && !isGone(error)) || tries === MAX_SENDS) throw error;
      }
      await clock.sleep(PAUSE_MS, signal).catch((end: unknown) => {
        throw atTheEnd(end, error);
      });
    }
  }
}

/** An answer that is lost leaves a lease whose nonce nobody knows; it can be read, and bears our description. */
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

/** Our own lease, which is given back at once where the step is over; undefined where there is none, or where that can't be read. */
async function ownLease(tools: LeaseTools, machine: MachineRef, doubt: Doubt): Promise<Lease | undefined> {
  const { client, signal, description } = tools;
  try {
    return await briefly(tools, async (limited) => {
      const lease = await client.currentLease(machine, limited);
      // What becomes of it from here on is told by whoever gives it back.
      doubt.until = undefined;
      if (lease?.description !== description) return undefined;
      if (!signal.aborted) return lease;
      await giveBack(tools, { machine, nonce: lease.nonce, signal: limited });
      return undefined;
    });
  } catch {
    return undefined; // What the lease was asked for failed already, and that is what is told.
  }
}
