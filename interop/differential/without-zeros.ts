import type { Caveat } from '../../src/macaroon/caveats.js';

/** The same caveats with every GoogleUserID as the number that it is: no zeros in front, and bytes where nil stood. */
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
