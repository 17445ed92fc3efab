const AT_ONCE = 100;

/**
 * JSON of an array, in pieces that make the whole when joined: what many commands printed may be longer together than
 * any one text can be.
 */
export function* jsonArray<T>(
  values: readonly T[],
  shape: (value: T) => unknown = (value) => value,
): Iterable<string> {
  yield '[';
  for (let from = 0; from < values.length; from += AT_ONCE) {
    const part = values.slice(from, from + AT_ONCE).map((value) => JSON.stringify(shape(value)));
    yield (from === 0 ? '' : ',') + part.join(',');
  }
  yield ']';
}

/** The pieces as one text; nothing where that would be longer than `most`, in UTF-16 units. */
export function joinedWithin(most: number, pieces: Iterable<string>): string {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length > most) return '';
  }
  return text;
}
