import type { PageNode } from '../../../gallery/render/node.js';
import { type Judged, judge } from '../../../gallery/rules/judge.js';
import { element, page, table } from '../../support/page-nodes.js';

function faults(it: PageNode, others: Partial<Judged> = {}): string[] {
  return judge({ markdown: '', page: it, dropped: [], ...others });
}

const WORD = 'w'.repeat(40);
const summary = (text: string) => element('summary', text);

describe('when a summary is judged', () => {
  it('passes if all of it fits', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => [id, '3']);
    expect(faults(page(table(['Machine', 'Tries'], ...rows)))).toEqual([]);
  });

  it('may have a table that a telephone must scroll in a fold alone', () => {
    const broad = table(['Machine', 'Reason'], [WORD, 'no room']);
    expect(faults(page(element('details', summary('All'), broad)))).toEqual([]);
    expect(faults(page(broad))).toEqual([
      expect.stringMatching(
        /^has no open table that a telephone must scroll: the table of Machine needs \d+ px/,
      ),
    ]);
  });

  it('may have no table that the page must scroll, whatever folds it', () => {
    const broad = table(['Machine', 'Reason'], [WORD, WORD]);
    expect(faults(page(element('details', summary('All'), broad)))).toEqual([
      expect.stringMatching(/^has no table that the page must scroll: /),
    ]);
  });

  it('may not say the same in each row, but for numbers', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => [id, 'web', '1']);
    expect(faults(page(table(['Machine', 'Group', 'Tries'], ...rows)))).toEqual([
      'has no column that says the same in each row: Group is “web” in all 4 rows',
    ]);
    expect(faults(page(table(['Machine', 'Group', 'Tries'], ...rows.slice(1))))).toEqual([]);
  });

  it.each([
    ['an entity', '&#96;fly tokens&#96;', '&#96;'],
    ['a tag', '<details>', '<details'],
  ])('may not show %s as text', (_, text, shown) => {
    expect(faults(page(element('p', text)))).toEqual([`shows no entity or tag as text: it shows ${shown}`]);
  });

  it('may not mark up what GitHub drops', () => {
    expect(faults(page(), { dropped: ['p[style]'] })).toEqual([
      'shows all that it marks up: GitHub drops p[style]',
    ]);
  });

  it('shows commands whole, so that they can be copied', () => {
    expect(faults(page(element('code', 'fly machine status 2547d8…')))).toEqual([
      'cuts no command that one may copy: fly machine status 2547d8… is cut',
    ]);
    expect(faults(page(element('code', 'fly machine status 2547d8df203f88')))).toEqual([]);
  });

  it('begins with a heading', () => {
    expect(faults({ type: 'root', children: [element('p', 'started 3')] })).toEqual([
      'begins with one heading: it begins with p',
    ]);
  });

  it('has a title on each fold', () => {
    expect(faults(page(element('details', element('p', 'all'))))).toEqual([
      'says on each fold what is in it: a fold has no title',
    ]);
  });

  it('stays below the size that GitHub shows', () => {
    expect(faults(page(), { markdown: 'ü'.repeat(512 * 1024) })).toHaveLength(1);
    expect(faults(page(), { markdown: 'u'.repeat(1024 * 1024 - 1) })).toEqual([]);
  });
});
