import { ActionError } from '../../errors.js';
import { formatTime } from '../../text.js';
import { Refusal } from '../api/refusals.js';
import type { Holder } from '../machine/machine.js';

/** Advice where another client's lease is the obstacle. */
export const LEASE_HINT =
  'Give the step more time with `timeout`, or leave such machines out with `on-lease: skip`; a `concurrency` group shared with deploys prevents it.';

/** Error of a machine on which another client holds a lease, as it was read. */
export class ForeignLease extends ActionError {
  readonly holder: Holder;

  /** `refused`: what came of a request before the lease was read. */
  constructor(holder: Holder, refused?: ActionError) {
    const { message, hint = LEASE_HINT, status, requestId } = refused ?? { message: undefined };
    // The class says the rest.
    super('lease held', message === undefined ? heldWords(holder) : `${message} (${holder.description})`, {
      hint,
      status,
      requestId,
      cause: refused,
    });
    this.holder = holder;
  }
}

/** Returns whether another client's lease is the obstacle, by Fly's refusal or as it was read. */
export function isLease(error: unknown): error is Refusal | ForeignLease {
  return error instanceof ForeignLease || (error instanceof Refusal && error.class === 'lease held');
}

/** Says who holds a lease, until when, and what for in the holder's own words. */
export function heldWords({ owner, until, description }: Holder): string {
  const words = description === undefined ? '' : ` (${description})`;
  return `held by ${owner} until ${formatTime(until)}${words}`;
}
