import type { Caveat } from '../../src/macaroon/caveats.js';
import type { Macaroon } from '../../src/macaroon/macaroon.js';
import { mint, openTicket } from '../../src/macaroon/mint.js';
import type { Poll, World } from '../world.js';

/** Fly's authentication service, and a third party of the user's with a key of its own. */
export type Party = Poll['party'];

export const PARTIES: readonly Party[] = ['aaa', 'own'];

/** Returns the location of a third party, as in the caveats that it clears. */
export function locationOf({ origin }: Pick<World, 'origin'>, party: Party): string {
  return `${origin}/${party}/v1`;
}

/** Returns the third party of this Fly at a location, if any. */
export function partyAt(world: Pick<World, 'origin'>, location: string): Party | undefined {
  return PARTIES.find((party) => locationOf(world, party) === location);
}

/** Id of the user that the authentication service attests. */
const USER_ID = 7_001n;

/** Options of a discharge. */
export interface DischargeOptions {
  readonly party: Party;
  readonly ticket: Uint8Array;
  /**
   * Lifetime in milliseconds. Default: the third party's setting. Negative: it ended that long ago; Infinity:
   * it never ends.
   */
  readonly lifetimeMs?: number | undefined;
  /**
   * Flaw of a discharge that clears nothing: it is for an unknown ticket, or under a key that isn't the
   * ticket's.
   */
  readonly flaw?: 'wrong-ticket' | 'wrong-key';
}

/**
 * Opens a ticket and mints its discharge: a validity window from now on, and from the authentication service
 * the id of the user. Throws a `token format` error for a ticket that doesn't open.
 */
export function issueDischarge(
  world: World,
  { party, ticket, lifetimeMs, flaw }: DischargeOptions,
): Macaroon {
  const { keys, random, settings } = world;
  const { dischargeKey } = openTicket(keys[party], ticket);
  const lifetime = lifetimeMs ?? settings[party].lifetimeMs;
  const attestation: Caveat[] = party === 'aaa' ? [{ name: 'FlyioUserID', body: USER_ID }] : [];
  return mint({
    nonce: { kid: flaw === 'wrong-ticket' ? random(ticket.length) : ticket, rnd: random(16), proof: true },
    location: locationOf(world, party),
    key: flaw === 'wrong-key' ? random(32) : dischargeKey,
    caveats: [...window(world, lifetime), ...attestation],
  });
}

function window({ clock }: World, lifetimeMs: number): Caveat[] {
  if (!Number.isFinite(lifetimeMs)) return [];
  const now = Math.floor(clock.now() / 1_000);
  const end = now + Math.floor(lifetimeMs / 1_000);
  // A window in the past must still be one: it starts before its end.
  const body = { not_before: BigInt(Math.min(now, end - 60)), not_after: BigInt(end) };
  return [{ name: 'ValidityWindow', body }];
}
