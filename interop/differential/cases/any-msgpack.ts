import fc from 'fast-check';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const number = (bytes: number, value: bigint) => value.toString(16).padStart(2 * bytes, '0');

/** Function that writes the head of something of the given length. */
type Head = (length: number) => string;
const wide =
  (code: string, bytes: number): Head =>
  (length) =>
    code + number(bytes, BigInt(length));
const short =
  (first: number, most: number, longer: Head): Head =>
  (length) =>
    length <= most ? number(1, BigInt(first + length)) : longer(length);

const TEXT = [short(0xa0, 31, wide('d9', 1)), wide('d9', 1), wide('da', 2), wide('db', 4)];
const BINARY = [wide('c4', 1), wide('c5', 2), wide('c6', 4)];
const ARRAY = [short(0x90, 15, wide('dc', 2)), wide('dc', 2), wide('dd', 4)];
const MAP = [short(0x80, 15, wide('de', 2)), wide('de', 2), wide('df', 4)];

const content = fc.oneof(
  fc.string({ maxLength: 6 }).map((it) => hex(Buffer.from(it))),
  fc.uint8Array({ maxLength: 34 }).map(hex),
);
const bytesUnder = (heads: Head[]) =>
  fc.tuple(fc.constantFrom(...heads), content).map(([head, it]) => head(it.length / 2) + it);

/** Signed and unsigned integers of 1, 2, 4 and 8 bytes, mostly of more bytes than the value needs. */
const integer = fc
  .tuple(fc.nat(7), fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 2n ** 64n - 1n)))
  .map(([kind, value]) => {
    const bytes = 2 ** (kind % 4);
    return number(1, 0xccn + BigInt(kind)) + number(bytes, BigInt.asUintN(8 * bytes, value));
  });

/** Type -1 is a time, the only extension that Go's reader knows. */
const extension = fc
  .tuple(fc.constantFrom(['d4', 1], ['d6', 4], ['d7', 8], ['c70c', 12] as const), fc.constantFrom('ff', '05'))
  .map(([[code, size], type]) => code + type + '00'.repeat(Number(size)));

const plain = fc.oneof(
  fc.constantFrom('00', '01', '7f', 'e0', 'ff'),
  fc.constantFrom('c0', 'c1', 'c2', 'c3', 'ca3f800000', 'cb3ff0000000000000'),
  integer,
  bytesUnder(TEXT),
  bytesUnder(BINARY),
);

/** Any value of msgpack in hex: every type in every width, including forms that no program writes. */
export const anyMsgpack: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; pairs: string }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 8, arbitrary: plain },
      { weight: 1, arbitrary: extension },
      { weight: 2, arbitrary: tie('list') },
      { weight: 2, arbitrary: tie('pairs') },
    ),
    list: fc
      .tuple(fc.constantFrom(...ARRAY), fc.array(tie('value'), { maxLength: 4 }))
      .map(([head, items]) => head(items.length) + items.join('')),
    pairs: fc
      .tuple(fc.constantFrom(...MAP), fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }))
      .map(([head, items]) => head(items.length) + items.flat().join('')),
  }),
).value;
