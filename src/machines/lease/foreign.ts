import { ActionError } from '../../errors.js';
import { formatTime } from '../../text.js';
import { Refusal } from '../api/refusals.js';
import type { Holder } from '../machine/machine.js';

/** Advice where another client's lease is the obstacle. */
export const LEASE_HINT =
  'Give the step more time with `timeout`, or leave such machines out with `on-lease: skip`; a `concurrency` group shared with deploys prevents it.';

/** Error of a machine on which another client holds a lease, as it was read before anything was sent. */
export class ForeignLease extends ActionError {
  readonly holder: Holder;

  constructor(holder: Holder) {
    // The class says the rest.
    super('lease held', heldWords(holder), { hint: LEASE_HINT });
    this.holder = holder;
  }
}

/** Returns whether another client's lease is the obstacle, by Fly's refusal or as it was read. */
export function isLease(error: unknown): error is Refusal | ForeignLease {
  return error instanceof ForeignLease || (error instanceof Refusal && error.class === 'lease held');
}

/** Says who holds a lease, and until when. */
export function heldWords({ owner, until }: Holder): string {
  return `held by ${owner} until ${formatTime(until)}`;
}
