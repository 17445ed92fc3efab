import { Encoder } from '@msgpack/msgpack';
import { assert, bigInt, boolean, oneof, property, string, uint8Array } from 'fast-check';
import { arrayHeader, encodeInteger, encodePlain, mapHeader } from '../../../src/macaroon/writer.js';

const encoder = new Encoder({ useBigInt64: true });
/** The package writes every bigint in nine bytes. */
const theirs = (value: bigint) =>
  encoder.encode(value >= -0x8000_0000n && value <= 0xffff_ffffn ? Number(value) : value);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('when msgpack is written', () => {
  it('is what the package writes, for any text, bytes and booleans', () => {
    const plain = oneof(string({ unit: 'grapheme' }), uint8Array({ maxLength: 300 }), boolean());
    assert(property(plain, (value) => hex(encodePlain(value)) === hex(encoder.encode(value))));
  });

  it.each([0, 31, 32, 255, 256, 65_535, 65_536])('at each edge of a length: %s', (length) => {
    const [text, bytes] = ['x'.repeat(length), new Uint8Array(length)];
    expect(hex(encodePlain(text))).toBe(hex(encoder.encode(text)));
    expect(hex(encodePlain(bytes))).toBe(hex(encoder.encode(bytes)));
    expect(hex(encoder.encode(Array(length).fill(null)))).toMatch(
      new RegExp(`^${hex(arrayHeader(length))}(c0)*$`),
    );
  });

  it.each([0, 15, 16, 65_535, 65_536])('a map of %s pairs', (length) => {
    const pairs = Object.fromEntries(Array.from({ length }, (_, index) => [`${index}`, null]));
    expect(hex(encoder.encode(pairs)).startsWith(hex(mapHeader(length)))).toBe(true);
  });

  it('takes the shortest form for any integer of 64 bits', () => {
    const any = bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
    assert(property(any, (value) => hex(encodeInteger(value)) === hex(theirs(value))));
    const edges = [5n, 7n, 8n, 15n, 16n, 31n, 32n, 63n].flatMap((bits) => {
      const power = 2n ** bits;
      return [power - 1n, power, -power, -power - 1n].filter((it) => it >= -(2n ** 63n));
    });
    for (const value of edges)
      expect([value, hex(encodeInteger(value))]).toEqual([value, hex(theirs(value))]);
  });

  it.each([2n ** 64n, -(2n ** 63n) - 1n])('refuses %s', (value) => {
    expect(() => encodeInteger(value)).toThrow(RangeError);
  });
});
