import { accountTable } from '../../../../src/action/report/account-table.js';
import { summaryOf } from '../../../../src/action/summary/summary.js';
import type { AccountRow } from '../../../../src/commands/result/account.js';
import { machineResult, resultOf } from '../../../support/results.js';

const row = (changes: Partial<AccountRow> = {}): AccountRow => ({
  ...{ app: 'my-app', size: 'shared-cpu-1x 256 MB', machines: 12, hours: 96 },
  ...changes,
});
const tableOf = (...rows: AccountRow[]) => accountTable({ heading: 'Machine-hours idle', rows });

describe('when a summary accounts for machine-hours', () => {
  it('has a row for each app and size, above the machines', () => {
    const rows = [row(), row({ app: 'a|b', size: undefined, machines: 1, hours: 1 / 60 })];
    const accounts = [
      { heading: 'Machine-hours idle', rows },
      { heading: 'Machine-hours lost', rows: [] },
    ];
    const markdown = summaryOf(
      'stop-idle',
      'stopped 1',
      resultOf([machineResult('m', 'changed')], { accounts }),
    );
    expect(markdown).toContain(
      [
        'stopped 1',
        '',
        '| App | Size | Machines | Machine-hours idle |',
        '| --- | --- | --- | --- |',
        '| my-app | shared-cpu-1x 256 MB | 12 | 96 |',
        '| a&#124;b | not known | 1 | 0.0167 |',
        '',
        '| Machine | ',
      ].join('\n'),
    );
  });

  it('is left out where nothing is to be told', () => expect(tableOf()).toEqual([]));

  it.each([
    [20, 20, '| app-19 | shared-cpu-1x 256 MB | 12 | 96 |'],
    [21, 20, '| … | 2 more | 24 | 192 |'],
    [1_000, 20, '| … | 981 more | 11,772 | 94,200 |'],
  ])('has of %d rows %d, the last for all others', (rows, shown, last) => {
    const lines = tableOf(...Array.from({ length: rows }, (_, at) => row({ app: `app-${at}` }))).slice(2, -1);
    expect(lines).toHaveLength(shown);
    expect(lines.at(-1)).toBe(last);
  });
});
