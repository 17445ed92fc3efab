import { type Caveat, encodeCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon } from '../../src/macaroon/macaroon.js';
import { given } from './agreement.js';
import { base64, type Oracle } from './oracle.js';

/** What the two make of one token. */
export interface Readings {
  /** Our refusal; undefined where we read it. */
  readonly ours: string | undefined;
  /** Go's refusal, or what it panicked of. */
  readonly theirs: string | undefined;
  /** The caveats as we read them. */
  readonly caveats: readonly Caveat[] | undefined;
  /** The caveats as Go writes them again. */
  readonly packed: string | undefined;
  /** Whether Go writes the token again just as it came. */
  readonly canonical: boolean;
}

/** Has a token read by both. */
export async function read(bytes: Uint8Array, oracle: Oracle): Promise<Readings> {
  const ours = given(() => decodeMacaroon(bytes).caveats);
  const { error, decoded } = await oracle.ask({ op: 'decode', token: base64(bytes) });
  return {
    ours: ours.refusal,
    theirs: error,
    caveats: ours.value,
    packed: decoded?.packed,
    canonical: decoded?.token === base64(bytes),
  };
}

/** Whether both read it, to the same caveats, or both refuse it. */
export function same({ ours, theirs, caveats, packed }: Readings): boolean {
  if (caveats === undefined || packed === undefined) return ours !== undefined && theirs !== undefined;
  return base64(encodeCaveats(caveats)) === packed;
}
