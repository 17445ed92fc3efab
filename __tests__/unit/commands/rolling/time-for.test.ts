import { rollingGroups } from '../../../../src/commands/rolling/groups.js';
import { timeFor } from '../../../../src/commands/rolling/time-for.js';
import { appMachine } from '../../../support/machines.js';

const machines = (count: number, changes: Parameters<typeof appMachine>[1] = {}) =>
  Array.from({ length: count }, (_, index) => appMachine(`m${index}`, changes));
const minutes = (given: readonly ReturnType<typeof appMachine>[], hasChecks = false) =>
  timeFor(rollingGroups(given, { percent: 33 }), {
    killTimeout: () => 60_000,
    hasChecks: () => hasChecks,
    settling: () => 0,
  }) / 60_000;

describe('when time is made for a rolling restart', () => {
  it('has room for the kill timeout and the boot of each round', () => {
    expect([0, 1, 2, 6, 12].map((count) => minutes(machines(count)))).toEqual([0, 2, 4, 12, 10]);
  });

  it('has room for checks by their configuration', () => {
    expect(minutes(machines(1, { checksTake: 120_000 }), true)).toBe(5);
    expect(minutes(machines(1, { checksTake: 120_000 }), false)).toBe(2);
  });

  it('goes by the slowest group, since groups go side by side', () => {
    const other = machines(3, { app: 'other' });
    expect(minutes([...machines(2), ...other])).toBe(6);
  });

  it('goes no further than two hours', () => {
    expect(minutes(machines(1_000, { checksTake: 1e12 }), true)).toBe(120);
  });
});
