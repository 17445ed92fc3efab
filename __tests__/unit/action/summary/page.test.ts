import { Page } from '../../../../src/action/summary/page.js';
import { column } from '../../../../src/action/summary/table.js';
import { pageOf, rowsOf } from '../../../support/pages.js';

const MOST_OF_GITHUB = 1_048_576;
const TEXT = column('Text', (text: string) => text);
const BOUNDS = { most: 10_000, rest: '; see the file.' };

describe('when a page is written', () => {
  it('has an empty line behind each part, and one at its end, as the next step goes on there', () => {
    const text = pageOf((page) => {
      page.add('a', 'b');
      page.add();
      page.table(['x'], [TEXT], BOUNDS);
      page.fold('more', () => page.add('c'));
    });
    expect(text).toBe(
      'a\nb\n\n| Text |\n| --- |\n| x |\n\n<details><summary>more</summary>\n\nc\n\n</details>\n\n',
    );
  });

  it('has no table without rows', () => {
    expect(pageOf((page) => page.table([], [TEXT], BOUNDS))).toBe('\n');
  });

  it('tells above a table what all of its rows share', () => {
    const same = column('Same', () => 'fra', { shared: 'region' });
    expect(pageOf((page) => page.table(['x', 'y'], [TEXT, same], BOUNDS))).toBe(
      '<sub>All of them: region fra</sub>\n\n| Text |\n| --- |\n| x |\n| y |\n\n',
    );
  });

  it('shows as many rows as it may, and counts the others', () => {
    const rows = Array.from({ length: 2_000 }, (_, at) => `row ${at}`);
    const text = pageOf((page) => page.table(rows, [TEXT], { ...BOUNDS, most: 3 }));
    expect(rowsOf(text)).toHaveLength(2 + 3);
    expect(text).toMatch(/\| row 2 \|\n\n…and 1,997 more; see the file\.\n\n$/);
  });

  it('leaves out rows that no longer fit, keeps those behind that do, and closes what it has opened', () => {
    const long = 'x'.repeat(400_000);
    const page = new Page();
    page.fold('more', () => page.table([long, long, long, 'short'], [TEXT], BOUNDS));
    expect(rowsOf(page.text).map((row) => row.length < 100)).toEqual([true, true, false, false, true]);
    expect(page.text).toMatch(/\n…and 1 more; see the file\.\n\n<\/details>\n\n$/);
  });

  it('has room for what stands around a full table, and takes no part of what would go beyond', () => {
    const page = new Page();
    page.table(Array(30).fill('x'.repeat(100_000)), [TEXT], BOUNDS);
    page.add('a remedy '.repeat(2_000));
    page.add('```sh', 'y'.repeat(200_000), '```');
    page.fold('more', () => page.add('z'.repeat(200_000)));
    page.add('the end');
    expect(Buffer.byteLength(page.text)).toBeLessThan(MOST_OF_GITHUB);
    expect(page.text).toContain('a remedy');
    expect(page.text).not.toMatch(/```|yy|zz/);
    expect(page.text).toMatch(/<details><summary>more<\/summary>\n\n<\/details>\n\nthe end\n\n$/);
  });

  it('counts bytes rather than characters', () => {
    const rows = Array(1_000).fill('😀'.repeat(1_000));
    const text = pageOf((page) => page.table(rows, [TEXT], BOUNDS));
    expect(Buffer.byteLength(text)).toBeGreaterThan(800_000);
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_OF_GITHUB);
  });
});
