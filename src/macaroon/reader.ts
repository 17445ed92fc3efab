import { Decoder } from '@msgpack/msgpack';
import { ActionError } from '../errors.js';

/** Deepest nesting of arrays and maps; Fly's own tokens need five levels. */
const MAX_NESTING = 32;

const integers = new Decoder({ useBigInt64: true });
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A refusal of token bytes, with one line of reason. */
export function malformed(reason: string): ActionError {
  return new ActionError('token format', reason);
}

/**
 * A strict msgpack reader over bytes that nobody has vouched for: every size is checked against what is
 * left before it is believed, types are exact, nesting is limited, and offsets are kept, so that a token
 * can be extended without touching a byte of it. Each method reads one value and throws a `token format`
 * error where something else stands. Integers may be written in any width.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Start of the next value, in bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads an array's header and returns its length; the elements are read next, inside `nested`. */
  arrayLength(what: string): number {
    const head = this.#peek(what);
    if (head >= 0x90 && head <= 0x9f) return this.#counted(what, 1, head & 0x0f);
    if (head === 0xdc) return this.#counted(what, 3, this.#size(what, 2));
    if (head === 0xdd) return this.#counted(what, 5, this.#size(what, 4));
    throw malformed(`${what} is not an array`);
  }

  /** Reads a map's header and returns how many pairs follow. */
  mapLength(what: string): number {
    const head = this.#peek(what);
    if (head >= 0x80 && head <= 0x8f) return this.#counted(what, 1, head & 0x0f, 2);
    if (head === 0xde) return this.#counted(what, 3, this.#size(what, 2), 2);
    if (head === 0xdf) return this.#counted(what, 5, this.#size(what, 4), 2);
    throw malformed(`${what} is not a map`);
  }

  binary(what: string): Uint8Array {
    const head = this.#peek(what);
    if (head === 0xc4) return this.#content(what, 2, this.#size(what, 1));
    if (head === 0xc5) return this.#content(what, 3, this.#size(what, 2));
    if (head === 0xc6) return this.#content(what, 5, this.#size(what, 4));
    throw malformed(`${what} is not binary`);
  }

  text(what: string): string {
    const head = this.#peek(what);
    let content: Uint8Array;
    if (head >= 0xa0 && head <= 0xbf) content = this.#content(what, 1, head & 0x1f);
    else if (head === 0xd9) content = this.#content(what, 2, this.#size(what, 1));
    else if (head === 0xda) content = this.#content(what, 3, this.#size(what, 2));
    else if (head === 0xdb) content = this.#content(what, 5, this.#size(what, 4));
    else throw malformed(`${what} is not a string`);
    try {
      return utf8.decode(content);
    } catch {
      throw malformed(`${what} is not UTF-8`);
    }
  }

  /** Reads an integer of any width, exact up to 64 bits. */
  integer(what: string): bigint {
    const head = this.#peek(what);
    const isFixed = head <= 0x7f || head >= 0xe0;
    if (!isFixed && (head < 0xcc || head > 0xd3)) throw malformed(`${what} is not an integer`);
    // 0xcc to 0xcf and 0xd0 to 0xd3 are the unsigned and signed integers of 1, 2, 4 and 8 bytes.
    const range = this.#content(what, 0, isFixed ? 1 : 1 + (1 << (head & 3)));
    const value = integers.decode(range);
    if (typeof value !== 'bigint' && typeof value !== 'number') throw malformed(`${what} is not an integer`);
    return BigInt(value);
  }

  boolean(what: string): boolean {
    const head = this.#peek(what);
    if (head !== 0xc2 && head !== 0xc3) throw malformed(`${what} is not true or false`);
    this.#offset += 1;
    return head === 0xc3;
  }

  /** Passes over a nil, if that is what stands next; whether it was. */
  nil(what: string): boolean {
    const isNil = this.#peek(what) === 0xc0;
    if (isNil) this.#offset += 1;
    return isNil;
  }

  /** Runs `read` one level deeper; every array or map whose elements are read goes through here. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw malformed(`nested deeper than ${MAX_NESTING} levels`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  /** Passes over one value of any shape and returns its bytes as they came. */
  raw(what: string): Uint8Array {
    const start = this.#offset;
    this.#skip(what);
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Refuses bytes behind the value that was read. */
  end(what: string): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) throw malformed(`${what} is followed by ${left} more bytes`);
  }

  #skip(what: string): void {
    const head = this.#peek(what);
    if ((head >= 0x90 && head <= 0x9f) || head === 0xdc || head === 0xdd) {
      this.#skipMany(what, this.arrayLength(what));
    } else if ((head >= 0x80 && head <= 0x8f) || head === 0xde || head === 0xdf) {
      this.#skipMany(what, 2 * this.mapLength(what));
    } else if (head >= 0xc4 && head <= 0xc6) this.binary(what);
    else if ((head >= 0xa0 && head <= 0xbf) || (head >= 0xd9 && head <= 0xdb)) this.text(what);
    else if (head === 0xc0 || head === 0xc2 || head === 0xc3) this.#content(what, 0, 1);
    else if (head === 0xca || head === 0xcb) this.#content(what, 0, head === 0xca ? 5 : 9);
    else if (head === 0xc1 || (head >= 0xc7 && head <= 0xc9) || (head >= 0xd4 && head <= 0xd8)) {
      throw malformed(`${what} holds an extension type`);
    } else this.integer(what);
  }

  #skipMany(what: string, count: number): void {
    this.nested(() => {
      for (let i = 0; i < count; i += 1) this.#skip(what);
    });
  }

  #peek(what: string): number {
    const head = this.#bytes[this.#offset];
    if (head === undefined) throw malformed(`${what} is missing: the token ends early`);
    return head;
  }

  /** The big-endian length of `width` bytes that follows the head byte. */
  #size(what: string, width: 1 | 2 | 4): number {
    if (this.#offset + 1 + width > this.#bytes.length) throw malformed(`${what} is cut off`);
    let size = 0;
    for (let i = 1; i <= width; i += 1) size = size * 256 + (this.#bytes[this.#offset + i] ?? 0);
    return size;
  }

  #counted(what: string, headerSize: number, count: number, bytesPerElement = 1): number {
    const left = this.#bytes.length - this.#offset - headerSize;
    if (count * bytesPerElement > left) throw malformed(`${what} claims more elements than there are bytes`);
    this.#offset += headerSize;
    return count;
  }

  #content(what: string, headerSize: number, size: number): Uint8Array {
    const start = this.#offset + headerSize;
    if (start + size > this.#bytes.length) throw malformed(`${what} is cut off`);
    this.#offset = start + size;
    return this.#bytes.subarray(start, this.#offset);
  }
}
