import { addApps } from '../../../../src/action/summary/apps-section.js';
import { sharesOfPicks, sharesOfStates } from '../../../../src/action/summary/picture.js';
import type { Account, AccountRow } from '../../../../src/commands/result/account.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { openPart, pageOf, rowsOf, tableIn } from '../../../support/pages.js';
import { machineResult, type ResultChanges } from '../../../support/results.js';

const accountRow = (changes: Partial<AccountRow> = {}): AccountRow => ({
  ...{ app: 'shop', size: 'shared-cpu-1x 256 MB', machines: 12, hours: 96 },
  ...changes,
});
const account = (...rows: AccountRow[]): Account => ({ state: 'idle', rows });

const sectionOf = (machines: readonly MachineResult[], ...accounts: Account[]) =>
  pageOf((page) => addApps(page, machines, { sharesOf: sharesOfPicks, accounts, rest: '; see the file.' }));

const stopped = (app: string, id: string) => machineResult(id, 'changed', { machine: { app } });
const kept = (app: string, id: string, changes: ResultChanges = {}) =>
  machineResult(id, 'skipped', { ...changes, machine: { app, ...changes.machine } });
const down = (app: string, id: string) => kept(app, id, { machine: { state: 'stopped' } });
const brokenRows = (app: string, count: number) =>
  Array.from({ length: count }, (_, at) => stopped(app, `m${at}`));

describe('when a command has picked machines of several apps', () => {
  it('has a row for each, with its squares, numbers and hours, those where most was done first', () => {
    const machines = [
      kept('quiet', 'a'),
      stopped('shop', 'b'),
      down('shop', 'c'),
      stopped('api', 'd'),
      stopped('api', 'e'),
      kept('api', 'f'),
      machineResult('g', 'failed', { machine: { app: 'quiet' } }),
    ];
    const rows = [
      accountRow({ hours: 1.25 }),
      accountRow({ size: 'other', hours: 1 }),
      accountRow({ app: 'api' }),
    ];
    expect(tableIn(sectionOf(machines, account(...rows)))).toEqual({
      heads: ['App', '', 'Machines', 'Hours idle'],
      rows: [
        ['<b>api</b>', '🟧🟧🟩', '🟧 2 · 🟩 1', '96'],
        ['<b>shop</b>', '🟧⬜', '🟧 1 · ⬜ 1', '2.25'],
        ['<b>quiet</b>', '🟩🟥', '🟩 1 · 🟥 1', ''],
      ],
    });
  });

  it('draws machines of a list by their states', () => {
    const machines = [stopped('a', 'x'), down('a', 'y'), stopped('b', 'z')];
    const page = pageOf((it) => addApps(it, machines, { sharesOf: sharesOfStates, accounts: [], rest: '' }));
    expect(tableIn(page).rows).toEqual([
      ['<b>a</b>', '🟩⬜', '🟩 1 · ⬜ 1'],
      ['<b>b</b>', '🟩', '🟩 1'],
    ]);
  });

  it('sorts apps with as much done by their names', () => {
    const machines = ['c', 'a', 'b'].map((app) => stopped(app, app));
    expect(tableIn(sectionOf(machines)).rows.map(([app]) => app)).toEqual([
      '<b>a</b>',
      '<b>b</b>',
      '<b>c</b>',
    ]);
  });

  it('draws an app of many with twelve squares, of which each kind has one', () => {
    const machines = [...brokenRows('big', 1_000), kept('big', 'k'), down('big', 'd'), stopped('other', 'o')];
    const [[, squares = '', numbers] = []] = tableIn(sectionOf(machines)).rows;
    // It may break after each four of them, so that the table fits a narrow page.
    expect(squares.split('<wbr>')).toEqual(['🟧🟧🟧🟧', '🟧🟧🟧🟧', '🟧🟧🟧🟧', '🟩⬜']);
    expect(numbers).toBe('🟧 1,000 · 🟩 1 · ⬜ 1');
  });

  it('shows fifteen and folds the others', () => {
    const machines = Array.from({ length: 40 }, (_, at) =>
      stopped(`app-${String(at).padStart(2, '0')}`, 'm'),
    );
    const markdown = sectionOf(machines);
    expect(rowsOf(openPart(markdown))).toHaveLength(2 + 15);
    expect(rowsOf(markdown)).toHaveLength(2 * 2 + 40);
    expect(markdown).toContain('<details><summary>25 more apps</summary>');
  });

  it('counts those that it leaves out', () => {
    const machines = Array.from({ length: 400 }, (_, at) => stopped(`app-${at}`, 'm'));
    const markdown = sectionOf(machines);
    expect(rowsOf(markdown)).toHaveLength(2 * 2 + 15 + 300);
    expect(markdown).toContain('…and 85 more; see the file.');
  });

  it('says nothing of one app, as the headline and the legend have said it all', () => {
    expect(sectionOf([stopped('shop', 'a'), kept('shop', 'b')])).toBe('\n');
  });

  it('keeps a hostile name within its cell', () => {
    const markdown = sectionOf([stopped('a|b`<img>\n', 'x'), stopped('c', 'y')]);
    expect(rowsOf(markdown)).toHaveLength(4);
    expect(markdown).toContain('| <b>a&#124;b&#96;&#60;img&#62;&#92;u000a</b> |');
  });
});

describe('when a command accounts for machine-hours', () => {
  it('sums them up by size, those with the most hours first', () => {
    const rows = [
      accountRow({ machines: 1_200, hours: 9_600 }),
      accountRow({ app: 'api', machines: 2, hours: 1.5 }),
      accountRow({ size: undefined, machines: 1, hours: 1 / 60 }),
      accountRow({ size: 'a|b', machines: 1, hours: 2 }),
    ];
    expect(tableIn(sectionOf([], account(...rows)))).toEqual({
      heads: ['Size', 'Machine-hours idle'],
      rows: [
        ['shared-cpu-1x 256 MB', '9,600 (1202 machines)'],
        ['a&#124;b', '2 (1 machine)'],
        ['not known', '0.0167 (1 machine)'],
      ],
    });
  });

  it('has a column for each account that has something to tell', () => {
    const other: Account = { state: 'down until the next edge', rows: [accountRow({ size: 'big' })] };
    expect(tableIn(sectionOf([], account(accountRow()), { state: 'lost', rows: [] }, other))).toEqual({
      heads: ['Size', 'Machine-hours idle', 'Machine-hours down until the next edge'],
      rows: [
        ['shared-cpu-1x 256 MB', '96 (12 machines)', ''],
        ['big', '', '96 (12 machines)'],
      ],
    });
    expect(sectionOf([], account())).toBe('\n');
  });

  it('counts the sizes that it leaves out', () => {
    const rows = Array.from({ length: 20 }, (_, at) => accountRow({ size: `size-${at}` }));
    const markdown = sectionOf([], account(...rows));
    expect(tableIn(markdown).rows).toHaveLength(15);
    expect(markdown).toContain('…and 5 more; see the file.');
  });
});
