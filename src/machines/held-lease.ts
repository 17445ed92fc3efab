import { ActionError, asActionError } from '../errors.js';
import { acquireLease, type LeaseWish } from './acquire-lease.js';
import { isTrouble } from './fate.js';
import { type Held, type LeaseTools, releaseLease, TTL_S } from './release-lease.js';

const REFRESH_MS = (TTL_S * 1000) / 3;

/**
 * Takes a lease on a machine, runs `work` with its nonce, and gives it back however that ends. While it is held it
 * is refreshed; when it is lost, there is a warning and the work goes on. Throws what Fly answers where the lease
 * can't be had, and what `work` throws.
 */
export async function withLease<T>(
  tools: LeaseTools,
  wish: LeaseWish,
  work: (nonce: string) => Promise<T>,
): Promise<T> {
  const { machine } = wish;
  const { nonce } = await acquireLease(tools, wish);
  const done = new AbortController();
  const signal = AbortSignal.any([tools.signal, done.signal]);
  const refreshing = keepFresh(tools, { machine, nonce, signal });
  try {
    return await work(nonce);
  } finally {
    done.abort();
    await refreshing;
    await releaseLease(tools, machine, nonce);
  }
}

async function keepFresh(tools: LeaseTools, { machine, nonce, signal }: Held): Promise<void> {
  const { clock, warn } = tools;
  try {
    for (let end = clock.now() + TTL_S * 1000; ; ) {
      await clock.sleep(REFRESH_MS, signal);
      const until = clock.now() + TTL_S * 1000;
      try {
        await refresh(tools, { machine, nonce, signal });
        end = until;
      } catch (error) {
        if (signal.aborted || !isTrouble(error) || clock.now() + REFRESH_MS >= end) throw error;
      }
    }
  } catch (error) {
    if (!signal.aborted) warn(`The lease of machine ${machine.id} was lost: ${asActionError(error).line}`);
  }
}

async function refresh(tools: LeaseTools, { machine, nonce, signal }: Held): Promise<void> {
  const fresh = await tools.client.refreshLease(machine, nonce, TTL_S, signal);
  if (fresh.nonce === nonce) return;
  // It had ended, and Fly took the refresh for the wish for another.
  await releaseLease(tools, machine, fresh.nonce);
  throw new ActionError('not found', 'it had ended before its time');
}
