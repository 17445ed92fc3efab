const TAG = /<\/?(?:b|code|details|sub|summary|wbr)>/g;
const ENTITY = /&#(\d+);/g;
/** Emojis, which a terminal shows twice as wide as a letter. */
const WIDE = /\p{Emoji_Presentation}/gu;
/** Narrowest column whose texts may make a table wider than a page. */
const WIDEST_CELL = 60;

/** Returns a job summary as lines for a terminal: tables in columns, folded parts open, no markup, and no charts. */
export function summaryText(markdown: string): readonly string[] {
  const lines: string[] = [];
  let table: string[][] = [];
  let fence = '';
  for (const line of [...markdown.trimEnd().split('\n'), '']) {
    if (line.startsWith('```')) {
      fence = fence === '' ? line : '';
      continue;
    }
    if (fence === '```mermaid') continue;
    if (fence !== '') lines.push(`  ${line}`);
    else if (line.startsWith('| ')) table.push(line.slice(2, -2).split(' | ').map(textOf));
    else {
      lines.push(...columnsOf(table), ...plainLines(line));
      table = [];
    }
  }
  const isLast = (at: number) => lines.slice(at).every((line) => line === '');
  return lines.filter((line, at) => line !== '' || ((lines[at - 1] ?? '') !== '' && !isLast(at)));
}

function plainLines(line: string): string[] {
  const title = /<summary>(.*)<\/summary>/.exec(line)?.[1];
  if (title !== undefined) return [`▾ ${textOf(title)}`];
  return line.replace(/^#+ /, '').split('<br>').map(textOf);
}

/** Returns what a reader sees of a line, on one line. */
function textOf(markup: string): string {
  return markup
    .replaceAll('<br>', ' · ')
    .replace(TAG, '')
    .replace(ENTITY, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Returns the rows of a table in columns, without the line that is below its heads. */
function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.filter((_, at) => at !== 1);
  const [heads = []] = shown;
  const widths = heads.map((_, at) =>
    Math.max(...shown.map((row) => Math.min(WIDEST_CELL, widthOf(row[at] ?? '')))),
  );
  return shown.map((row) =>
    row
      .map((text, at) => text + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text))))
      .join('  ')
      .trimEnd(),
  );
}

function widthOf(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0);
}
