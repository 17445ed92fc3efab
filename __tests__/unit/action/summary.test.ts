import { summaryOf } from '../../../src/action/summary.js';
import { ActionError } from '../../../src/errors.js';
import { machineReport, resultOf } from '../../support/results.js';

const rowsOf = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('|'));

/** The cells of a row; pipes within a cell are entities by then. */
const cellsOf = (row = '') => row.slice(2, -2).split(' | ');

describe('when a step writes its summary', () => {
  const MACHINES = [
    machineReport('a', 'changed', { previous_state: 'started', state: 'stopped', duration_ms: 1_234 }),
    machineReport('b', 'unchanged', { reason: 'already stopped' }),
    machineReport('c', 'skipped', { reason: 'excluded by c' }),
    machineReport('d', 'failed', { error: 'timeout: not done' }),
  ];

  it('has a line and a table, what failed first and the rest in its order', () => {
    const markdown = summaryOf('stop', 'stopped 1, failed 1', resultOf(MACHINES));
    expect(markdown).toMatch(/^### Fly machines: stop\n\nstopped 1, failed 1\n\n\| Machine /);
    expect(
      rowsOf(markdown)
        .slice(2)
        .map((row) => cellsOf(row)[0]),
    ).toEqual(['d', 'a', 'b', 'c']);
    expect(cellsOf(rowsOf(markdown)[3])).toEqual([
      ...['a', 'name-a', 'fra', 'app', 'started', 'stopped', '🟢 changed', '1.2 s', ''],
    ]);
    expect(cellsOf(rowsOf(markdown)[2]).slice(-3)).toEqual(['🔴 failed', '', 'timeout&#58; not done']);
  });

  it('names the app where there are several', () => {
    const machines = [machineReport('a', 'changed'), machineReport('b', 'changed', { app: 'other-app' })];
    const rows = rowsOf(summaryOf('stop', '', resultOf(machines)));
    expect(rows.map((row) => cellsOf(row)[0])).toEqual(['App', '---', 'my-app', 'other-app']);
    expect(new Set(rows.map((row) => cellsOf(row).length))).toEqual(new Set([10]));
  });

  it('names apps that could not be listed', () => {
    const failures = [
      { what: 'app x|y', error: new ActionError('not found', 'no <app>', { hint: 'Look.' }) },
    ];
    const markdown = summaryOf('list', 'listed 0', resultOf([], { failures }));
    expect(markdown).toContain('- 🔴 app x&#124;y: not found&#58; no &#60;app&#62;. Look.\n');
    expect(rowsOf(markdown)).toEqual([]);
  });

  it('has no table without machines, and ends with an empty line, as the next step goes on there', () => {
    expect(summaryOf('auth', 'session opened', resultOf([]))).toBe(
      '### Fly machines: auth\n\nsession opened\n\n\n',
    );
  });

  it('shows 500 machines, the failed ones among them, and says where the others are', () => {
    const machines = [
      ...Array.from({ length: 700 }, (_, index) => machineReport(`m${index}`, 'changed')),
      machineReport('last', 'failed'),
    ];
    const markdown = summaryOf('stop', '', resultOf(machines));
    const rows = rowsOf(markdown).slice(2);
    expect(rows).toHaveLength(500);
    expect(cellsOf(rows[0])[0]).toBe('last');
    expect(markdown).toContain('…and 201 more; all are in the output `machines-file`.');
  });
});

describe('when names and reasons are hostile', () => {
  it.each([
    'a | b',
    'x\n| injected | row |',
    '</td></tr></table><script>alert(1)</script>',
    '`' + '```' + '\n# heading',
    '[click](http://evil.test) ![](http://evil.test)',
    '@octocat ::error::x ##[error]x',
    '\\| \\',
  ])('a table stays a table: %j', (text) => {
    const machine = machineReport(text, 'failed', { name: text, region: text, state: text, error: text });
    const markdown = summaryOf('stop', text, resultOf([machine]));
    const [head, , row, ...more] = rowsOf(markdown);
    expect(more).toEqual([]);
    expect(row?.split('|')).toHaveLength(head?.split('|').length ?? 0);
    for (const found of ['<', '`', '](', '@', '##[', '::']) {
      expect(row).not.toContain(found);
    }
    expect(markdown.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(1);
  });

  it('cuts what is longer than a cell should be', () => {
    const machine = machineReport('a', 'failed', { name: 'n'.repeat(5_000), error: 'e'.repeat(5_000) });
    expect(rowsOf(summaryOf('stop', '', resultOf([machine])))[2]?.length).toBeLessThan(800);
  });

  it('stays far below what GitHub takes, even with 500 hostile rows', () => {
    const evil = '|'.repeat(400);
    const machines = Array.from({ length: 900 }, (_, index) =>
      machineReport(`m${index}`, 'failed', { name: evil, region: evil, state: evil, error: evil }),
    );
    expect(Buffer.byteLength(summaryOf('stop', '', resultOf(machines)))).toBeLessThan(1_048_576);
  });
});
