import { createHash } from 'node:crypto';
import { binary } from './codec.js';
import { malformed, type Reader } from './reader.js';
import { arrayHeader, concat, encodePlain } from './writer.js';

/**
 * Mark of one macaroon: the id of the key that signs it and 16 random bytes. Version 1 adds
 * whether it is a proof, that is a discharge; tokens keep the version they were issued in.
 * (superfly/macaroon: nonce.go)
 */
export interface Nonce {
  /** Key id; in a discharge, the ticket that it answers. */
  readonly kid: Uint8Array;
  readonly rnd: Uint8Array;
  /** Absent in version 0, which knows no proofs. */
  readonly proof?: boolean;
}

const RND_SIZE = 16;
const KID_NAMESPACE = Buffer.from('968fc2c6a94f4988a5442ad72b02f222', 'hex');

/** Reads a nonce of either version; throws a `token format` error for any other. */
export function readNonce(reader: Reader): Nonce {
  const length = reader.arrayLength('nonce');
  if (length !== 2 && length !== 3) throw malformed(`nonce has ${length} fields instead of 2 or 3`);
  return reader.nested(() => {
    const kid = binary.read(reader, 'nonce.kid');
    const rnd = reader.binary('nonce.rnd');
    if (rnd.length !== RND_SIZE) throw malformed(`nonce.rnd has ${rnd.length} bytes instead of ${RND_SIZE}`);
    return length === 2 ? { kid, rnd } : { kid, rnd, proof: reader.boolean('nonce.proof') };
  });
}

/** Encodes a nonce in its own version; these bytes are what the first HMAC is computed of. */
export function encodeNonce({ kid, rnd, proof }: Nonce): Uint8Array {
  const fields = proof === undefined ? [rnd] : [rnd, proof];
  return concat(arrayHeader(1 + fields.length), binary.write(kid), ...fields.map(encodePlain));
}

/** The token's UUID, under which Fly's logs know it. Not secret. */
export function tokenUuid({ kid, rnd }: Nonce): string {
  const hex = uuidV5(uuidV5(KID_NAMESPACE, kid), rnd).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function uuidV5(namespace: Buffer, name: Uint8Array): Buffer {
  const uuid = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x50, 6);
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuid;
}
