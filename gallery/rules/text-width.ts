/** Style in which a text is set, as far as it makes it wider or narrower. */
export interface TextStyle {
  readonly code: boolean;
  readonly bold: boolean;
  readonly small: boolean;
}

/** Part of a line: the width in CSS pixels of what stays together, or a place where the line may break. */
export type Part = number | 'break';

/**
 * Widths in CSS pixels at 16 px: a little more than those of the widest font that GitHub's pages fall back to, so that
 * what fits here fits on any system.
 */
const WIDE = 22;
const BROAD = 14.5;
const NARROW = 5.5;
const UPPER = 11;
const DIGIT = 9.5;
const OTHER = 8.9;
/** Monospace at 85 %. */
const CODE = 8.3;
const BOLD = 1.07;
const SMALL = 0.75;

/** Characters that take a square, such as emoji. */
const SQUARE =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|^.\uFE0F/u;
/** Squares around which a line may break: 🟥 is one, while ⬜, which Unicode has had for longer, is a letter in this. */
const LOOSE = /^[\u{1F000}-\u{1FAFF}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Of spaces, the one without a break is none here. */
const SPACE = /^[\t\n\r \u200B]/;
const CLUSTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Splits a text where a line may break: at spaces, behind hyphens, around squares, and before brackets in JSON. */
export function* partsOf(text: string, style: TextStyle): Generator<Part> {
  let last = '';
  for (const { segment } of CLUSTERS.segment(text)) {
    if (mayBreak(last, segment)) yield 'break';
    if (!SPACE.test(segment)) yield widthOf(segment, style);
    last = segment;
  }
  if (mayBreak(last, '')) yield 'break';
}

function mayBreak(last: string, next: string): boolean {
  if (last === '-' || LOOSE.test(last) || LOOSE.test(next)) return true;
  return SPACE.test(last) || SPACE.test(next) || /[,:;.][([{]/.test(last + next);
}

/** Returns the width of the widest that stays together. */
export function longestRun(parts: Iterable<Part>): number {
  let longest = 0;
  let run = 0;
  for (const part of parts) {
    run = part === 'break' ? 0 : run + part;
    longest = Math.max(longest, run);
  }
  return longest;
}

function widthOf(cluster: string, { code, bold, small }: TextStyle): number {
  const plain = SQUARE.test(cluster) ? WIDE : code ? CODE : letter(cluster);
  return plain * (bold ? BOLD : 1) * (small ? SMALL : 1);
}

function letter(cluster: string): number {
  if (/[mwMW@%—]/.test(cluster)) return BROAD;
  if (/[ijlftrI.,:;'|!()[\]/·]/.test(cluster)) return NARROW;
  if (/\d/.test(cluster)) return DIGIT;
  return /\p{Lu}/u.test(cluster) ? UPPER : OTHER;
}
