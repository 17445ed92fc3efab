import { ActionError } from '../errors.js';
import { type Caveat, caveatsNamed, encodeCaveats, isAttestation } from './caveats.js';
import { hmac } from './crypto.js';
import { decodeMacaroon, type Macaroon } from './macaroon.js';
import { Reader } from './reader.js';
import { arrayHeader, concat, encodePlain } from './writer.js';

/**
 * Adds caveats to a macaroon: all bytes before them stay as they came, in whatever encoding the issuer chose.
 * A caveat that is there already is skipped. Throws an `input` error for what can't be added: anything to a
 * finished proof, an attestation, a second third-party caveat for one location. (superfly/macaroon: macaroon.go)
 */
export function attenuate(macaroon: Macaroon, caveats: readonly Caveat[]): Macaroon {
  if (macaroon.nonce.proof === true) throw notAttenuable('a discharge is finished and takes no more caveats');
  const present = new Set(macaroon.caveats.map(fingerprint));
  // Those within `IfPresent` count where they stand already, not where they are added: so does Fly's own code.
  const locations = new Set(caveatsNamed(macaroon.caveats, '3P').map(({ body }) => body.location));
  const added: Uint8Array[] = [];
  let tail = macaroon.tail;
  for (const caveat of caveats) {
    if (present.has(fingerprint(caveat))) continue;
    if (isAttestation(caveat))
      throw notAttenuable(`the attestation ${caveat.name} belongs into a discharge only`);
    if (caveat.name === '3P') {
      const { location } = caveat.body;
      if (locations.has(location))
        throw notAttenuable(`there is a third-party caveat for ${location} already`);
      locations.add(location);
    }
    present.add(fingerprint(caveat));
    const encoded = encodeCaveats([caveat]);
    // The set of one caveat, without its one-byte array header, is what stands in the macaroon.
    added.push(encoded.subarray(1));
    tail = hmac(tail, encoded);
  }
  return decodeMacaroon(splice(macaroon, added, tail));
}

/** The macaroon's bytes with encoded caveats put behind its own, and a new tail. */
export function splice(macaroon: Macaroon, added: readonly Uint8Array[], tail: Uint8Array): Uint8Array {
  const { bytes, caveatsStart, caveatsEnd } = macaroon;
  const reader = new Reader(bytes.subarray(caveatsStart, caveatsEnd));
  const length = reader.arrayLength('caveats');
  return concat(
    bytes.subarray(0, caveatsStart),
    arrayHeader(length + 2 * added.length),
    bytes.subarray(caveatsStart + reader.offset, caveatsEnd),
    ...added,
    encodePlain(tail),
  );
}

function fingerprint(caveat: Caveat): string {
  return Buffer.from(encodeCaveats([caveat])).toString('base64');
}

function notAttenuable(reason: string): ActionError {
  return new ActionError('input', `Can't attenuate the token: ${reason}.`);
}
