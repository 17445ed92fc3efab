import { randomBytes } from 'node:crypto';
import type { Random } from '../src/macaroon/seal.js';

/** Returns random bytes of the system. */
export const systemRandom: Random = (size) => randomBytes(size);

/** Creates a source of numbers of 32 bits that repeats for the same seed. (mulberry32) */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Creates a source of bytes that repeats for the same seed: for tests and demos, not for secrets. */
export function seededRandom(seed: number): Random {
  const next = seededNumbers(seed);
  return (size) => {
    const bytes = new Uint8Array(size);
    for (let index = 0; index < size; index += 1) bytes[index] = next() & 0xff;
    return bytes;
  };
}

/** Returns `size` random bytes in lower-case hexadecimal. */
export function hex(random: Random, size: number): string {
  return Buffer.from(random(size)).toString('hex');
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Returns a 26-character id that sorts by its time, as the ids of versions, events and requests do. */
export function ulid(ms: number, random: Random): string {
  let time = '';
  for (let left = ms, i = 0; i < 10; i += 1) {
    time = CROCKFORD.charAt(left % 32) + time;
    left = Math.floor(left / 32);
  }
  let chance = '';
  for (const byte of random(16)) chance += CROCKFORD.charAt(byte % 32);
  return time + chance;
}

const ADJECTIVES = 'aged blue calm dark damp empty fading green holy icy late misty quiet red silent wild';
const NOUNS = 'bird brook cloud dust field fire glade haze lake leaf moon pine rain river sun wind';

/** Invents a machine's name of the kind that Fly invents. */
export function inventedName(random: Random): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  const pick = (words: string, index: number) => words.split(' ')[index % 16] ?? '';
  return `${pick(ADJECTIVES, a)}-${pick(NOUNS, b)}-${1 + c * 39 + (d % 39)}`;
}
