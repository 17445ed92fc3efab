import fc from 'fast-check';
import { type Caveat, isAttestation } from '../../../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../../../src/macaroon/macaroon.js';
import { mint } from '../../../src/macaroon/mint.js';
import type { Nonce } from '../../../src/macaroon/nonce.js';
import { anyCaveat, name } from './caveats.js';

/** Key of the issuer in these tests. */
export const KEY = new Uint8Array(32).fill(7);

const kid = fc.oneof(
  fc.constantFrom(new Uint8Array(), Buffer.from('key-1')),
  fc.uint8Array({ maxLength: 300 }),
);
const rnd = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** Nonces of both versions. */
export const nonce: fc.Arbitrary<Nonce> = fc.oneof(
  fc.record({ kid, rnd }),
  fc.record({ kid, rnd, proof: fc.boolean() }),
);

/**
 * Leaves out caveats that the token can't hold: attestations except in a proof, a second third party at one
 * location.
 */
export function keepFitting(caveats: readonly Caveat[], { proof }: Nonce): Caveat[] {
  const locations = new Set<string>();
  return caveats.filter((caveat) => {
    if (isAttestation(caveat)) return proof === true;
    if (caveat.name !== '3P') return true;
    const isNew = !locations.has(caveat.body.location);
    locations.add(caveat.body.location);
    return isNew;
  });
}

/** Tokens that we mint, under {@link KEY}. */
export const token: fc.Arbitrary<Macaroon> = fc
  .record({
    nonce,
    location: fc.oneof(fc.constant(PERMISSION_LOCATION), name),
    caveats: fc.array(anyCaveat, { maxLength: 6 }),
  })
  .map(({ nonce, location, caveats }) =>
    mint({ nonce, location, key: KEY, caveats: keepFitting(caveats, nonce) }),
  );
