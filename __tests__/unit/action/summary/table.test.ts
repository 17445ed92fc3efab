import { type Column, column, rowText, tableOf } from '../../../../src/action/summary/table.js';

interface Row {
  readonly name: string;
  readonly region?: string;
  readonly note?: string;
}

const NAME: Column<Row> = column('Name', ({ name }) => name);
const REGION: Column<Row> = column('Where', ({ region = '' }) => region, { shared: 'region' });
const NOTE: Column<Row> = column('Note', ({ note = '' }) => note, { shared: '' });

describe('when rows are laid out', () => {
  it('has a cell for each row and column, in their order', () => {
    const rows = [
      { name: 'a', region: 'fra', note: 'x' },
      { name: 'b', region: 'ams' },
    ];
    expect(tableOf(rows, [NAME, REGION, NOTE])).toEqual({
      shared: '',
      heads: ['Name', 'Where', 'Note'],
      cells: [
        ['a', 'fra', 'x'],
        ['b', 'ams', ''],
      ],
    });
  });

  it('tells once what all rows share, with its word before it if it has one', () => {
    const rows = [
      { name: 'a', region: 'fra', note: 'as asked' },
      { name: 'b', region: 'fra', note: 'as asked' },
    ];
    expect(tableOf(rows, [NAME, REGION, NOTE])).toEqual({
      shared: 'region fra · as asked',
      heads: ['Name'],
      cells: [['a'], ['b']],
    });
  });

  it('keeps in its row what could be shared, where there is one row alone', () => {
    const [row] = [{ name: 'a', region: 'fra' }];
    expect(tableOf([row], [NAME, REGION])).toEqual({
      ...{ shared: '', heads: ['Name', 'Where'] },
      cells: [['a', 'fra']],
    });
  });

  it('keeps what all rows have where it is no fact to share', () => {
    const rows = [{ name: 'same' }, { name: 'same' }];
    expect(tableOf(rows, [NAME])).toEqual({ shared: '', heads: ['Name'], cells: [['same'], ['same']] });
  });

  it.each([1, 2])('leaves out a column that says nothing in any of %d rows', (number) => {
    const rows: Row[] = Array(number).fill({ name: 'a' });
    expect(tableOf(rows, [NAME, REGION, NOTE])).toMatchObject({ shared: '', heads: ['Name'] });
  });

  it('keeps a column of which one fact is left, and cuts only the other', () => {
    const both: Column<Row> = { head: 'Both', facts: [...REGION.facts, ...NOTE.facts] };
    const rows = [
      { name: 'a', region: 'fra', note: 'x' },
      { name: 'b', region: 'fra', note: 'y' },
    ];
    expect(tableOf(rows, [both])).toEqual({ shared: 'region fra', heads: ['Both'], cells: [['x'], ['y']] });
  });
});

describe('when a cell has several facts', () => {
  const facts = (...its: readonly (readonly [text: string, line?: string])[]): Column<Row> => ({
    head: 'Facts',
    facts: its.map(([text, line]) => ({ of: () => text, ...(line !== undefined && { line }) })),
  });
  const cellOf = (column: Column<Row>) => tableOf([{ name: 'a' }], [column]).cells[0]?.[0];

  it.each([
    ['each on a line of its own', facts(['a'], ['b']), 'a<br>b'],
    [
      'those of one line beside each other',
      facts(['a'], ['b', 'w'], ['c', 'w'], ['d', 'w']),
      'a<br>b · c · d',
    ],
    ['those of two lines apart', facts(['a', 'v'], ['b', 'w']), 'a<br>b'],
    ['nothing between those that say nothing', facts([''], ['b', 'w'], [''], ['c', 'w'], ['']), 'b · c'],
  ])('has %s', (_, column, cell) => expect(cellOf(column)).toBe(cell));
});

describe('when a row is written', () => {
  it('has a pipe around each cell', () => expect(rowText(['a', '', 'c'])).toBe('| a |  | c |'));
});
