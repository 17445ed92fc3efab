import { listLine, progressLine, type Report, report } from '../../../src/action/report.js';
import type { Failure } from '../../../src/commands/result.js';
import { ActionError, type ErrorClass } from '../../../src/errors.js';
import { type FakeLog, type FakeRunner, fakeLog, fakeRunner } from '../../support/fake-shell.js';
import { machineReport, resultOf } from '../../support/results.js';

interface Reported {
  readonly succeeded: boolean;
  readonly log: FakeLog;
  readonly runner: FakeRunner;
}

type Wishes = Partial<Report['inputs']>;

function reported(result: Report['result'], inputs: Wishes = {}): Reported {
  const log = fakeLog();
  const runner = fakeRunner();
  const all = { 'on-failure': 'fail', summary: 'auto', 'dry-run': false, ...inputs } as const;
  const ends = { usableUntil: undefined, tokenEnds: undefined };
  const given: Report = { command: 'stop', result, ends, machinesFile: '/f', elapsedMs: 12_000, inputs: all };
  return { succeeded: report(given, { log, runner }), log, runner };
}

function failure(index: number, errorClass: ErrorClass = 'timeout', hint?: string): Failure {
  const error = new ActionError(errorClass, `reason ${index}`, { hint, requestId: `R${index}` });
  return { what: `machine m${index}`, error };
}

const failed = (failures: readonly Failure[]) =>
  resultOf(
    failures.map((_, index) => machineReport(`m${index}`, 'failed')),
    { failures },
  );

describe('when a step succeeded', () => {
  it('ends the log with what was done and how long it took', () => {
    const { succeeded, log } = reported(resultOf([machineReport('a', 'changed')]));
    expect(succeeded).toBe(true);
    expect(log.lines).toEqual([{ level: 'info', text: 'stopped 1 in my-app, 12 s' }]);
  });

  it('sets outputs and passes notices on', () => {
    const { log, runner } = reported(resultOf([], { notices: ['Nothing to stop.'] }));
    expect(log.said('notice')).toEqual(['Nothing to stop.']);
    expect(runner.outputs).toMatchObject({ count: '0', machines: '[]' });
  });

  it('says when an output would be too large', () => {
    const machines = Array.from({ length: 2_000 }, (_, index) => machineReport(`m${index}`, 'changed'));
    expect(reported(resultOf(machines)).log.said('notice')).toEqual([
      expect.stringContaining('`machines-file`'),
    ]);
    expect(reported(resultOf([])).log.said('notice')).toEqual([]);
  });
});

