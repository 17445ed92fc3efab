import { rfc3339 } from '../clock.js';
import type { Cause } from '../happening.js';
import { type Answer, json, refusal } from '../http.js';
import { hex } from '../random.js';
import type { World } from '../world.js';
import type { Lease, Machine } from './machine.js';

export const NONCE_HEADER = 'fly-machine-lease-nonce';

/** Returns the lease that is in force now, if any. */
export function leaseOf(world: World, machine: Machine): Lease | undefined {
  const { lease } = machine;
  return lease !== undefined && lease.expiresAt * 1_000 > world.clock.now() ? lease : undefined;
}

/**
 * Refuses a change while a lease is in force whose nonce the request doesn't bring. Returns undefined when
 * the change may go on.
 */
export function refuseForeignLease(
  world: World,
  machine: Machine,
  headers: Readonly<Record<string, string | undefined>>,
): Answer | undefined {
  const lease = leaseOf(world, machine);
  const nonce = headers[NONCE_HEADER];
  if (lease !== undefined) return nonce === lease.nonce ? undefined : heldAnswer(world, machine, lease);
  if (nonce === undefined || world.settings.unheldNonce === 'ignored') return undefined;
  return noLeaseAnswer(machine);
}

/** Terms of a lease. */
export interface LeaseTerms {
  /** Holder, for a new lease; one that is renewed keeps its own. */
  readonly owner: string;
  readonly ttlS: number;
  readonly description?: string | undefined;
}

/** Gives out a lease, or renews the one in force. Its caller has made sure that nobody else holds it. */
export function grantLease(world: World, machine: Machine, terms: LeaseTerms, cause: Cause): Lease {
  const held = leaseOf(world, machine);
  const lease: Lease = {
    nonce: held?.nonce ?? hex(world.random, 6),
    owner: held?.owner ?? terms.owner,
    description: terms.description ?? held?.description ?? '',
    version: machine.instanceId,
    expiresAt: Math.floor(world.clock.now() / 1_000) + terms.ttlS,
  };
  machine.lease = lease;
  tellOf(world, machine, { lease, does: held === undefined ? 'taken' : 'renewed', cause });
  return lease;
}

/** Ends the lease that is in force. */
export function endLease(world: World, machine: Machine, lease: Lease, cause: Cause): void {
  machine.lease = undefined;
  tellOf(world, machine, { lease, does: 'released', cause });
}

function tellOf(
  world: World,
  { app, id }: Machine,
  { lease, does, cause }: { lease: Lease; does: 'taken' | 'renewed' | 'released'; cause: Cause },
): void {
  const { nonce, expiresAt } = lease;
  const at = world.clock.now();
  world.tell?.({ kind: 'lease', at, app, machine: id, cause, does, nonce, until: expiresAt * 1_000 });
}

/** Makes the 404 for a machine without a lease. */
export function noLeaseAnswer({ id }: Machine): Answer {
  return refusal(404, `machine ID ${id} lease not found`);
}

/** Makes the 409 that names holder and end, in the wording of either age of the API. */
export function heldAnswer({ settings }: World, { id }: Machine, { owner, expiresAt }: Lease): Answer {
  const end = rfc3339(expiresAt * 1_000);
  const text = `machine ID ${id} lease currently held by ${owner}, expires at `;
  if (settings.leaseRefusal === 'error') return refusal(409, text + end);
  const spelled = end.replace('T', ' ').replace('Z', ' +0000 UTC');
  return json(409, { status: 'error', message: text + spelled, code: 'invalid' });
}

/** Converts a lease to the form of the API. */
export function leaseJson({ settings }: World, lease: Lease): object {
  const { nonce, expiresAt, owner, description, version } = lease;
  const data = { nonce, expires_at: expiresAt, owner, description, version };
  return settings.leaseReply === 'bare' ? data : { status: 'success', data };
}
