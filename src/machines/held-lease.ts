import { type Clock, shared, withTimeout } from '../clock.js';
import { ActionError, asActionError } from '../errors.js';
import type { Lease, MachineRef, MachinesClient } from './client.js';
import type { Refusal } from './refusals.js';
import { isLease } from './request-change.js';

/** Of a lease, in seconds: what a killed runner leaves behind is over soon. */
const TTL_S = 60;
const REFRESH_MS = (TTL_S * 1000) / 3;
/** For giving a lease back after the step's own signal has aborted; the runner kills soon. */
const RELEASE_LIMIT_MS = 3_000;
/** Between two tries to take a lease that somebody else holds. */
const PAUSE_MS = 5_000;

/** What leases are taken with. */
export interface LeaseTools {
  readonly client: MachinesClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By which our own leases are known again, when an answer is lost. */
  readonly description: string;
  readonly warn: (message: string) => void;
}

/** Whose machine it is, and what to do where somebody else holds it. */
export interface LeaseWish {
  readonly machine: MachineRef;
  readonly waits: boolean;
  /** Told before each pause. */
  readonly refused?: (refusal: Refusal) => void;
}

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
  const { nonce } = await acquire(tools, wish);
  const done = new AbortController();
  const refreshing = keepFresh(tools, machine, nonce, AbortSignal.any([tools.signal, done.signal]));
  try {
    return await work(nonce);
  } finally {
    done.abort();
    await refreshing;
    await release(tools, machine, nonce);
  }
}

async function acquire(tools: LeaseTools, { machine, waits, refused }: LeaseWish): Promise<Lease> {
  for (;;) {
    try {
      return await acquireOnce(tools, machine);
    } catch (error) {
      if (!isLease(error) || !waits || tools.signal.aborted) throw error;
      refused?.(error);
      await tools.clock.sleep(PAUSE_MS, tools.signal).catch((end: unknown) => {
        throw asActionError(end).class === 'timeout' ? error : end;
      });
    }
  }
}

/** An answer that is lost leaves a lease whose nonce nobody knows; it can be read, and bears our description. */
async function acquireOnce(tools: LeaseTools, machine: MachineRef): Promise<Lease> {
  const { client, signal, description } = tools;
  try {
    return await client.acquireLease(machine, { ttl: TTL_S, description }, signal);
  } catch (error) {
    const { status = 0 } = asActionError(error);
    if (status >= 400 && status < 500 && status !== 408) throw error;
    const ours = await ownLease(tools, machine);
    if (ours === undefined) throw error;
    if (!signal.aborted) return ours;
    await release(tools, machine, ours.nonce);
    throw error;
  }
}

async function ownLease(tools: LeaseTools, machine: MachineRef): Promise<Lease | undefined> {
  try {
    const lease = await briefly(tools, (signal) => tools.client.currentLease(machine, signal));
    return lease?.description === tools.description ? lease : undefined;
  } catch {
    return undefined; // What the lease was asked for failed already, and that is what is told.
  }
}

async function keepFresh(
  { client, clock, warn }: LeaseTools,
  machine: MachineRef,
  nonce: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(REFRESH_MS, signal);
      await client.refreshLease(machine, nonce, TTL_S, signal);
    }
  } catch (error) {
    if (!signal.aborted) warn(`The lease of machine ${machine.id} was lost: ${asActionError(error).line}`);
  }
}

async function release(tools: LeaseTools, machine: MachineRef, nonce: string): Promise<void> {
  try {
    await briefly(tools, (signal) => tools.client.releaseLease(machine, nonce, signal));
  } catch (error) {
    // One that is gone, the machine or the lease, needs no release.
    if (error instanceof ActionError && error.status === 404) return;
    tools.warn(
      `The lease of machine ${machine.id} could not be given back and ends within ${TTL_S} s: ${asActionError(error).line}`,
    );
  }
}

/** Beyond the step's end, which is when leases are given back most often; but not for long. */
function briefly<T>({ clock }: LeaseTools, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = () => new ActionError('timeout', 'no answer');
  const signal = shared(new AbortController().signal);
  return withTimeout({ clock, signal, ms: RELEASE_LIMIT_MS, late }, work);
}
