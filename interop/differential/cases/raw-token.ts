import { arrayHeader, concat, encodePlain } from '../../../src/macaroon/writer.js';

/** Parts of a token in msgpack, each replaceable; none needs to be right. */
export interface TokenParts {
  readonly head?: string;
  readonly nonce?: string;
  readonly location?: string;
  /** Elements of the list, types and bodies in turn. */
  readonly caveats?: readonly string[];
  readonly tail?: string;
  readonly behind?: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Builds a token from its parts, all in hex; a missing part is as it should be. */
export function rawToken(parts: TokenParts = {}): Uint8Array {
  const { head = '94', caveats = [], behind = '' } = parts;
  const nonce = parts.nonce ?? `93c40161c410${'00'.repeat(16)}c2`;
  const location = parts.location ?? hex(encodePlain('https://api.fly.io/v1'));
  const tail = parts.tail ?? `c420${'00'.repeat(32)}`;
  const list = hex(arrayHeader(caveats.length));
  return concat(Buffer.from([head, nonce, location, list, ...caveats, tail, behind].join(''), 'hex'));
}
