/**
 * A JSON text as a value to compare: Go escapes `<` and `>`, JavaScript doesn't, and JavaScript loses numbers beyond 2^53, so
 * that those are kept as text, as `caveatJson` writes them. Empty stays empty.
 */
export function comparableJson(text: string): unknown {
  if (text === '') return '';
  const exact = (number: string) => (Number.isSafeInteger(Number(number)) ? number : `"${number}"`);
  return JSON.parse(
    text.replaceAll(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, number) => quoted ?? exact(number)),
  );
}
