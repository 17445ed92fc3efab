import { arrayHeader, concat, encodePlain } from '../../src/macaroon/writer.js';

/** Msgpack of the parts of a token, to be swapped for others; none needs to be right. */
export interface Parts {
  readonly head?: string;
  readonly nonce?: string;
  readonly location?: string;
  /** The elements of the list, types and bodies in turn. */
  readonly caveats?: readonly string[];
  readonly tail?: string;
  readonly behind?: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** A token in the bytes that are told, everything in hex; what isn't told is as it should be. */
export function rawToken(parts: Parts = {}): Uint8Array {
  const { head = '94', caveats = [], behind = '' } = parts;
  const nonce = parts.nonce ?? `93c40161c410${'00'.repeat(16)}c2`;
  const location = parts.location ?? hex(encodePlain('https://api.fly.io/v1'));
  const tail = parts.tail ?? `c420${'00'.repeat(32)}`;
  const list = hex(arrayHeader(caveats.length));
  return concat(Buffer.from([head, nonce, location, list, ...caveats, tail, behind].join(''), 'hex'));
}
