import { Encoder } from '@msgpack/msgpack';

const encoder = new Encoder({ useBigInt64: true });

/** Joins pieces of msgpack into one. */
export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(pieces);
}

/** Encodes a string, binary or boolean as Fly's Go code does (msgpack's `str` and `bin` families). */
export function encodePlain(value: string | Uint8Array | boolean): Uint8Array {
  return encoder.encode(value);
}

/**
 * Encodes an integer of up to 64 bits in its shortest form. The package writes every bigint in nine bytes,
 * so whatever fits 32 bits is handed over as a number.
 */
export function encodeInteger(value: bigint): Uint8Array {
  return encoder.encode(value >= -0x8000_0000n && value <= 0xffff_ffffn ? Number(value) : value);
}

/** Header of an array of `length` elements; the elements are appended by the caller. */
export function arrayHeader(length: number): Uint8Array {
  return header(length, 0x90, 0xdc);
}

/** Header of a map of `length` pairs; keys and values are appended by the caller. */
export function mapHeader(length: number): Uint8Array {
  return header(length, 0x80, 0xde);
}

function header(length: number, fixed: number, wide: number): Uint8Array {
  if (length <= 0x0f) return Uint8Array.of(fixed | length);
  if (length <= 0xffff) return Uint8Array.of(wide, length >> 8, length & 0xff);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(wide + 1, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
