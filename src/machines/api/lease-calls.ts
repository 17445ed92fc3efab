import * as v from '@badrap/valita';
import { READ } from '../../http/retry.js';
import type { BeforeSend, Call } from './call.js';
import { type MachineRef, machinePath } from './machine-path.js';

/** The sole right to change a machine for a while, which others are refused meanwhile. */
export interface Lease {
  /** Shown to Fly with each change. Whoever has it may change the machine: never to be shown to anybody else. */
  readonly nonce: string;
  readonly owner: string;
  readonly description: string;
  /** In milliseconds since 1970, by Fly's clock. */
  readonly expiresAt: number;
}

const Fields = v.object({
  nonce: v.string().assert((nonce) => nonce !== '', 'is empty'),
  owner: v.string().nullable().optional(),
  description: v.string().nullable().optional(),
  expires_at: v.number(),
});

/** What a lease is asked for with. */
export interface LeaseRequest {
  /** In seconds. */
  readonly ttl: number;
  /** Shown to whoever is refused meanwhile. */
  readonly description: string;
  /** Steps before each attempt, in their order. */
  readonly before?: readonly BeforeSend[];
}

/** An answer that tells of a lease: wrapped as Fly's own client reads it, or bare as Fly's specification has it. */
export const LeaseJson = v
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

/** Of a release, only the status counts. */
const Anything = v.unknown();

/** Takes the lease for `ttl` seconds. */
export function leaseAcquisition(
  machine: MachineRef,
  { ttl, description, before }: LeaseRequest,
): Call<Lease> {
  const what = `lease machine ${machine.id}`;
  const call = { method: 'POST', path: pathOf(machine), body: { ttl, description }, before } as const;
  return { ...call, what, answer: LeaseJson };
}

/** Lets the lease last another `ttl` seconds from now, however often that is asked. */
export function leaseRefresh(machine: MachineRef, nonce: string, ttl: number): Call<Lease> {
  const what = `refresh the lease of machine ${machine.id}`;
  return {
    ...{ method: 'POST', path: pathOf(machine), body: { ttl }, nonce, policy: READ },
    ...{ isUrgent: true, what, answer: LeaseJson },
  };
}

/** Gives the lease back. When an answer was lost, the next may be a 404: it is gone already. */
export function leaseRelease(machine: MachineRef, nonce: string): Call<unknown> {
  const what = `release the lease of machine ${machine.id}`;
  const call = { method: 'DELETE', path: pathOf(machine), nonce, policy: READ } as const;
  return { ...call, isUrgent: true, givesBack: true, what, answer: Anything };
}

/** Reads the lease, whoever holds it. */
export function leaseReading(machine: MachineRef): Call<Lease> {
  const what = `read the lease of machine ${machine.id}`;
  return { method: 'GET', path: pathOf(machine), what, answer: LeaseJson };
}

function pathOf(machine: MachineRef): string {
  return `${machinePath(machine)}/lease`;
}
