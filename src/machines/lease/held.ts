import { OVER, passOn } from '../../abort.js';
import { ActionError, asActionError } from '../../errors.js';
import { besideName, formatTime, joined } from '../../text.js';
import type { Lease } from '../api/client.js';
import { hasDoneNothing, isTrouble } from '../fate.js';
import { acquireLease, type LeaseWish } from './acquire.js';
import { type LeaseTools, type OwnLease, releaseLease, TTL_S } from './release.js';

const TTL_MS = TTL_S * 1000;

/** Lease that is held until it is released or lost. */
export interface HeldLease {
  readonly nonce: string;
  /** Gives the lease back; never throws. */
  readonly release: () => Promise<void>;
}

/**
 * Takes a lease on a machine, and refreshes it until it is released. Only warns of a lease that is lost. Throws Fly's
 * refusal if it can't have the lease.
 */
export async function holdLease(tools: LeaseTools, wish: LeaseWish): Promise<HeldLease> {
  const { machine } = wish;
  const lease = await acquireLease(tools, wish);
  const { nonce } = lease;
  const done = new AbortController();
  const unsubscribe = passOn(tools.signal, done);
  const refreshing = keepFresh(tools, { machine, nonce, signal: done.signal }, lease);
  const release = async () => {
    unsubscribe();
    done.abort(OVER);
    await refreshing;
    await releaseLease(tools, machine, nonce);
  };
  return { nonce, release };
}

/** Refreshes a lease whenever a third of its life is over, by the end that Fly gave it. */
async function keepFresh(
  tools: LeaseTools,
  { machine, nonce, signal }: OwnLease,
  first: Lease,
): Promise<void> {
  const { clock, warn } = tools;
  try {
    let life = leaseLife(first, tools);
    for (let end = clock.now() + life; ; ) {
      const pause = life / 3;
      await clock.sleep(pause, signal);
      const asked = clock.now();
      try {
        life = leaseLife(await refresh(tools, { machine, nonce, signal }), tools);
        end = asked + life;
      } catch (error) {
        if (signal.aborted || !isTrouble(error) || clock.now() + pause >= end) throw error;
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    // A refresh of an ended lease takes a new one.
    const until = (tools.now?.() ?? clock.now()) + TTL_MS;
    const doubt = hasDoneNothing(error) ? '' : `may be held by this step until ${formatTime(until)}`;
    const why = besideName(asActionError(error).line, machine.id);
    warn(joined(`The lease of machine ${machine.id} was lost: ${why}`, doubt));
  }
}

/**
 * Returns how long a lease lasts from now, in milliseconds. An impossible end comes from another clock; then the time
 * that we asked for counts.
 */
function leaseLife({ expiresAt }: Lease, { clock, now }: LeaseTools): number {
  const ms = expiresAt - (now?.() ?? clock.now());
  return ms > 0 && ms < TTL_MS ? ms : TTL_MS;
}

async function refresh(tools: LeaseTools, { machine, nonce, signal }: OwnLease): Promise<Lease> {
  const fresh = await tools.client.refreshLease(machine, nonce, TTL_S, signal);
  if (fresh.nonce === nonce) return fresh;
  // The lease had ended, and Fly answered the refresh with a new one.
  await releaseLease(tools, machine, fresh.nonce);
  throw new ActionError('not found', 'it had ended early');
}
