import { rfc3339 } from '../clock.js';
import { type Answer, json, refusal } from '../http.js';
import type { World } from '../world.js';
import type { Lease, Machine } from './machine.js';

export const NONCE_HEADER = 'fly-machine-lease-nonce';

/** The lease that is held now, if there is one. */
export function leaseOf(world: World, machine: Machine): Lease | undefined {
  const { lease } = machine;
  return lease !== undefined && lease.expiresAt * 1_000 > world.clock.now() ? lease : undefined;
}

/** The refusal of a change while a lease is held whose nonce the request doesn't bring; undefined when it may go on. */
export function foreignLease(
  world: World,
  machine: Machine,
  headers: Readonly<Record<string, string | undefined>>,
): Answer | undefined {
  const lease = leaseOf(world, machine);
  const nonce = headers[NONCE_HEADER];
  if (lease !== undefined) return nonce === lease.nonce ? undefined : heldBy(world, machine, lease);
  if (nonce === undefined || world.settings.unheldNonce === 'ignored') return undefined;
  return noLease(machine);
}

export function noLease({ id }: Machine): Answer {
  return refusal(404, `machine ID ${id} lease not found`);
}

/** 409 with the holder and the end, as two ages of the API worded it. */
export function heldBy({ settings }: World, { id }: Machine, { owner, expiresAt }: Lease): Answer {
  const end = rfc3339(expiresAt * 1_000);
  const text = `machine ID ${id} lease currently held by ${owner}, expires at `;
  if (settings.leaseRefusal === 'error') return refusal(409, text + end);
  const spelled = end.replace('T', ' ').replace('Z', ' +0000 UTC');
  return json(409, { status: 'error', message: text + spelled, code: 'invalid' });
}

/** A lease as the API answers it. */
export function leaseJson({ settings }: World, lease: Lease): object {
  const { nonce, expiresAt, owner, description, version } = lease;
  const data = { nonce, expires_at: expiresAt, owner, description, version };
  return settings.leaseReply === 'bare' ? data : { status: 'success', data };
}
