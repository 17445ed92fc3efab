import { type Report, report } from '../../../src/action/report.js';
import type { Failure, MachineResult } from '../../../src/commands/result/result.js';
import { ActionError, type ErrorClass } from '../../../src/errors.js';
import { type FakeLog, type FakeRunner, fakeLog, fakeRunner } from '../../support/fakes/fake-shell.js';
import { machineResult, resultOf } from '../../support/results.js';

interface Reported {
  readonly succeeded: boolean;
  readonly log: FakeLog;
  readonly runner: FakeRunner;
}

type Wishes = Partial<Report['inputs']>;

/** The runner cuts what is longer. */
const ANNOTATION = 4_096;

function reported(
  result: Report['result'],
  inputs: Wishes = {},
  command = 'stop',
  isScheduled = false,
): Reported {
  const log = fakeLog();
  const runner = fakeRunner();
  const all = { 'on-failure': 'fail', summary: 'auto', 'dry-run': false, ...inputs } as const;
  const ends = { usableUntil: undefined, tokenEnds: undefined };
  const facts = { command, result, ends, machinesFile: '/f', isScheduled };
  const given: Report = { ...facts, elapsedMs: 12_000, inputs: all };
  return { succeeded: report(given, { log, runner }), log, runner };
}

function failed(id: string, errorClass: ErrorClass = 'timeout', hint?: string): MachineResult {
  const error = new ActionError(errorClass, `reason of ${id}`, { hint, requestId: `R-${id}` });
  return machineResult(id, 'failed', { error, machine: { name: '' } });
}

const unread = (app: string, errorClass: ErrorClass = 'not found'): Failure => ({
  app,
  error: new ActionError(errorClass, `list ${app}`, { hint: 'Check the spelling.' }),
});

const step = (errorClass: ErrorClass, message = 'no'): Failure => ({
  app: undefined,
  error: new ActionError(errorClass, message),
});

const numbered = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('when a step succeeded', () => {
  it('ends the log with what was done and how long it took', () => {
    const { succeeded, log } = reported(resultOf([machineResult('a', 'changed')]));
    expect(succeeded).toBe(true);
    expect(log.lines).toEqual([{ level: 'info', text: 'stopped 1 in my-app, 12 s' }]);
  });

  it('sets outputs, and passes warnings and notices on', () => {
    const { log, runner } = reported(resultOf([], { warnings: ['autostop'], notices: ['Nothing to stop.'] }));
    expect(log.lines.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'warning autostop',
      'notice Nothing to stop.',
      'info stopped 1 in my-app, 12 s',
    ]);
    expect(runner.outputs).toMatchObject({ count: '0', machines: '[]' });
  });

  it('annotates what settings may do to its work, unless a schedule would repeat it each night', () => {
    const result = resultOf([], { warnings: ['lost'], standing: ['autostart'] });
    expect(reported(result).log.said('warning')).toEqual(['lost', 'autostart']);
    const { log } = reported(result, {}, 'stop', true);
    expect(log.lines.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'warning lost',
      'info Note: autostart',
      'info stopped 1 in my-app, 12 s',
    ]);
  });

  it('folds what the runner would not show into one', () => {
    const texts = numbered(15, (index) => `text ${index}`);
    const { log } = reported(resultOf([], { warnings: texts, notices: texts }));
    for (const level of ['warning', 'notice'] as const) {
      expect(log.said(level)).toHaveLength(4);
      expect(log.said(level).join('\n').split('\n')).toEqual(texts);
    }
  });

  it('says which outputs would be too large, and where all is', () => {
    const machines = numbered(20_000, (index) => machineResult(`148e${1e9 + index}`, 'changed'));
    expect(reported(resultOf(machines)).log.said('notice')).toEqual([
      expect.stringMatching(/empty: `changed-ids`, `machines`\. .* `machines-file` names/),
    ]);
    expect(reported(resultOf([])).log.said('notice')).toEqual([]);
  });
});

