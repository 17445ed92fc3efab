import { countsOf } from '../../../../src/commands/result/count-machines.js';
import type { CountedWords } from '../../../../src/commands/result/counts.js';
import {
  appList,
  failedStep,
  type MachineResult,
  type Outcome,
  resultLine,
  unreached,
} from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { machineResult } from '../../../support/results.js';

const results = (...outcomes: readonly Outcome[]) => outcomes.map((outcome) => machineResult('a', outcome));

const STOP = { verb: 'stop', past: 'stopped', already: 'already stopped' };
const lineOf = (words: CountedWords, machines: readonly MachineResult[]) =>
  resultLine(countsOf(words, machines), { apps: ['my-app'], machines });

const DRY: Partial<MachineResult> = { reason: 'dry run: would stop', wouldChange: 'stop' };

describe('when a command is told in a line', () => {
  it.each<[readonly Outcome[], string]>([
    [['changed', 'unchanged', 'changed'], 'stopped 2, already stopped 1, failed 0 of 3 in my-app'],
    [['failed', 'changed'], 'stopped 1, already stopped 0, failed 1 of 2 in my-app'],
    [
      ['skipped', 'requested', 'requested'],
      'stopped 0, requested 2, already stopped 0, skipped 1, failed 0 of 3 in my-app',
    ],
    [[], 'stopped 0, already stopped 0, failed 0 of 0 in my-app'],
  ])('%j', (outcomes, line) => {
    expect(lineOf(STOP, results(...outcomes))).toBe(line);
  });

  it('leaves out what a command never finds done already', () => {
    expect(lineOf({ ...STOP, already: '' }, results('changed'))).toBe('stopped 1, failed 0 of 1 in my-app');
  });

  it('counts each way of a command that goes several', () => {
    const directions = ['start', 'stop'].map((verb, at) => ({
      verb,
      past: `${verb} done`,
      has: ({ id }: { readonly id: string }) => (id === 'a') === (at === 0),
    }));
    const words = { verb: 'start or stop', past: 'done', already: 'right', directions };
    const done = [
      machineResult('a', 'changed'),
      machineResult('b', 'changed'),
      machineResult('c', 'skipped'),
    ];
    expect(lineOf(words, done)).toBe(
      'start done 1, stop done 1, right 0, skipped 1, failed 0 of 3 in my-app',
    );
    const dry = [machineResult('b', 'skipped', DRY), machineResult('c', 'skipped', DRY)];
    expect(lineOf({ ...words, dryRun: true }, dry)).toBe(
      'dry run: would start 0, would stop 2, right 0, failed 0 of 2 in my-app',
    );
  });

  it('counts what was done instead among what was changed, and never below 0', () => {
    const suspend = { verb: 'suspend', past: 'suspended', already: 'already suspended' };
    const machines = [
      machineResult('a', 'changed'),
      machineResult('b', 'changed', { instead: 'stopped' }),
      machineResult('c', 'requested', { instead: 'stopped' }),
    ];
    expect(lineOf(suspend, machines)).toBe(
      'suspended 1, stopped instead 1, requested 1, already suspended 0, failed 0 of 3 in my-app',
    );
    expect(lineOf(suspend, machines.slice(2))).toBe(
      'suspended 0, requested 1, already suspended 0, failed 0 of 1 in my-app',
    );
  });

  it('says what a dry run would have done, by the mark and not by the reason’s words', () => {
    const machines = [
      machineResult('a', 'skipped', { reason: 'whatever', wouldChange: 'stop' }),
      machineResult('b', 'skipped', { reason: 'dry run: would stop', wouldChange: 'stop' }),
      machineResult('c', 'skipped', { reason: 'dry run: excluded by this name' }),
      machineResult('d', 'unchanged', { reason: 'already stopped' }),
    ];
    expect(lineOf({ ...STOP, dryRun: true }, machines)).toBe(
      'dry run: would stop 2, already stopped 1, skipped 1, failed 0 of 4 in my-app',
    );
    expect(lineOf({ ...STOP, dryRun: true }, [machineResult('a', 'skipped', DRY)])).toMatch(
      /^dry run: would stop 1, /,
    );
  });

  it.each([
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd'], '4 apps'],
  ])('names apps while they are few: %j', (apps, text) => {
    expect(appList(apps)).toBe(text);
  });

  it('counts apps that were not reached, where there are any', () => {
    const failure = { app: 'a', error: new ActionError('network', 'reset') };
    expect([[], [failure], [failure, failure]].map(unreached)).toEqual([
      '',
      ', 1 app not reached',
      ', 2 apps not reached',
    ]);
  });
});

describe('when a step ends before it has a result', () => {
  it('has failed as a whole, and knows of no machine', () => {
    const error = new ActionError('input', 'no');
    expect(failedStep('stop', ['my-app'], error)).toEqual({
      apps: ['my-app'],
      machines: [],
      failures: [{ app: undefined, error }],
      notices: [],
      warnings: [],
      line: 'stop failed: input',
    });
  });
});
