import type { PageNode } from '../render/node.js';
import { longestRun, type Part, partsOf, type TextStyle } from './text-width.js';

/** Elements that stand within a line; all others begin one of their own. */
const INLINE = new Set([
  'a',
  'b',
  'code',
  'del',
  'em',
  'i',
  'kbd',
  'mark',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
]);
const BOLD = new Set(['b', 'strong', 'th']);
const SMALL = new Set(['small', 'sub', 'sup']);
/** Padding of code on one side, in CSS pixels. */
const CODE_BOX = 6;

/** Returns the width in CSS pixels that an element can't be narrower than. */
export function leastWidth(element: PageNode): number {
  return longestRun(partsIn(element, { code: false, bold: false, small: false }));
}

function* partsIn(node: PageNode, around: TextStyle): Generator<Part> {
  const { tagName, value, children = [] } = node;
  if (tagName === undefined) {
    yield* partsOf(value ?? '', around);
    return;
  }
  const style = {
    code: around.code || tagName === 'code',
    bold: around.bold || BOLD.has(tagName),
    small: around.small || SMALL.has(tagName),
  };
  const side: Part | undefined = tagName === 'code' ? CODE_BOX : INLINE.has(tagName) ? undefined : 'break';
  if (side !== undefined) yield side;
  for (const child of children) yield* partsIn(child, style);
  if (side !== undefined) yield side;
}
