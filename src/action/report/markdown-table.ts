/** Most bytes of these lines: GitHub refuses a summary over 1 MiB, and hostile names can make rows long. */
const MOST_BYTES = 700_000;

/** Returns a row of a table; its cells must be safe markdown. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Returns the first two lines of a table. */
export function tableHead(heads: readonly string[]): string[] {
  return [tableRow(heads), tableRow(heads.map(() => '---'))];
}

/** Returns the lines, from the first on, that fit into a job summary. */
export function fittingLines(lines: readonly string[]): string[] {
  let bytes = 0;
  return lines.filter((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes <= MOST_BYTES;
  });
}
