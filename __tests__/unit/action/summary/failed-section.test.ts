import { addFailures } from '../../../../src/action/summary/failed-section.js';
import type { CommandResult, MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError, type ErrorClass } from '../../../../src/errors.js';
import { columnIn, pageOf, tableIn } from '../../../support/pages.js';
import { machineResult, type ResultChanges, resultOf } from '../../../support/results.js';

const sectionOf = (machines: readonly MachineResult[], changes: Partial<CommandResult> = {}) =>
  pageOf((page) => addFailures(page, resultOf(machines, changes), '; see the file.'));

const failed = (id: string, hint?: string, { error, ...changes }: ResultChanges = {}) =>
  machineResult(id, 'failed', {
    error: error ?? new ActionError('wrong state', 'it is stopped', { hint }),
    ...changes,
  });

const unread = (app: string, hint?: string) => ({
  app,
  error: new ActionError('not found', 'no <app>', { hint }),
});
const step = (errorClass: ErrorClass, message: string, hint?: string) => ({
  app: undefined,
  error: new ActionError(errorClass, message, { hint }),
});

describe('when a step or apps have failed', () => {
  it('says of each what came back and what to do', () => {
    const failures = [unread('x|y', 'Look with `fly apps list`.'), step('input', 'this\nand that')];
    expect(sectionOf([], { failures })).toBe(
      [
        '- <b>x&#124;y</b>: <b>not found</b> no &#60;app&#62;',
        '- <b>input</b> this',
        '  - and that',
        '',
        '<b>What to do</b>',
        '',
        'Look with <code>fly apps list</code>.',
        '',
        '```sh',
        'fly apps list',
        '```',
        ...['', ''],
      ].join('\n'),
    );
  });

  it('shows the lines of an input error alone, as others quote strangers', () => {
    const lines = sectionOf([], { failures: [step('forbidden', 'one\n- two')] }).split('\n');
    expect(lines.filter((line) => /^\s*- /.test(line))).toHaveLength(1);
  });

  it('tells fifty and counts the others', () => {
    const failures = Array.from({ length: 52 }, (_, at) => unread(`app-${at}`));
    const lines = sectionOf([], { failures })
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('- …and 2 apps more');
  });

  it('says nothing where nothing failed', () => {
    expect(sectionOf([machineResult('a', 'changed'), machineResult('b', 'skipped')])).toBe('\n');
  });
});

describe('when machines have failed', () => {
  it('says which and where, the class of the error, and its message', () => {
    const error = new ActionError('no capacity', 'no room', { requestId: 'R1' });
    const markdown = sectionOf([failed('a', undefined, { error }), machineResult('b', 'changed')]);
    expect(tableIn(markdown)).toEqual({
      heads: ['Machine', 'Why it failed'],
      rows: [['<b>name-a</b> <code>a</code><br>app · fra', '<b>no capacity</b> no room (request R1)']],
    });
    // Its class knows what to do where the error itself doesn't.
    expect(markdown).toContain('<b>What to do</b>\n\nRun the job again later.\n');
  });

  it('says above the table where all of them are', () => {
    const markdown = sectionOf([failed('a'), failed('b', undefined, { machine: { region: 'ams' } })]);
    expect(markdown).toContain('<sub>All of them: group app</sub>');
    expect(columnIn(markdown, 'Machine')).toEqual([
      '<b>name-a</b> <code>a</code><br>fra',
      '<b>name-b</b> <code>b</code><br>ams',
    ]);
  });

  it('names the app where there are several', () => {
    const machines = [failed('a'), failed('b', undefined, { machine: { app: 'other' } })];
    const apps = ['my-app', 'other'];
    expect(columnIn(sectionOf(machines, { apps }), 'Machine').map((cell) => cell?.split('<br>')[1])).toEqual([
      'my-app',
      'other',
    ]);
  });

  it('shows a hundred and counts the others', () => {
    const machines = Array.from({ length: 130 }, (_, at) => failed(`m${at}`));
    const markdown = sectionOf(machines);
    expect(tableIn(markdown).rows).toHaveLength(100);
    expect(markdown).toContain('…and 30 more; see the file.');
  });

  it('shows how a command ended, unless the error has quoted that already', () => {
    const exec = { exitCode: 3, exitSignal: 0, stdout: '', stderr: 'one\n two | 2 \n\nthree\nfour\n' };
    const whyOf = (message: string) => {
      const error = new ActionError('command failed', message);
      return columnIn(sectionOf([failed('a', undefined, { error, exec })]), 'Why it failed')[0];
    };
    expect(whyOf('exit code 3')).toBe(
      '<b>command failed</b> exit code 3<br><code>two &#124; 2 ⏎ three ⏎ four</code>',
    );
    expect(whyOf('exit code 3: four')).toMatch(/<br><code>two &#124; 2 ⏎ three<\/code>$/);
    expect(whyOf('two | 2, three, four')).not.toContain('<br>');
  });

  it('gives the remedy of the step, of apps and of machines, also of one that another one replaced', () => {
    const failures = [unread('gone', 'Look.'), step('forbidden', 'no', 'Ask.')];
    const machines = [failed('a', 'Wait.'), failed('b', 'Wait.', { replaced: true })];
    expect(sectionOf(machines, { failures }).split('<b>What to do</b>')[1]?.trim().split('\n\n')).toEqual([
      '<b>2 machines</b>: Wait.',
      '<b>gone</b>: Look.',
      'Ask.',
    ]);
  });

  it('leaves the remedies of input errors where they are told', () => {
    const failures = [step('input', 'this', 'Set that.')];
    expect(sectionOf([], { failures })).toBe('- <b>input</b> this. Set that.\n\n');
  });

  it('cuts an error that is longer than a cell should be', () => {
    const error = new ActionError('timeout', 'e '.repeat(5_000));
    expect(columnIn(sectionOf([failed('a', undefined, { error })]), 'Why it failed')[0]).toHaveLength(
      '<b>timeout</b> '.length + 601,
    );
  });
});