describe('when machines failed', () => {
  it('fails the step, after outputs and summary are written', () => {
    const { succeeded, log, runner } = reported(resultOf([failed('m0')]));
    expect(succeeded).toBe(false);
    expect(runner.outputs['failed-ids']).toBe('["m0"]');
    expect(runner.summaries).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('ends the log with the result and the one thing to do next, and hands on the result alone', () => {
    for (const wishes of [{}, { 'on-failure': 'warn' }] as const) {
      const { log, runner } = reported(resultOf([failed('m0', 'timeout', 'Wait.')]), wishes);
      expect(log.lines.at(-1)).toEqual({ level: 'info', text: 'stopped 1 in my-app, 12 s → Wait.' });
      expect(runner.outputs['text']).toBe('stopped 1 in my-app, 12 s');
      expect(runner.summaries.join('')).not.toContain('12 s → ');
    }
  });

  it('makes one annotation of all: who, what came back, and below those it is for what to change', () => {
    const { log } = reported(
      resultOf([
        failed('m0', 'timeout', 'Wait.'),
        machineResult('m1', 'failed', { error: new ActionError('no capacity', 'full', { hint: 'Move.' }) }),
        failed('m2', 'timeout', 'Wait.'),
        failed('m3', 'network'),
        machineResult('m4', 'changed'),
      ]),
    );
    expect(log.lines[0]).toEqual({
      level: 'error',
      title: 'fly stop: 4 of 5 failed in my-app',
      text: [
        'm0: timeout: reason of m0 (request R-m0)',
        'm2: timeout: reason of m2 (request R-m2)',
        '→ Wait.',
        'm1 (name-m1): no capacity: full',
        '→ Move.',
        'm3: network: reason of m3 (request R-m3)',
      ].join('\n'),
    });
  });

  it('has the same form for a single one', () => {
    const { log } = reported(resultOf([failed('m0', 'timeout', 'Wait.')]));
    expect(log.lines[0]).toMatchObject({
      title: 'fly stop: 1 of 1 failed in my-app',
      text: 'm0: timeout: reason of m0 (request R-m0)\n→ Wait.',
    });
  });

  it('takes advice that differs in the machine’s id alone for the same', () => {
    const ids = ['148e1', '148e2'];
    const machines = ids.map((id) => failed(id, 'wrong state', `\`fly machine status ${id}\` shows why.`));
    const advice = ({ log }: Reported) => log.said('error')[0]?.split('\n').slice(-1);
    expect(advice(reported(resultOf(machines)))).toEqual(['→ `fly machine status <id>` shows why.']);
    expect(advice(reported(resultOf(machines.slice(0, 1))))).toEqual([
      '→ `fly machine status 148e1` shows why.',
    ]);
  });

  it('names ten of a thousand, a rare failure among them, and counts the rest by class', () => {
    const machines = [
      ...numbered(989, (index) => failed(`full-${index}`, 'no capacity', 'Move.')),
      ...numbered(11, (index) => failed(`slow-${index}`, 'timeout', 'Wait.')),
    ];
    const [text = ''] = reported(resultOf(machines)).log.said('error');
    const lines = text.split('\n');
    expect(lines.map((line) => line.slice(0, 4))).toEqual([
      ...Array(5).fill('full'),
      '→ Mo',
      ...Array(5).fill('slow'),
      '→ Wa',
      '…and',
    ]);
    expect(lines.at(-1)).toBe(
      '…and 990 more: 984 no capacity, 6 timeout; see the job summary, or the file that `machines-file` names',
    );
  });

  it('sends nobody to a summary that is not written', () => {
    const machines = numbered(11, (index) => failed(`m${index}`));
    const [text = ''] = reported(resultOf(machines), { summary: 'false' }).log.said('error');
    expect(text.split('\n').at(-1)).toBe('…and 1 more: 1 timeout; see the file that `machines-file` names');
  });

  it('stays within what the runner shows of it, with every request id, however long all else is', () => {
    const machines = numbered(40, (index) =>
      machineResult(`m${index}-${'i'.repeat(10_000)}`, 'failed', {
        machine: { name: '\u202en'.repeat(10_000), app: `app-${index}-${'a'.repeat(10_000)}` },
        error: new ActionError('Fly failure', '\nx'.repeat(10_000), {
          hint: `Look ${index}. ${'y'.repeat(10_000)}`,
          requestId: `R${index}-${'R'.repeat(10_000)}`,
        }),
      }),
    );
    const failures = numbered(20, (index) => unread(`${index}-${'z'.repeat(10_000)}`));
    const apps = numbered(3, (index) => `${index}-${'z'.repeat(10_000)}`);
    const { log } = reported(resultOf(machines, { failures, apps }));
    const [{ text, title = '' } = { text: '' }] = log.lines;
    expect(text.length).toBeLessThan(ANNOTATION);
    expect(title.length).toBeLessThan(300);
    expect(text.match(/\(request R\d+-/g)).toHaveLength(10);
    expect(text.match(/^→ Look/gm)).toHaveLength(10);
    expect(text.match(/^app \d-/gm)).toHaveLength(5);
    expect(text.split('\n').at(-1)).toEqual(
      expect.stringMatching(/^…and 30 more: 30 Fly failure; see .* `machines-file` names$/),
    );
  });

  it.each(['x\n::error::y', 'x\r##[error]y', 'x\u2028::error::y\u202e', '##[error]'])(
    'lets no name begin a line of its own: %j',
    (evil) => {
      const error = new ActionError('timeout', evil, { hint: evil, requestId: evil });
      const machine = { name: evil, app: evil };
      const machines = [
        machineResult(evil, 'failed', { error, machine }),
        machineResult('b', 'failed', { error }),
      ];
      const failures = [
        { app: evil, error },
        { app: undefined, error },
      ];
      const [{ text } = { text: '' }] = reported(resultOf(machines, { failures, apps: [evil] })).log.lines;
      expect(text.split(/[\r\n\u2028]/)).toHaveLength(1 + 2 + 3);
      expect(text).not.toMatch(/##\[|\u202e/);
    },
  );
});

describe('when something failed beside machines', () => {
  it('tells of apps that could not be read first', () => {
    const result = resultOf([failed('m0')], { failures: [unread('b')], apps: ['a', 'b'] });
    expect(reported(result).log.lines[0]).toEqual({
      level: 'error',
      title: 'fly stop: 1 of 1 failed in a, b, 1 of 2 apps could not be read',
      text: [
        'app b: not found: list b',
        '→ Check the spelling.',
        'm0 in my-app: timeout: reason of m0 (request R-m0)',
      ].join('\n'),
    });
  });

  it('counts the apps that it does not name', () => {
    const failures = numbered(12, (index) => unread(`app-${index}`));
    const apps = failures.map(({ app }) => app ?? '');
    const { title, text = '' } = reported(resultOf([], { failures, apps })).log.lines[0] ?? {};
    expect(title).toBe('fly stop: 12 of 12 apps could not be read');
    expect(text.split('\n').slice(-1)).toEqual(['…and 7 more apps: 7 not found']);
  });

  it('has the class in the title where the step failed as a whole, and all lines of a wrong input', () => {
    const { log } = reported(resultOf([], { failures: [step('input', 'this\nand that')] }));
    expect(log.lines[0]).toEqual({
      level: 'error',
      title: 'fly stop: input',
      text: 'input: this\nand that',
    });
  });

  it('hides no machine behind a failure of the step', () => {
    const result = resultOf([failed('m0')], { failures: [step('internal', 'ENOSPC')] });
    expect(reported(result).log.lines[0]).toMatchObject({
      title: 'fly stop: 1 of 1 failed in my-app',
      text: 'internal: ENOSPC\nm0: timeout: reason of m0 (request R-m0)',
    });
  });
});

describe('when failures are to be warnings', () => {
  const MILD: readonly ErrorClass[] = [
    ...(['not found', 'lease held', 'wrong state', 'no capacity', 'rate limited'] as const),
    ...(['timeout', 'network', 'Fly failure', 'command failed'] as const),
  ];
  const NEVER: readonly ErrorClass[] = [
    ...(['input', 'token format', 'token expired', 'missing discharge', 'third party refused'] as const),
    ...(['forbidden', 'unauthorized', 'cancelled', 'internal'] as const),
  ];
  const warned = (result: Report['result']) => reported(result, { 'on-failure': 'warn' });

  it.each(MILD)('a machine’s failure of the class "%s" is one', (errorClass) => {
    const { succeeded, log } = warned(resultOf([failed('a', errorClass)], { warnings: ['also'] }));
    expect(succeeded).toBe(true);
    expect(log.lines.map(({ level }) => level)).toEqual(['warning', 'warning', 'info']);
    expect(log.lines[0]?.title).toBe('fly stop: 1 of 1 failed in my-app');
  });

  it.each(NEVER)('one of the class "%s" never is, nor are those beside it', (errorClass) => {
    const results = [
      resultOf([failed('a', 'timeout'), failed('b', errorClass)]),
      resultOf([failed('a', 'timeout')], { failures: [unread('x', errorClass)] }),
      resultOf([failed('a', 'timeout')], { failures: [step(errorClass)] }),
    ];
    for (const result of results) {
      const { succeeded, log } = warned(result);
      expect(succeeded).toBe(false);
      expect(log.said('warning')).toEqual([]);
      expect(log.said('error')).toHaveLength(1);
    }
  });

  it('an app that could not be read is one, unless it isn’t there, which is a typo', () => {
    expect(warned(resultOf([], { failures: [unread('a', 'network')] })).succeeded).toBe(true);
    expect(warned(resultOf([], { failures: [unread('a')] })).succeeded).toBe(false);
    expect(warned(resultOf([], { failures: [step('not found')] })).succeeded).toBe(false);
  });
});

describe('when it is asked whether to write a summary', () => {
  it.each([
    ['list', 1],
    ['wait', 0],
  ])('of machines that are as they were, %s writes %d', (command, expected) => {
    const result = resultOf([machineResult('a', 'unchanged')]);
    expect(reported(result, {}, command).runner.summaries).toHaveLength(expected);
  });

  it.each<[string, Report['result'], Wishes, boolean]>([
    ['something changed', resultOf([machineResult('a', 'changed')]), {}, true],
    ['something was requested', resultOf([machineResult('a', 'requested')]), {}, true],
    ['something failed', resultOf([failed('a')]), {}, true],
    ['an app failed', resultOf([], { failures: [unread('a')] }), {}, true],
    ['something was left alone', resultOf([machineResult('a', 'skipped')]), {}, true],
    ['a dry run found all done', resultOf([machineResult('a', 'unchanged')]), { 'dry-run': true }, true],
    ['nothing changed', resultOf([machineResult('a', 'unchanged')]), {}, false],
    ['a dry run', resultOf([machineResult('a', 'skipped')]), { 'dry-run': true }, true],
    ['a dry run of nothing', resultOf([]), { 'dry-run': true }, false],
    ['it is wanted', resultOf([]), { summary: 'true' }, true],
    ['it is not wanted', resultOf([failed('a')]), { summary: 'false' }, false],
  ])('%s', (_, result, inputs, expected) => {
    expect(reported(result, inputs).runner.summaries).toHaveLength(expected ? 1 : 0);
  });
});
