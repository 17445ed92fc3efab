import { ActionError } from '../errors.js';
import { excerpt } from '../text.js';
import { formatAction, parseAction } from './action-mask.js';
import { isNil } from './codec.js';

/** Form of one shape of value in JSON, written and read; `at` says for an error where it stands. */
export interface Form<T> {
  write(value: T): unknown;
  read(json: unknown, at: string): T;
  /** Sentence that says what to write there. */
  readonly hint?: string;
  /** Value of a field that is left out; undefined where it must be given. */
  readonly absent?: T;
}

/** An `input` error whose message fits behind the name of what was read. */
export function wrong(at: string, what: string, hint?: string): ActionError {
  return new ActionError('input', `is wrong at \`${excerpt(at)}\`: ${what}`, { hint });
}

const integer = (least: bigint, most: bigint, hint?: string): Form<bigint> => ({
  ...(hint !== undefined && { hint }),
  write: (value) => (safe(Number(value)) ? Number(value) : `${value}`),
  read(json, at) {
    if (typeof json === 'number' && !safe(json)) {
      throw wrong(
        at,
        'a number beyond 2^53 or with a fraction is not exact in JSON; put its digits in quotes',
      );
    }
    const digits = typeof json === 'number' ? `${json}` : json;
    const isWhole = typeof digits === 'string' && /^(0|-?[1-9]\d{0,19})$/.test(digits);
    const value = isWhole ? BigInt(digits) : undefined;
    if (value === undefined || value < least || value > most)
      throw wrong(at, `it must be a whole number from ${least} to ${most}`, hint);
    return value;
  },
});
const safe = Number.isSafeInteger;

/** Unsigned integers of 64 bits; a text of digits where a number would not be exact. */
export const uint64 = integer(0n, 2n ** 64n - 1n);
/** The same for what people know by another name; `hint` says so. */
export const numbered = (hint: string) => integer(0n, 2n ** 64n - 1n, hint);
/** Signed integers of 64 bits, likewise. */
export const int64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
/** Unsigned integers of 32 bits. */
export const uint32: Form<number> = {
  write: (value) => value,
  read: (json, at) => Number(integer(0n, 2n ** 32n - 1n).read(json, at)),
};
/** Texts. */
export const text: Form<string> = {
  write: (value) => value,
  read(json, at) {
    // Half a surrogate pair is nothing that a token can hold.
    if (typeof json !== 'string' || Buffer.from(json).toString() !== json)
      throw wrong(at, 'it must be a text');
    return json;
  },
};
/** Go leaves out what is false. */
export const flag: Form<boolean> = {
  absent: false,
  write: (value) => value || undefined,
  read(json, at) {
    if (typeof json !== 'boolean') throw wrong(at, 'it must be true or false');
    return json;
  },
};
/** Actions as letters; unknown ones are refused. */
export const actions: Form<number> = {
  write: formatAction,
  read(json, at) {
    if (typeof json !== 'string' || !/^(\*|[rwcdC]*)$/.test(json)) {
      throw wrong(
        at,
        'actions are a text of the letters `r` (read), `w` (write), `c` (create), `d` (delete) and `C` (start, stop), or `*`',
      );
    }
    return parseAction(json);
  },
};
/** A field that may be left out. */
export const optional = <T>(absent: T, form: Form<T>): Form<T> => ({ ...form, absent });

/** Arrays; null stands for Go's nil and is not read. */
export const list = <T>(of: Form<T>): Form<readonly T[]> => ({
  write: (values) => (isNil(values) ? null : values.map(of.write)),
  read(json, at) {
    if (!Array.isArray(json)) throw wrong(at, 'it must be an array');
    return json.map((it, index) => of.read(it, `${at}[${index}]`));
  },
});

/** Sets of resources with what may be done to each; null stands for Go's nil and is not read. */
export const resources = <K extends bigint | string>(key: Form<K>): Form<ReadonlyMap<K, number>> => ({
  write: (values) =>
    isNil(values) ? null : Object.fromEntries([...values].map(([id, mask]) => [`${id}`, formatAction(mask)])),
  read(json, at) {
    const entries = Object.entries(object(json, at, key.hint)).map(
      ([id, mask]) => [key.read(id, `${at}.${id}`), actions.read(mask, `${at}.${id}`)] as const,
    );
    if (entries.length > 1 && entries.some(([id]) => id === '' || id === 0n))
      throw wrong(at, 'the id that means any must stand alone');
    return new Map(entries);
  },
});

/** A Go struct; `names` has the fields that JSON calls differently. */
export const struct = <T extends object>(
  fields: { readonly [K in keyof T]: Form<T[K]> },
  names: Readonly<Record<string, string>> = {},
): Form<T> => {
  // Object.keys forgets that the keys are the table's own.
  const rows = (Object.keys(fields) as (keyof T & string)[]).map(
    (it) => [it, names[it] ?? it, fields[it]] as const,
  );
  return {
    write: (value) => Object.fromEntries(rows.map(([field, name, form]) => [name, form.write(value[field])])),
    read(json, at) {
      const given = new Map(Object.entries(object(json, at)));
      const read = rows.map(([field, name, form]) => {
        const it = given.get(name);
        given.delete(name);
        if (it !== undefined) return [field, form.read(it, `${at}.${name}`)];
        if (form.absent === undefined) throw wrong(at, `it has no \`${name}\``);
        return [field, form.absent];
      });
      for (const name of given.keys()) throw wrong(at, `there is no field \`${name}\``);
      return Object.fromEntries(read) as T; // Each field was read by its own form.
    },
  };
};

/** An object's fields by name. */
export function object(json: unknown, at: string, hint?: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrong(at, 'it must be an object', hint);
  return json as Readonly<Record<string, unknown>>; // Any object but an array has fields by name.
}
