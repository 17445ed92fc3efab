/** Makes a markdown table; it escapes a `|` within a cell. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Replaces the text between the markers of this name; `made` is the command that makes it. Throws when a marker
 * is missing.
 */
export function renewMarked(text: string, name: string, made: string, content: string): string {
  const begin = `<!-- ${name}: made by ${made} -->`;
  const start = text.indexOf(begin);
  const stop = text.indexOf(`<!-- end of ${name} -->`);
  if (start < 0 || stop < start) throw new Error(`the text lacks the markers of ${name}`);
  return `${text.slice(0, start + begin.length)}\n${content}\n${text.slice(stop)}`;
}
