import { createHash } from 'node:crypto';
import { seededNumbers } from '../emulator/random.js';

/** The source of all chance in one case: the same seed, kind and number make the same case. */
export class Dice {
  readonly #number: () => number;

  constructor(...seed: readonly (string | number)[]) {
    this.#number = seededNumbers(createHash('sha256').update(JSON.stringify(seed)).digest().readUInt32LE());
  }

  /** Returns a number from 0 up to, but not including, 1. */
  next(): number {
    return this.#number() / 2 ** 32;
  }

  /** Returns a whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    // Only an empty list has no value, unless undefined is one of its values.
    if (value === undefined && values.length === 0) throw new Error('The list to pick from is empty.');
    return value as T;
  }

  bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)));
  }

  /** Returns a size, mostly small, now and then up to `most`. */
  size(most: number): number {
    return Math.floor(most ** this.next());
  }
}
