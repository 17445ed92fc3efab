import { Dice } from '../dice.js';
import type { Kind } from './kind.js';

/** Picks the kind of the case with this number; over many cases, each kind has its share. */
export function kindOf(kinds: readonly Kind[], seed: number, index: number): Kind {
  const whole = kinds.reduce((sum, { share }) => sum + share, 0);
  let left = new Dice(seed, index).below(whole);
  for (const kind of kinds) {
    if (left < kind.share) return kind;
    left -= kind.share;
  }
  throw new Error('The list of kinds is empty.');
}
