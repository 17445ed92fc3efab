const ITEMS_AT_ONCE = 100;

/**
 * Yields the JSON of an array in pieces: what `exec` printed in many machines may be longer in all than one string can
 * be.
 */
export function* jsonArray<T>(
  values: readonly T[],
  shape: (value: T) => unknown = (value) => value,
): Iterable<string> {
  yield '[';
  for (let from = 0; from < values.length; from += ITEMS_AT_ONCE) {
    const part = values.slice(from, from + ITEMS_AT_ONCE).map((value) => JSON.stringify(shape(value)));
    yield (from === 0 ? '' : ',') + part.join(',');
  }
  yield ']';
}

/** Joins the pieces; returns an empty text if they have more than `most` UTF-16 units in all. */
export function joinedWithin(most: number, pieces: Iterable<string>): string {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length > most) return '';
  }
  return text;
}
