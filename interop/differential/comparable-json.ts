/**
 * Reads a JSON text into a value to compare. Go escapes `<` and `>` and JavaScript doesn't; JavaScript loses
 * numbers beyond 2^53, so they stay texts, as `caveatJson` writes them. An empty text stays empty.
 */
export function comparableJson(text: string): unknown {
  if (text === '') return '';
  const exact = (number: string) => (Number.isSafeInteger(Number(number)) ? number : `"${number}"`);
  return JSON.parse(
    text.replaceAll(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, number) => quoted ?? exact(number)),
  );
}
