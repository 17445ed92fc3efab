import { appList, changeLine, type Outcome, reportOf } from '../../../src/commands/result.js';
import { appMachine } from '../../support/machines.js';

const reports = (...outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => reportOf(appMachine('a'), outcome));

const STOP = { verb: 'stop', past: 'stopped' };

describe('when a change is told in a line', () => {
  it.each<[readonly Outcome[], string]>([
    [['changed', 'unchanged', 'changed'], 'stopped 2, already stopped 1, failed 0 of 3 in my-app'],
    [['failed', 'changed'], 'stopped 1, already stopped 0, failed 1 of 2 in my-app'],
    [
      ['skipped', 'requested', 'requested'],
      'stopped 0, requested 2, already stopped 0, skipped 1, failed 0 of 3 in my-app',
    ],
    [['requested'], 'stopped 0, requested 1, already stopped 0, failed 0 of 1 in my-app'],
    [[], 'stopped 0, already stopped 0, failed 0 of 0 in my-app'],
  ])('%j', (outcomes, line) => {
    expect(changeLine(STOP, ['my-app'], reports(...outcomes))).toBe(line);
  });

  it('says what a dry run would have done, beside what was left out for another reason', () => {
    const machines = [
      reportOf(appMachine('a'), 'skipped', 'dry run: would stop'),
      reportOf(appMachine('b'), 'skipped', 'dry run: would stop'),
      reportOf(appMachine('c'), 'skipped', 'excluded by dry run'),
      reportOf(appMachine('d'), 'unchanged', 'already stopped'),
    ];
    expect(changeLine(STOP, ['my-app'], machines)).toBe(
      'dry run: would stop 2, already stopped 1, skipped 1, failed 0 of 4 in my-app',
    );
  });

  it('is a dry run with one machine, too', () => {
    const machines = [reportOf(appMachine('a'), 'skipped', 'dry run: would stop')];
    expect(changeLine(STOP, ['my-app'], machines)).toMatch(/^dry run: would stop 1, /);
  });

  it.each([
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd'], '4 apps'],
  ])('names apps while they are few: %j', (apps, text) => {
    expect(appList(apps)).toBe(text);
  });
});

describe('when a machine is reported', () => {
  it('has every field of the output, none of them undefined', () => {
    expect(reportOf(appMachine('a', { processGroup: undefined }), 'skipped', 'dry run')).toEqual({
      app: 'my-app',
      id: 'a',
      name: 'name-a',
      region: 'fra',
      process_group: '',
      private_ip: 'fdaa::1',
      state: 'started',
      previous_state: 'started',
      outcome: 'skipped',
      reason: 'dry run',
      duration_ms: 0,
      error: null,
    });
  });
});
