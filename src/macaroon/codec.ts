import { malformed, type Reader } from './reader.js';
import { arrayHeader, concat, encodeInteger, encodePlain, mapHeader } from './writer.js';

/** Reader and writer of one shape of value in msgpack. Reading refuses any other shape. */
export interface Codec<T> {
  read(reader: Reader, what: string): T;
  /** Canonical bytes, as Fly's Go code writes them: shortest integers, map keys in ascending order. */
  write(value: T): Uint8Array;
}

/** The type of the values that a codec reads and writes. */
export type Value<C> = C extends Codec<infer T> ? T : never;

const NIL = { bytes: new Uint8Array(), list: [], map: new Map<never, never>() } as const;

/**
 * True for an empty value that stands for nil: Go writes that for bytes, lists and maps that were never made, and
 * signs over just that. Identity tells it apart; for a reader of its content it is empty.
 */
export function isNil(value: unknown): boolean {
  return value === NIL.bytes || value === NIL.list || value === NIL.map;
}

function orNil<T>(nil: T, of: Codec<T>): Codec<T> {
  return {
    read: (reader, what) => (reader.nil(what) ? nil : of.read(reader, what)),
    write: (value) => (value === nil ? Uint8Array.of(0xc0) : of.write(value)),
  };
}

const integer = (least: bigint, most: bigint): Codec<bigint> => ({
  read(reader, what) {
    const value = reader.integer(what);
    if (value < least || value > most) throw malformed(`${what} is out of range`);
    return value;
  },
  write: encodeInteger,
});

const small = (most: bigint): Codec<number> => {
  const exact = integer(0n, most);
  return {
    read: (reader, what) => Number(exact.read(reader, what)),
    write: (value) => encodeInteger(BigInt(value)),
  };
};

/** Unsigned integers of 64 bits, exact. */
export const uint64 = integer(0n, 2n ** 64n - 1n);
/** Signed integers of 64 bits, exact. */
export const int64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
/** Unsigned integers of 32 bits. */
export const uint32 = small(2n ** 32n - 1n);
/** Unsigned integers of 16 bits. */
export const uint16 = small(2n ** 16n - 1n);

/** UTF-8 strings. */
export const text: Codec<string> = { read: (reader, what) => reader.text(what), write: encodePlain };
/** Bytes. */
export const binary: Codec<Uint8Array> = orNil<Uint8Array>(NIL.bytes, {
  read: (reader, what) => reader.binary(what),
  write: encodePlain,
});
/** True or false. */
export const boolean: Codec<boolean> = { read: (reader, what) => reader.boolean(what), write: encodePlain };

/** An array of any length whose elements have one shape. */
export const list = <T>(of: Codec<T>): Codec<readonly T[]> =>
  orNil<readonly T[]>(NIL.list, {
    read(reader, what) {
      const length = reader.arrayLength(what);
      return reader.nested(() => Array.from({ length }, () => of.read(reader, what)));
    },
    write: (values) => concat(arrayHeader(values.length), ...values.map(of.write)),
  });

/** A Go struct: an array that holds exactly the given fields, in their order. */
export const struct = <F extends Record<string, Codec<unknown>>>(
  fields: F,
): Codec<{ readonly [N in keyof F]: Value<F[N]> }> => {
  const entries = Object.entries(fields);
  return {
    read(reader, what) {
      const length = reader.arrayLength(what);
      if (length !== entries.length)
        throw malformed(`${what} has ${length} fields instead of ${entries.length}`);
      const read = reader.nested(() =>
        entries.map(([name, codec]) => [name, codec.read(reader, `${what}.${name}`)] as const),
      );
      // The entries come from `fields`, so the object has its names and its values' types.
      return Object.fromEntries(read) as { readonly [N in keyof F]: Value<F[N]> };
    },
    write: (value) =>
      concat(arrayHeader(entries.length), ...entries.map(([name, codec]) => codec.write(value[name]))),
  };
};

/** A map; a key that stands twice is refused, since readers differ on which of the two counts. */
export const map = <K extends bigint | string, V>(key: Codec<K>, value: Codec<V>): Codec<ReadonlyMap<K, V>> =>
  orNil(NIL.map, {
    read(reader, what) {
      const length = reader.mapLength(what);
      const entries = new Map<K, V>();
      reader.nested(() => {
        for (let i = 0; i < length; i += 1) entries.set(key.read(reader, what), value.read(reader, what));
      });
      if (entries.size !== length) throw malformed(`${what} holds a key twice`);
      return entries;
    },
    write(entries) {
      const sorted = [...entries].sort(([a], [b]) => compare(a, b));
      return concat(mapHeader(sorted.length), ...sorted.flatMap(([k, v]) => [key.write(k), value.write(v)]));
    },
  });

/** Go sorts strings by their UTF-8 bytes, JavaScript by UTF-16 units: the two differ beyond the BMP. */
function compare(a: bigint | string, b: bigint | string): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
