import { readFileSync } from 'node:fs';
import { hoursAt } from '../../src/hours/edges.js';
import { parseHours } from '../../src/hours/parse-hours.js';

const page = readFileSync('docs/hours.md', 'utf8');

/** Returns the rows of the table that has this heading, cell by cell, without code marks. */
function rowsUnder(heading: string): string[][] {
  const [, table = ''] = page.split(`${heading}\n`);
  const lines = table.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Asks hours, as the page writes them, of a moment. */
function asked(cell: string, time: string) {
  const hours = parseHours(/`(.*)`/.exec(cell)?.[1] ?? '');
  if ('why' in hours) throw new Error(hours.why);
  expect(Date.parse(time)).not.toBeNaN();
  return hoursAt(hours, Date.parse(time));
}

describe('when a person writes hours as docs/hours.md has them', () => {
  const spans = rowsUnder('| `hours` | up at | down at |');
  const changes = rowsUnder('| `hours` | edge | in UTC |');

  it('finds both tables', () => {
    expect([spans.length, changes.length]).toEqual([7, 3]);
  });

  it.each(spans)('%s is up at %s, and down at %s', (hours = '', up = '', down = '') => {
    expect(asked(hours, up).isIn).toBe(true);
    if (down !== '') expect(asked(hours, down).isIn).toBe(false);
  });

  it.each(changes)('%s %s: %s', (hours = '', edge = '', at = '') => {
    expect(asked(hours, at)).toMatchObject({ isIn: edge.startsWith('begins'), last: Date.parse(at) });
    expect(at.slice(0, 10)).toBe(/\d{4}-\d\d-\d\d/.exec(edge)?.[0]);
  });
});
