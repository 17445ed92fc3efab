import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon } from '../../src/macaroon/macaroon.js';
import { tryOurs } from './agreement.js';
import { base64, type Oracle } from './oracle.js';

/** The two readings of one token. */
export interface Readings {
  /** Our refusal; undefined if we read it. */
  readonly ours: string | undefined;
  /** Go's refusal, or the reason of its panic. */
  readonly theirs: string | undefined;
  /** The caveats that we read. */
  readonly caveats: readonly Caveat[] | undefined;
  /** The caveats as Go writes them again. */
  readonly packed: string | undefined;
  /** True if Go writes the token again as it came. */
  readonly canonical: boolean;
}

/** Lets both read a token. */
export async function readByBoth(bytes: Uint8Array, oracle: Oracle): Promise<Readings> {
  const ours = tryOurs(() => decodeMacaroon(bytes).caveats);
  const { error, decoded } = await oracle.ask({ op: 'decode', token: base64(bytes) });
  return {
    ours: ours.refusal,
    theirs: error,
    caveats: ours.value,
    packed: decoded?.packed,
    canonical: decoded?.token === base64(bytes),
  };
}

/** Tells whether both read the same caveats, or both refuse. */
export function areSame({ ours, theirs, caveats, packed }: Readings): boolean {
  if (caveats === undefined || packed === undefined) return ours !== undefined && theirs !== undefined;
  return base64(encodeCaveats(caveats)) === packed;
}
