/** Joins pieces of msgpack into one. */
export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(pieces);
}

/** Encodes a string, binary or boolean as Fly's Go code does (msgpack's `str` and `bin` families). */
export function encodePlain(value: string | Uint8Array | boolean): Uint8Array {
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xc3 : 0xc2);
  if (typeof value !== 'string') return concat(wideHeader(value.length, 0xc4), value);
  const text = Buffer.from(value);
  const header = text.length < 32 ? Uint8Array.of(0xa0 | text.length) : wideHeader(text.length, 0xd9);
  return concat(header, text);
}

/** Encodes an integer of up to 64 bits in its shortest form, without a sign where it has none. */
export function encodeInteger(value: bigint): Uint8Array {
  if (value >= -32n && value < 128n) return Uint8Array.of(Number(value & 0xffn));
  const width = [0, 1, 2, 3].find((it) => {
    const bits = 8 << it;
    return value < 0n ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  });
  if (width === undefined) throw new RangeError('an integer has 64 bits at most');
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return concat(Uint8Array.of((value < 0n ? 0xd0 : 0xcc) + width), bytes.subarray(8 - 2 ** width));
}

/** Header of an array of `length` elements; the elements are appended by the caller. */
export function arrayHeader(length: number): Uint8Array {
  return length < 16 ? Uint8Array.of(0x90 | length) : wideHeader(length, 0xdb, 1);
}

/** Header of a map of `length` pairs; keys and values are appended by the caller. */
export function mapHeader(length: number): Uint8Array {
  return length < 16 ? Uint8Array.of(0x80 | length) : wideHeader(length, 0xdd, 1);
}

/**
 * Header with a length of one, two or four bytes, at least `2 ** least`; its first byte is the family's plus 0, 1 or 2. The
 * families of arrays and maps have none of one byte.
 */
function wideHeader(length: number, family: number, least: 0 | 1 = 0): Uint8Array {
  const width = Math.max(least, length < 0x100 ? 0 : length < 0x1_0000 ? 1 : 2);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return concat(Uint8Array.of(family + width), bytes.subarray(4 - 2 ** width));
}
