import { createCipheriv, createDecipheriv } from 'node:crypto';
import { malformed } from './reader.js';
import { concat } from './writer.js';

/** Gives `size` random bytes; handed in, so that tests and simulations repeat. */
export type Random = (size: number) => Uint8Array;

const NONCE_SIZE = 12;
const TAG_SIZE = 16;

/** Encrypts under ChaCha20-Poly1305, the nonce in front. (superfly/macaroon: crypto.go) */
export function seal(key: Uint8Array, plain: Uint8Array, random: Random): Uint8Array {
  const nonce = random(NONCE_SIZE);
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_SIZE });
  return concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Decrypts what `seal` made; throws a `token format` error when the key is another or a byte was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < NONCE_SIZE + TAG_SIZE) throw malformed('a sealed box is too short');
  const nonce = sealed.subarray(0, NONCE_SIZE);
  const end = sealed.length - TAG_SIZE;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_SIZE });
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return concat(decipher.update(sealed.subarray(NONCE_SIZE, end)), decipher.final());
  } catch {
    throw malformed('a sealed box does not open under this key');
  }
}
