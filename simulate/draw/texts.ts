import { HOSTILE_TEXT } from '../../emulator/machines/behaviour.js';
import type { Dice } from '../../fuzz/dice.js';

const NOUNS = ['river', 'moon', 'leaf', 'pine', 'cloud', 'brook', 'field', 'lake'] as const;

/** Texts that break a table, a log or a page which shows them as they are. */
const HOSTILE: readonly string[] = [
  HOSTILE_TEXT,
  '::warning::pwned',
  '##[error]pwned',
  '| a | b |',
  '</details><b>',
  '[click](javascript:alert(1))',
  '\u202Eesrever',
  'a\rb',
  '*'.repeat(40),
  '漢字 😀',
  '%0A::error::x',
  '__proto__',
  'x'.repeat(300),
];

/** Draws a machine's name of the kind that Fly invents. */
export function drawName(dice: Dice, index: number): string {
  return `${dice.pick(NOUNS)}-${index + 1}`;
}

/** Draws a text that was chosen to do harm. */
export function drawHostile(dice: Dice): string {
  return dice.pick(HOSTILE);
}
