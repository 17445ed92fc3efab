import * as v from '@badrap/valita';
import { READ_POLICY } from '../../http/retry.js';
import { maybe } from '../../maybe.js';
import type { BeforeSend, Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** Sole right to change a machine for a while; Fly refuses other clients meanwhile. */
export interface Lease {
  /** Secret sent to Fly with each change. It alone lets a client change the machine, so it must never be shown. */
  readonly nonce: string;
  readonly owner: string;
  readonly description: string;
  /** End in Unix milliseconds, by Fly's clock. */
  readonly expiresAt: number;
}

const Fields = v.object({
  nonce: v.string().assert((nonce) => nonce !== '', 'is empty'),
  owner: maybe(v.string()),
  description: maybe(v.string()),
  expires_at: v.number(),
});

/** Options of a request for a lease. */
export interface LeaseRequest {
  /** Time to live in seconds. */
  readonly ttl: number;
  /** Text that Fly shows to the clients it refuses meanwhile. */
  readonly description: string;
  /** Steps before each attempt, in their order. */
  readonly before?: readonly BeforeSend[];
}

/** Answer with a lease: wrapped, as Fly's own client reads it, or bare, as Fly's specification has it. */
export const LeaseAnswerJson = v
  .union(
    v.object({ data: Fields }).map(({ data }) => data),
    Fields,
  )
  .map(
    (json): Lease => ({
      nonce: json.nonce,
      owner: json.owner ?? '',
      description: json.description ?? '',
      expiresAt: json.expires_at * 1000,
    }),
  );

/** Answer to a release: only its status counts. */
const ReleaseJson = v.unknown();

/** Returns the call that takes the lease for `ttl` seconds. */
export function leaseCall(machine: MachineRef, { ttl, description, before }: LeaseRequest): Call<Lease> {
  const what = `lease machine ${machine.id}`;
  const call = { method: 'POST', path: pathOf(machine), body: { ttl, description }, before } as const;
  return { ...call, what, answer: LeaseAnswerJson };
}

/** Returns the call that lets the lease last `ttl` seconds from now. Repeating it does no harm. */
export function leaseRefreshCall(machine: MachineRef, nonce: string, ttl: number): Call<Lease> {
  const what = `refresh the lease of machine ${machine.id}`;
  return {
    method: 'POST',
    path: pathOf(machine),
    body: { ttl },
    nonce,
    policy: READ_POLICY,
    isUrgent: true,
    what,
    answer: LeaseAnswerJson,
  };
}

/** Returns the call that gives the lease back. After a lost answer the next may be a 404: the lease is gone already. */
export function leaseReleaseCall(machine: MachineRef, nonce: string): Call<unknown> {
  const what = `release the lease of machine ${machine.id}`;
  const call = { method: 'DELETE', path: pathOf(machine), nonce, policy: READ_POLICY } as const;
  return { ...call, isUrgent: true, givesBack: true, what, answer: ReleaseJson };
}

/** Returns the call that reads the lease, whichever client holds it. */
export function leaseReadCall(machine: MachineRef): Call<Lease> {
  const what = `read the lease of machine ${machine.id}`;
  return { method: 'GET', path: pathOf(machine), what, answer: LeaseAnswerJson };
}

function pathOf(machine: MachineRef): string {
  return `${machinePath(machine)}/lease`;
}
