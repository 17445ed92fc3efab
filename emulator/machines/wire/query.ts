/** Whether a value is among those that the query names, parted by commas or repeated; so is every value where it names none. */
export function isAmong(value: string, query: URLSearchParams, name: string): boolean {
  const wanted = query.getAll(name).flatMap((values) => values.split(','));
  return wanted.length === 0 || wanted.includes(value);
}

/** Whether the query switches something on. */
export function isTrue(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true' || query.get(name) === '1';
}
