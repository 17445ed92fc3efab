import { createHash, createHmac } from 'node:crypto';

/** HMAC-SHA256, the step from one tail to the next. */
export function hmac(key: Uint8Array | string, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** SHA-256, by which a discharge is bound to tails. */
export function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/** The tail of a finished proof, behind which nothing can be added. (superfly/macaroon: macaroon.go) */
export function finalize(tail: Uint8Array): Uint8Array {
  return hmac('proof-signature-finalization', tail);
}
