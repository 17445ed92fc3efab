import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { misshapen } from './misshapen.js';
import { token } from './tokens.js';

/** Msgpack heads that begin something: every type of array, map, text, bytes, number, extension and nil. */
const HEADS = [
  0x00, 0x7f, 0x80, 0x81, 0x90, 0x91, 0x92, 0x94, 0xa0, 0xa1, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
  0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc,
  0xdd, 0xde, 0xdf, 0xe0, 0xff,
];
const byte = fc.oneof(fc.constantFrom(...HEADS), fc.nat(255));

type Change = (bytes: Uint8Array) => Uint8Array;

const at = (part: number, { length }: Uint8Array) => Math.floor(part * length);
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(part, byte).map(
    ([where, value]): Change =>
      (bytes) =>
        bytes.with(at(where, bytes), value),
  ),
  part.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(where, bytes)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 4 }).map(
    (more): Change =>
      (bytes) =>
        Buffer.concat([bytes, more]),
  ),
  fc.tuple(part, fc.array(byte, { minLength: 1, maxLength: 4 })).map(
    ([where, more]): Change =>
      (bytes) => {
        const index = at(where, bytes);
        return Buffer.concat([bytes.subarray(0, index), Uint8Array.from(more), bytes.subarray(index)]);
      },
  ),
  fc.tuple(part, fc.integer({ min: 1, max: 4 })).map(
    ([where, count]): Change =>
      (bytes) => {
        const index = at(where, bytes);
        return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + count)]);
      },
  ),
);

/**
 * Bytes that are no token, or hardly one: changed tokens, other forms of msgpack within a token and alone,
 * plain noise.
 */
export const broken: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(token, fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([{ bytes }, changes]) =>
        changes.reduce((it, apply) => (it.length === 0 ? it : apply(it)), bytes),
      ),
  },
  { weight: 6, arbitrary: misshapen },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }).map((it) => encode(it)) },
  { weight: 1, arbitrary: fc.array(byte, { maxLength: 60 }).map((it) => Uint8Array.from(it)) },
);
