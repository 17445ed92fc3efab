import type { Caveat } from '../../../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../../../src/macaroon/macaroon.js';
import { addThirdParty, mint, mintDischarge } from '../../../src/macaroon/mint.js';

export const KEY = Buffer.alloc(32, 1);
export const SHARED_KEY = Buffer.alloc(32, 2);
export const THIRD_PARTY = 'https://api.fly.io/aaa/v1';

let counter = 0;
/** Repeats from run to run, and never gives the same bytes twice in one. */
export const random = (size: number): Uint8Array => {
  counter += 1;
  return Buffer.alloc(size, `random ${counter} `);
};

export function window(notBefore: number, notAfter: number): Caveat {
  return { name: 'ValidityWindow', body: { not_before: BigInt(notBefore), not_after: BigInt(notAfter) } };
}

export function permission(...caveats: readonly Caveat[]): Macaroon {
  return mint({
    nonce: { kid: Buffer.from('key-1'), rnd: random(16), proof: false },
    location: PERMISSION_LOCATION,
    key: KEY,
    caveats,
  });
}

export function withThirdParty(macaroon: Macaroon, location = THIRD_PARTY): Macaroon {
  return addThirdParty(macaroon, { location, sharedKey: SHARED_KEY }, random);
}

/** The ticket of the macaroon's first third-party caveat. */
export function ticketIn(macaroon: Macaroon): Uint8Array {
  for (const caveat of macaroon.caveats) if (caveat.name === '3P') return caveat.body.ticket;
  throw new Error('the macaroon has no third-party caveat');
}

export function discharge(ticket: Uint8Array, ...caveats: readonly Caveat[]): Macaroon {
  return mintDischarge({ location: THIRD_PARTY, sharedKey: SHARED_KEY, ticket, caveats }, random);
}
