import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { base64 } from './oracle.js';
import type { Readings } from './readings.js';

/** An intended difference between our code and Fly's Go code. */
export interface Difference {
  readonly what: string;
  /** Side that reads it; the other refuses. `both` read it and write it again differently. */
  readonly accepts: 'Go' | 'ours' | 'both';
  /** Words of the side that refuses. */
  readonly refusal: RegExp;
  /**
   * True if Go may write it again as it came. Otherwise the row covers only encodings that Go itself never
   * writes.
   */
  readonly canonical?: true;
  /** Turns our caveats into those that Go writes, if both read it. */
  readonly asGo?: (caveats: readonly Caveat[]) => Caveat[];
  readonly why: string;
  readonly examples: readonly Uint8Array[];
}

/** Tells whether a row allows the two readings of a token. */
export function allows(row: Difference, { ours, theirs, caveats, packed, canonical }: Readings): boolean {
  const accepts = ours !== undefined ? 'Go' : theirs !== undefined ? 'ours' : 'both';
  return (
    row.accepts === accepts &&
    row.refusal.test(ours ?? theirs ?? '') &&
    (row.canonical === true || !canonical) &&
    (row.asGo === undefined || base64(encodeCaveats(row.asGo(caveats ?? []))) === packed)
  );
}
