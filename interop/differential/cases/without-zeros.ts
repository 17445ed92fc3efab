import type { Caveat } from '../../../src/macaroon/caveats.js';

/**
 * Returns the same caveats with every GoogleUserID as a plain number: no leading zeros, and bytes in place of
 * nil.
 */
export function withoutZeros(caveats: readonly Caveat[]): Caveat[] {
  return caveats.map((caveat) => {
    if (caveat.name === 'IfPresent') {
      return { name: 'IfPresent', body: { ...caveat.body, ifs: withoutZeros(caveat.body.ifs) } };
    }
    if (caveat.name !== 'GoogleUserID') return caveat;
    const first = caveat.body.findIndex((byte) => byte !== 0);
    return { name: 'GoogleUserID', body: first < 0 ? new Uint8Array() : caveat.body.slice(first) };
  });
}
