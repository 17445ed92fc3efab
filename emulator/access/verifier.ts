import { parseToken } from '../../src/macaroon/bundle.js';
import type { Caveat } from '../../src/macaroon/caveats.js';
import { type Macaroon, PERMISSION_LOCATION } from '../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../src/macaroon/nonce.js';
import { verify } from '../../src/macaroon/verify.js';
import { unlessRefused } from './unless-refused.js';

/** A permission token that verified, with all caveats that an access must satisfy. */
export interface Permission {
  readonly uuid: string;
  readonly caveats: readonly Caveat[];
  /** Those caveats that say when the token holds. */
  readonly windows: readonly Caveat[];
  /** The token itself, encoded. */
  readonly bytes: Uint8Array;
}

/** The tokens of one header, whenever it comes: whether they hold now is another question. */
export interface VerifiedHeader {
  readonly permissions: readonly Permission[];
  /** True: a part of it is no token. */
  readonly isMalformed: boolean;
}

/** Keys under which tokens verify. */
interface VerifierKeys {
  readonly kid: Uint8Array;
  readonly root: Uint8Array;
  /** Key shared with the third party whose word on a bearer's identity counts. */
  readonly aaa: Uint8Array;
}

/** Number of headers to keep: the steps of a job share a few. */
const MOST_KEPT = 64;

/**
 * Creates a function that verifies the tokens of an Authorization header, for a location of the authentication
 * service. It keeps what it found, by header and location, because a client sends one header many times.
 */
export function createVerifier(keys: VerifierKeys): (header: string, aaa: string) => VerifiedHeader {
  const kept = new Map<string, VerifiedHeader>();
  return (header, aaa) => {
    const key = `${aaa} ${header}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const found = verifyHeader(keys, header, aaa);
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, found);
    return found;
  };
}

function verifyHeader(keys: VerifierKeys, header: string, aaa: string): VerifiedHeader {
  const read = splitHeader(header)
    .filter((text) => !text.startsWith('fo1_'))
    .map(readMacaroon);
  const macaroons = read.filter((it) => it !== undefined);
  const discharges = macaroons.filter(({ location }) => location !== PERMISSION_LOCATION);
  const trusted = new Map([[aaa, [keys.aaa]]]);
  const permissions = macaroons
    .filter(({ location }) => location === PERMISSION_LOCATION)
    .flatMap((macaroon): Permission[] => {
      if (Buffer.compare(macaroon.nonce.kid, keys.kid) !== 0) return [];
      const caveats = unlessRefused(() => verify({ macaroon, key: keys.root, discharges, trusted }));
      if (caveats === undefined) return [];
      const windows = caveats.filter(({ name }) => name === 'ValidityWindow');
      return [{ uuid: tokenUuid(macaroon.nonce), caveats, windows, bytes: macaroon.bytes }];
    });
  return { permissions, isMalformed: read.includes(undefined) };
}

/** Splits an Authorization header: schemes (`FlyV1`, `Bearer`, any case, repeated) first, then tokens. */
export function splitHeader(header: string): string[] {
  let rest = header.trim();
  for (;;) {
    const [scheme] = /^(?:bearer|flyv1)\s+/i.exec(rest) ?? [];
    if (scheme === undefined) return rest.split(',').map((text) => text.trim());
    rest = rest.slice(scheme.length);
  }
}

/** Reads a token; undefined when it is none. */
export function readMacaroon(text: string): Macaroon | undefined {
  if (!/^(?:fm2|fm1r|fm1a)_/.test(text)) return undefined;
  return unlessRefused(() => parseToken(text).macaroon);
}