describe('when machines failed', () => {
  it('fails the step, after outputs and summary are written', () => {
    const { succeeded, log, runner } = reported(failed([failure(0)]));
    expect(succeeded).toBe(false);
    expect(runner.outputs['failed-ids']).toBe('["m0"]');
    expect(runner.summaries).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('makes one annotation of all: who, why, and once each what to change', () => {
    const failures = [
      failure(0, 'timeout', 'Wait.'),
      failure(1, 'no capacity', 'Move.'),
      failure(2, 'timeout', 'Wait.'),
    ];
    const { log } = reported(failed(failures));
    expect(log.lines[0]).toEqual({
      level: 'error',
      title: 'fly stop: 3 of 3 failed in my-app',
      text: [
        'machine m0: timeout: reason 0 (request R0)',
        'machine m1: no capacity: reason 1 (request R1)',
        'machine m2: timeout: reason 2 (request R2)',
        'Wait.',
        'Move.',
      ].join('\n'),
    });
  });

  it('names ten at most, and how many more there are, within what GitHub shows', () => {
    const long = Array.from({ length: 40 }, (_, index) => failure(index, 'timeout', 'Wait.')).map((it) => ({
      what: it.what,
      error: new ActionError('Fly failure', 'x'.repeat(900), { hint: 'Look.' }),
    }));
    const [text = ''] = reported(failed(long)).log.said('error');
    const lines = text.split('\n');
    expect(lines).toHaveLength(12);
    expect(lines.slice(-2)).toEqual(['…and 30 more', 'Look.']);
    expect(text.length).toBeLessThan(4_096);
  });

  it('lets no name begin a line of its own', () => {
    const evil = [{ what: 'machine x\n::error::y', error: new ActionError('timeout', 'a\r##[error]b') }];
    expect(
      reported(failed(evil))
        .log.said('error')[0]
        ?.split(/[\r\n]/),
    ).toHaveLength(1);
  });

  it('counts an app that could not be listed, without machines', () => {
    const failures = [{ what: 'app my-app', error: new ActionError('not found', 'no app') }];
    const { log, succeeded } = reported(resultOf([], { failures }));
    expect(succeeded).toBe(false);
    expect(log.lines[0]?.title).toBe('fly stop: 1 failed in my-app');
  });
});

describe('when failures are to be warnings', () => {
  const MILD: readonly ErrorClass[] = [
    ...(['not found', 'lease held', 'wrong state', 'no capacity', 'rate limited'] as const),
    ...(['timeout', 'network', 'Fly failure'] as const),
  ];
  const NEVER: readonly ErrorClass[] = [
    ...(['input', 'token format', 'token expired', 'missing discharge', 'third party refused'] as const),
    ...(['forbidden', 'unauthorized', 'cancelled', 'internal'] as const),
  ];

  it.each([undefined, 'app blgo'])('is not mild about what is not there, which is a typo: %s', (what) => {
    const error = new ActionError('not found', 'list the machines of blgo');
    const result = resultOf([], { failures: [{ what, error }] });
    expect(reported(result, { 'on-failure': 'warn' }).succeeded).toBe(false);
  });

  it.each(MILD)('a failure of the class "%s" is one', (errorClass) => {
    const { succeeded, log } = reported(failed([failure(0, errorClass)]), { 'on-failure': 'warn' });
    expect(succeeded).toBe(true);
    expect(log.lines.map(({ level }) => level)).toEqual(['warning', 'info']);
  });

  it.each(NEVER)('a failure of the class "%s" never is, nor are those beside it', (errorClass) => {
    const failures = [failure(0, 'timeout'), failure(1, errorClass)];
    const { succeeded, log } = reported(failed(failures), { 'on-failure': 'warn' });
    expect(succeeded).toBe(false);
    expect(log.said('warning')).toEqual([]);
    expect(log.said('error')).toHaveLength(1);
  });
});

describe('when it is asked whether to write a summary', () => {
  it.each<[string, Report['result'], Wishes, boolean]>([
    ['something changed', resultOf([machineReport('a', 'changed')]), {}, true],
    ['something was requested', resultOf([machineReport('a', 'requested')]), {}, true],
    ['something failed', failed([failure(0)]), {}, true],
    ['an app failed', resultOf([], { failures: [failure(0)] }), {}, true],
    ['nothing changed', resultOf([machineReport('a', 'unchanged')]), {}, false],
    ['a dry run', resultOf([machineReport('a', 'skipped')]), { 'dry-run': true }, true],
    ['a dry run of nothing', resultOf([]), { 'dry-run': true }, false],
    ['it is wanted', resultOf([]), { summary: 'true' }, true],
    ['it is not wanted', failed([failure(0)]), { summary: 'false' }, false],
  ])('%s', (_, result, inputs, expected) => {
    expect(reported(result, inputs).runner.summaries).toHaveLength(expected ? 1 : 0);
  });
});

describe('when a machine has its line in the log', () => {
  it.each([
    [
      machineReport('a', 'changed', { previous_state: 'started', state: 'stopped', duration_ms: 1_500 }),
      'a name-a (fra): started → stopped, 1.5 s',
    ],
    [
      machineReport('a', 'failed', { error: 'timeout: not done', duration_ms: 60_000 }),
      'a name-a (fra): failed, 1 min: timeout: not done',
    ],
    [machineReport('a', 'skipped', { reason: 'excluded by a' }), 'a name-a (fra): skipped, excluded by a'],
    [machineReport('a', 'requested', { name: '', region: '' }), 'a: requested'],
  ])('as it is done: %#', (machine, line) => {
    expect(progressLine(machine)).toBe(line);
  });

  it('as it is listed, without gaps for what it has not', () => {
    expect(listLine(machineReport('a', 'unchanged'))).toBe('a  name-a  fra  app  started');
    expect(
      listLine(machineReport('a', 'skipped', { name: '', process_group: '', reason: 'excluded by a' })),
    ).toBe('a  fra  started  excluded by a');
  });
});
