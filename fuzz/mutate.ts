import type { Dice } from './dice.js';
import { NAMES, NUMBERS, TEXTS, VALUES } from './hostile.js';

/** Material for texts besides the hostile ones, for example tokens that a server echoes. */
export interface MutateOptions {
  readonly extra?: readonly string[];
}

const MOST_BYTES = 200_000;
/** Bytes that mean something in msgpack: headers of every type, above all those followed by a size. */
const HEADERS = [
  ...[0x80, 0x81, 0x8f, 0x90, 0x91, 0x92, 0x94, 0x9f, 0xa0, 0xa1, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4],
  ...[0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd8],
  ...[0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff],
];
const SIZED = ['c6', 'c9', 'db', 'dd', 'df', 'c5', 'da', 'dc', 'de'];
const SIZES = ['ffffffff', '7fffffff', '80000000', 'fffffffe', '00010000', '0fffffff', '00000000'];

/** Flips, drops, doubles, cuts and overwrites bytes, once or several times. */
export function mutateBytes(dice: Dice, bytes: Buffer): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let rounds = 1 + dice.size(8); rounds > 0; rounds -= 1) mutated = mutateOnce(dice, mutated);
  return mutated.length > MOST_BYTES ? mutated.subarray(0, MOST_BYTES) : mutated;
}

function mutateOnce(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + dice.size(64));
  const spliced = (...middle: readonly Uint8Array[]) =>
    Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(to)]);
  switch (dice.below(9)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.below(8));
      return flipped;
    }
    case 1: {
      const set = Buffer.from(bytes);
      if (at < set.length) set[at] = dice.chance(0.7) ? dice.pick(HEADERS) : dice.below(256);
      return set;
    }
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return spliced();
    case 4:
      return spliced(dice.bytes(dice.size(32)));
    case 5: {
      const piece = bytes.subarray(at, to);
      return spliced(...Array.from({ length: 1 + dice.size(40) }, () => piece));
    }
    case 6:
      return spliced(Buffer.from(dice.pick(SIZED) + dice.pick(SIZES), 'hex'));
    case 7:
      return spliced(Buffer.alloc(dice.size(4_000), dice.pick(HEADERS)));
    default: {
      const from = dice.below(bytes.length + 1);
      return spliced(bytes.subarray(from, from + dice.size(200)));
    }
  }
}

/** Changes a text as a stranger, a bad copy or a bad connection does. */
export function mutateText(dice: Dice, text: string, { extra = [] }: MutateOptions = {}): string {
  let mutated = text;
  for (let rounds = 1 + dice.size(4); rounds > 0; rounds -= 1) {
    const at = dice.below(mutated.length + 1);
    const to = Math.min(mutated.length, at + dice.size(60));
    const put = (middle: string) => mutated.slice(0, at) + middle + mutated.slice(to);
    switch (dice.below(6)) {
      case 0:
        mutated = mutated.slice(0, at);
        break;
      case 1:
        mutated = put('');
        break;
      case 2:
        mutated = put(dice.pick(TEXTS));
        break;
      case 3:
        mutated = put(String.fromCharCode(dice.below(dice.chance(0.8) ? 0x80 : 0x10000)));
        break;
      case 4:
        mutated = put(mutated.slice(at, to).repeat(dice.size(20)));
        break;
      default:
        mutated = put(dice.pick(['1e999', '-1e999', '{', '[', '"', '\\u0000', ',', '[[[[', '{"a":']));
    }
  }
  if (extra.length > 0 && dice.chance(0.3)) {
    // It goes in last, so that it stays whole: a part of a token is of no use.
    const at = dice.below(mutated.length + 1);
    mutated = mutated.slice(0, at) + dice.pick(extra) + mutated.slice(at);
  }
  return mutated.slice(0, MOST_BYTES);
}

/** Copies a JSON value with some parts replaced, gone, doubled, or hostile. */
export function mutateJson(dice: Dice, value: unknown, options: MutateOptions = {}): unknown {
  const places = count(value);
  const rate = (1 + dice.size(4)) / places;
  return mutateValue(dice, value, { ...options, rate });
}

/** Fields that end up in requests, in times, or before a person. */
const DECIDING = new Set([
  ...['id', 'app_name', 'name', 'state', 'region', 'owner', 'expires_at', 'timestamp', 'updated_at', 'slug'],
  ...['poll_url', 'discharge', 'user_url', 'next_cursor', 'error', 'message', 'status', 'exit_code'],
]);

const PATH_KEYS = new Set(['id', 'app_name', 'name', 'slug']);

interface Mutation extends MutateOptions {
  readonly rate: number;
  /** True if the value becomes a part of paths. */
  readonly isName?: boolean;
}

function mutateValue(dice: Dice, value: unknown, mutation: Mutation): unknown {
  if (dice.chance(mutation.rate)) return replaceValue(dice, value, mutation);
  if (Array.isArray(value)) {
    const values = value.map((it) => mutateValue(dice, it, mutation));
    if (dice.chance(mutation.rate)) return values.concat(values).slice(dice.below(values.length + 1));
    return values;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, it]) => {
    if (dice.chance(mutation.rate / 4)) return [];
    const name = dice.chance(mutation.rate / 8) ? textFor(dice, mutation) : key;
    const { rate } = mutation;
    const own = DECIDING.has(key)
      ? { ...mutation, rate: Math.min(0.3, 8 * rate), isName: PATH_KEYS.has(key) }
      : mutation;
    return [[name, mutateValue(dice, it, own)] as const];
  });
  // Unlike an assignment, this makes an own property of `__proto__`, as JSON.parse does.
  return Object.fromEntries(entries);
}

function replaceValue(dice: Dice, value: unknown, mutation: Mutation): unknown {
  if (typeof value === 'string' && mutation.isName === true && dice.chance(0.4)) return dice.pick(NAMES);
  if (typeof value === 'string' && dice.chance(0.75)) return textFor(dice, mutation, value);
  if (typeof value === 'number' && dice.chance(0.75)) return dice.pick(NUMBERS);
  if (typeof value === 'boolean' && dice.chance(0.5)) return !value;
  return dice.chance(0.02) ? nested(dice) : dice.pick(VALUES);
}

function textFor(dice: Dice, { extra = [] }: MutateOptions, text = ''): string {
  if (extra.length > 0 && dice.chance(0.3)) return `${dice.pick(TEXTS)} ${dice.pick(extra)}`;
  return dice.chance(0.5) ? dice.pick(TEXTS) : text + dice.pick(TEXTS);
}

function nested(dice: Dice): unknown {
  let value: unknown = 'x';
  for (let depth = dice.size(2_000); depth > 0; depth -= 1) value = depth % 2 === 0 ? [value] : { a: value };
  return value;
}

function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, it) => sum + count(it), 1);
}
