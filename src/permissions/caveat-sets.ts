import {
  type Bundle,
  dischargesFor,
  endOf,
  ownCaveats,
  type Ticket,
  type Token,
} from '../macaroon/bundle.js';
import { type Caveat, isAttestation } from '../macaroon/caveats.js';
import type { CaveatSets } from '../macaroon/verdict.js';

/** Bundle with the discharges at hand, and the time in Unix milliseconds. */
export interface DischargedBundle {
  readonly bundle: Bundle;
  readonly now: number;
}

/**
 * Returns, for each permission token, the caveats that an access must satisfy, with those of discharges at hand. A third
 * party without a discharge forbids the access. undefined stands for a token that can't be read.
 */
export function caveatSets({ bundle, now }: DischargedBundle): CaveatSets {
  const sets = bundle.permissions.map(({ macaroon }) =>
    macaroon.caveats.flatMap((caveat) => {
      if (caveat.name !== '3P') return [caveat];
      const discharge = dischargeAtHand(caveat.body, { bundle, now });
      return discharge === undefined ? [caveat] : restrictions(discharge);
    }),
  );
  return [...sets, ...bundle.malformed.map(() => undefined)];
}

/** Returns the permission tokens' own caveats, without those of third parties. */
export function ownSets({ permissions, malformed }: Pick<Bundle, 'permissions' | 'malformed'>): CaveatSets {
  return [...permissions.map(ownCaveats), ...malformed.map(() => undefined)];
}

/** Finds a discharge at hand that clears a ticket now; undefined for none. */
export function dischargeAtHand(ticket: Ticket, { bundle, now }: DischargedBundle): Token | undefined {
  return dischargesFor(ticket, bundle.discharges).find((token) => endOf(token) > now);
}

/** Returns the caveats that a discharge adds to its token, except its own end: another is fetched before that. */
function restrictions({ macaroon }: Token): Caveat[] {
  const settled = new Set(['3P', 'BindToParentToken', 'ValidityWindow']);
  return macaroon.caveats.filter((caveat) => !settled.has(caveat.name) && !isAttestation(caveat));
}
