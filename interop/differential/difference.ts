import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { base64 } from './oracle.js';
import type { Readings } from './readings.js';

/** Where we and Fly's Go code differ, and mean to. */
export interface Difference {
  readonly what: string;
  /** Who reads it; the other refuses, `both` write it again differently. */
  readonly accepts: 'Go' | 'ours' | 'both';
  /** What the one who refuses says. */
  readonly refusal: RegExp;
  /** Go may write it again just as it came. Without this the row is only of encodings that Go itself never writes. */
  readonly canonical?: true;
  /** Of what both read: what makes of our caveats those that Go writes. */
  readonly asGo?: (caveats: readonly Caveat[]) => Caveat[];
  readonly why: string;
  readonly examples: readonly Uint8Array[];
}

/** Whether a row allows what the two made of a token. */
export function allows(row: Difference, { ours, theirs, caveats, packed, canonical }: Readings): boolean {
  const accepts = ours !== undefined ? 'Go' : theirs !== undefined ? 'ours' : 'both';
  return (
    row.accepts === accepts &&
    row.refusal.test(ours ?? theirs ?? '') &&
    (row.canonical === true || !canonical) &&
    (row.asGo === undefined || base64(encodeCaveats(row.asGo(caveats ?? []))) === packed)
  );
}
