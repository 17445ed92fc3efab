/** Fact about a row. */
export interface Fact<Row> {
  /** Markdown, safe to stand in a table; empty where there is nothing to say. */
  readonly of: (row: Row) => string;
  /** Word before the fact where all rows share it: it is told once then, above the table. Absent: it stands in each row. */
  readonly shared?: string;
  /** Name of the line on which it stands in the cell, beside the facts of the same line; absent: a line of its own. */
  readonly line?: string;
}

/** Column of a table. */
export interface Column<Row> {
  readonly head: string;
  readonly facts: readonly Fact<Row>[];
}

/** Table without what says nothing: a column without facts, and a fact that all rows share. */
export interface Table {
  /** Facts that all rows share: `group worker · region fra`. */
  readonly shared: string;
  readonly heads: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** Returns a column with one fact. */
export function column<Row>(
  head: string,
  of: Fact<Row>['of'],
  more: Omit<Fact<Row>, 'of'> = {},
): Column<Row> {
  return { head, facts: [{ of, ...more }] };
}

/** Lays rows out. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Table {
  const shared: string[] = [];
  const told = columns.map(({ head, facts }) => {
    const its = facts.map((fact) => ({ ...fact, texts: rows.map(fact.of) }));
    const kept = its.filter(({ texts, shared: word }) => {
      const [first = ''] = texts;
      const isOne = texts.every((text) => text === first);
      const isShared = isOne && word !== undefined && rows.length > 1;
      if (isShared && first !== '') shared.push([word, first].filter(Boolean).join(' '));
      return !(isShared || (isOne && first === ''));
    });
    return { head, facts: kept };
  });
  const filled = told.filter(({ facts }) => facts.length > 0);
  return {
    shared: shared.join(' · '),
    heads: filled.map(({ head }) => head),
    cells: rows.map((_, row) => filled.map(({ facts }) => cellOf(facts, row))),
  };
}

/** Returns a cell with its facts, those of one line beside each other. */
function cellOf(
  facts: readonly { readonly texts: readonly string[]; readonly line?: string }[],
  row: number,
): string {
  let cell = '';
  let last: string | undefined;
  for (const { texts, line } of facts) {
    const text = texts[row] ?? '';
    if (text === '') continue;
    const glue = line !== undefined && line === last ? ' · ' : '<br>';
    cell += cell === '' ? text : glue + text;
    last = line;
  }
  return cell;
}

/** Returns a row of a table; its cells must be safe Markdown. */
export function rowText(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
