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

/** A bundle with the discharges that are at hand, and what time it is in Unix milliseconds. */
export interface DischargedBundle {
  readonly bundle: Bundle;
  readonly now: number;
}

/** What each permission token's accesses must satisfy, discharges at hand included; a third party that is missing forbids. */
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

/** What the permission tokens say themselves, third parties aside. */
export function ownSets({ permissions, malformed }: Pick<Bundle, 'permissions' | 'malformed'>): CaveatSets {
  return [...permissions.map(ownCaveats), ...malformed.map(() => undefined)];
}

/** The discharge at hand that a ticket can be cleared with now. */
export function dischargeAtHand(ticket: Ticket, { bundle, now }: DischargedBundle): Token | undefined {
  return dischargesFor(ticket, bundle.discharges).find((token) => endOf(token) > now);
}

/** What a discharge adds to its token, its own end aside: another is fetched before. */
function restrictions({ macaroon }: Token): Caveat[] {
  const settled = new Set(['3P', 'BindToParentToken', 'ValidityWindow']);
  return macaroon.caveats.filter((caveat) => !settled.has(caveat.name) && !isAttestation(caveat));
}
