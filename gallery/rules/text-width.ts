/** Style in which a text is set, as far as it makes it wider or narrower. */
export interface TextStyle {
  readonly code: boolean;
  readonly bold: boolean;
  readonly small: boolean;
}

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
/** Monospace at 85 %, and the padding of its box on both sides. */
const CODE = 8.3;
const CODE_BOX = 12;
const BOLD = 1.07;
const SMALL = 0.75;

/** Characters that take a square: emoji, CJK and their like; a line may break between any two of them. */
const SQUARE =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|^.\uFE0F/u;
const CLUSTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Returns the width of the longest part of a text that no line breaks in. */
export function longestPart(text: string, style: TextStyle): number {
  const parts = partsOf(text).map((part) => part.reduce((sum, it) => sum + widthOf(it, style), 0));
  const longest = Math.max(0, ...parts);
  return style.code && longest > 0 ? longest + CODE_BOX : longest;
}

/** Splits a text where a line may break: at spaces, behind hyphens, around squares, and before brackets in JSON. */
function partsOf(text: string): string[][] {
  const parts: string[][] = [[]];
  let last = '';
  for (const { segment } of CLUSTERS.segment(text)) {
    const isSquare = SQUARE.test(segment);
    const isSpace = /^[\t\n\r \u200B]/.test(segment);
    if (isSquare || isSpace || last === '-' || SQUARE.test(last) || /[,:;.][([{]/.test(last + segment)) {
      parts.push([]);
    }
    if (!isSpace) parts.at(-1)?.push(segment);
    last = segment;
  }
  return parts;
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
