/**
 * Tells whether the query names a value, in a list separated by commas or repeated. A query without the name
 * matches every value.
 */
export function isAmong(value: string, query: URLSearchParams, name: string): boolean {
  const wanted = query.getAll(name).flatMap((values) => values.split(','));
  return wanted.length === 0 || wanted.includes(value);
}

/** Tells whether the query switches something on. */
export function isTrue(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true' || query.get(name) === '1';
}
