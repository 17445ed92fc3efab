import { Reader } from '../../../src/macaroon/reader.js';

const over = (...bytes: number[]) => new Reader(Uint8Array.from(bytes));

describe('when integers are read', () => {
  it.each<[string, number[], bigint]>([
    ['positive fixint', [0x7f], 127n],
    ['negative fixint', [0xff], -1n],
    ['uint8', [0xcc, 0xff], 255n],
    ['uint16', [0xcd, 0x01, 0x00], 256n],
    ['uint32', [0xce, 0xff, 0xff, 0xff, 0xff], 2n ** 32n - 1n],
    ['uint64', [0xcf, 255, 255, 255, 255, 255, 255, 255, 255], 2n ** 64n - 1n],
    ['int8', [0xd0, 0x80], -128n],
    ['int16', [0xd1, 0x80, 0x00], -32768n],
    ['int32', [0xd2, 0x80, 0, 0, 0], -(2n ** 31n)],
    ['int64', [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], -(2n ** 63n)],
    ['a small number in nine bytes', [0xcf, 0, 0, 0, 0, 0, 0, 0, 5], 5n],
  ])('takes %s', (_, bytes, value) => {
    const reader = over(...bytes);
    expect(reader.integer('x')).toBe(value);
    reader.end('x');
  });

  it.each([[[0xca, 0, 0, 0, 0]], [[0xa1, 0x31]], [[0xc0]], [[0xcf, 0, 0]]])('refuses %j', (bytes) => {
    expect(() => over(...bytes).integer('x')).toThrow(expect.objectContaining({ class: 'token format' }));
  });
});

describe('when a header claims more than there is', () => {
  it.each<[string, number[], (reader: Reader) => unknown]>([
    ['array32 of 4 billion', [0xdd, 255, 255, 255, 255], (it) => it.arrayLength('x')],
    ['array16', [0xdc, 0, 2, 0], (it) => it.arrayLength('x')],
    ['map32 of 2 billion', [0xdf, 127, 255, 255, 255, 0, 0], (it) => it.mapLength('x')],
    ['fixmap with half a pair', [0x81, 0], (it) => it.mapLength('x')],
    ['bin32 of 4 GB', [0xc6, 255, 255, 255, 255, 0], (it) => it.binary('x')],
    ['str8', [0xd9, 2, 0x61], (it) => it.text('x')],
    ['a header cut off', [0xdb, 0, 0], (it) => it.text('x')],
  ])('refuses %s', (_, bytes, read) => {
    expect(() => read(over(...bytes))).toThrow(expect.objectContaining({ class: 'token format' }));
  });
});

describe('when a value is passed over', () => {
  it('keeps its bytes and stands behind it', () => {
    const value = [0x92, 0x81, 0xa1, 0x61, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0, 0xc4, 1, 9];
    const reader = over(...value, 0xc0);
    expect([...reader.raw('x')]).toEqual(value);
    expect(reader.offset).toBe(value.length);
  });

  it('refuses nesting beyond 32 levels, in unknown values too', () => {
    expect(() => over(...Array(4096).fill(0x91), 0).raw('x')).toThrow('nested deeper than 32 levels');
    expect(() => over(...Array(32).fill(0x91), 0).raw('x')).not.toThrow();
    // A header of one element for each five bytes: this shape ends a careless decoder with out of memory.
    const hostile = Array.from({ length: 800 }, () => [0xdd, 0, 0, 0, 1]).flat();
    expect(() => over(...hostile, 0).raw('x')).toThrow('nested deeper');
  });

  it.each([[[0xc1]], [[0xd4, 1, 2]], [[0xc7, 1, 2, 3]]])('refuses extension types: %j', (bytes) => {
    expect(() => over(...bytes).raw('x')).toThrow('extension type');
  });
});

it('refuses text that is not UTF-8', () => {
  expect(() => over(0xa2, 0xc3, 0x28).text('location')).toThrow('location is not UTF-8');
});
