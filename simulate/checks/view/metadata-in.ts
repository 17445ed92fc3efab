import { type Life, metadataAt } from './life.js';
import type { TruthSpan } from './span.js';
import type { Pair } from './wish.js';

/** Returns every process group that a machine's metadata named within a span. */
export function groupsOf(life: Life, span: TruthSpan): string[] {
  const own = valuesOf(life, 'fly_process_group', span);
  const other = valuesOf(life, 'process_group', span);
  return [...new Set(own.some((it) => it === undefined || it === '') ? [...own, ...other] : own)].flatMap(
    (it) => it || [],
  );
}

/** Returns all values that a key had within a span; undefined for none. */
export function valuesOf(life: Life, key: string, { from, until }: TruthSpan): (string | undefined)[] {
  const later = life.happenings.flatMap((it) =>
    it.kind === 'metadata' && it.key === key && it.at >= from && it.at <= until ? [it.before, it.after] : [],
  );
  return [metadataAt(life, key, from), ...later];
}

/** Returns whether a machine had a pair at some moment of a span. */
export function hadPair(life: Life, { key, value }: Pair, span: TruthSpan): boolean {
  return valuesOf(life, key, span).includes(value);
}

/** Returns whether a machine had a pair all the time. */
export function hadPairThroughout(life: Life, { key, value }: Pair, span: TruthSpan): boolean {
  return valuesOf(life, key, span).every((it) => it === value);
}
