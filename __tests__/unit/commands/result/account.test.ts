import { accountOf, hoursIn, hoursText } from '../../../../src/commands/result/account.js';
import { appMachine } from '../../../support/machines.js';

const HOUR = 3_600_000;
const machine = (app: string, size: string | undefined) => appMachine('m', { app, size });

describe('when machine-hours are accounted for', () => {
  const account = accountOf('Hours', [
    [machine('a', 'shared-cpu-1x 256 MB'), 0.5 * HOUR],
    [machine('a', 'performance-2x 4096 MB'), 4 * HOUR],
    [machine('a', 'shared-cpu-1x 256 MB'), 1 * HOUR],
    [machine('b', 'shared-cpu-1x 256 MB'), 2 * HOUR],
    [machine('b', undefined), HOUR / 60],
  ]);

  it('sums them up by app and size, the most first', () => {
    expect(account).toEqual({
      state: 'Hours',
      rows: [
        { app: 'a', size: 'performance-2x 4096 MB', machines: 1, hours: 4 },
        { app: 'b', size: 'shared-cpu-1x 256 MB', machines: 1, hours: 2 },
        { app: 'a', size: 'shared-cpu-1x 256 MB', machines: 2, hours: 1.5 },
        { app: 'b', size: undefined, machines: 1, hours: 1 / 60 },
      ],
    });
  });

  it('rounds the sum to three digits', () => {
    expect(hoursIn(account)).toBe(7.52);
    expect(hoursIn(accountOf('Hours', []))).toBe(0);
  });

  it.each([
    [1 / 60, '0.0167'],
    [96, '96'],
    [1234.5, '1,230'],
  ])('writes %d as %s', (hours, text) => expect(hoursText(hours)).toBe(text));
});
