import { headlineOf } from '../../../../src/action/summary/headline.js';
import { WORKING_COMMANDS } from '../../../../src/command-table.js';
import { countsOf } from '../../../../src/commands/result/count-machines.js';
import type { CountedWords } from '../../../../src/commands/result/counts.js';
import type { CommandResult, MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import type { May } from '../../../../src/permissions/may.js';
import type { TokenReport } from '../../../../src/permissions/report-shape.js';
import { readable } from '../../../support/pages.js';
import { machineResult, resultOf } from '../../../support/results.js';

const STOP: CountedWords = { verb: 'stop', past: 'stopped', already: 'already stopped' };
const HOURS: CountedWords = {
  ...{ verb: 'change', past: 'changed', already: 'where it belongs' },
  directions: [
    { verb: 'start', past: 'started', has: ({ state }) => state === 'stopped' },
    { verb: 'stop', past: 'stopped', has: ({ state }) => state === 'started' },
  ],
};
const WAIT: CountedWords = { verb: 'wait', past: '', already: 'settled' };

const many = (count: number, ...result: Parameters<typeof machineResult>) =>
  Array.from({ length: count }, () => machineResult(...result));

/** The headline of a command that counts what it did, as a person reads it. */
function headline(
  command: string,
  words: CountedWords,
  machines: readonly MachineResult[],
  changes: Partial<CommandResult> = {},
): string {
  return readable(headlineOf(command, resultOf(machines, { counts: countsOf(words, machines), ...changes })));
}

describe('when all went well', () => {
  const changed = many(5, 'a', 'changed', { state: 'stopped' });
  const already = many(2, 'b', 'unchanged');
  const requested = many(3, 'c', 'requested');
  const instead = many(1, 'd', 'changed', { instead: 'stopped' });
  const down = many(2, 'e', 'changed', { machine: { state: 'stopped' }, state: 'started' });

  it.each([
    [
      'what it did, of how many',
      STOP,
      [...changed, ...already],
      '🟢 stop: stopped 5 of 7 machines in my-app',
    ],
    ['one machine', STOP, changed.slice(0, 1), '🟢 stop: stopped 1 of 1 machine in my-app'],
    ['what it only asked for', STOP, requested, '🟢 stop: requested 3 of 3 machines in my-app'],
    [
      'what it did instead',
      STOP,
      [...changed, ...instead],
      '🟢 stop: stopped 5, stopped instead 1 of 6 machines in my-app',
    ],
    ['each direction', HOURS, [...changed, ...down], '🟢 stop: started 2, stopped 5 of 7 machines in my-app'],
    ['no direction in which it did nothing', HOURS, down, '🟢 stop: started 2 of 2 machines in my-app'],
    ['that it did nothing', STOP, already, '⚪ stop: stopped 0 of 2 machines in my-app'],
    ['that there was nothing', STOP, [], '⚪ stop: stopped 0 of 0 machines in my-app'],
    ['what it waited for', WAIT, already, '🟢 stop: 2 of 2 machines settled in my-app'],
  ] as const)('says %s', (_, words, machines, line) => expect(headline('stop', words, machines)).toBe(line));

  it('names up to three apps, and counts more', () => {
    const inApps = (...apps: string[]) => headline('stop', STOP, changed, { apps });
    expect(inApps('a', 'b', 'c')).toMatch(/ in a, b, c$/);
    expect(inApps('a', 'b', 'c', 'd')).toMatch(/ in 4 apps$/);
    expect(inApps('x'.repeat(500))).toMatch(/ in x{120}…$/);
  });

  it("says so of a restore at the job's end", () => {
    expect(headline("start, at the job's end", STOP, changed)).toBe(
      "🟢 start, at the job's end: stopped 5 of 5 machines in my-app",
    );
  });

  it('counts the machines of a list, which does nothing', () => {
    expect(readable(headlineOf('list', resultOf(already)))).toBe('🟢 list: 2 machines in my-app');
  });

  it('has nothing but a name for what has no machines', () => {
    expect(headlineOf('auth', resultOf([]))).toBe('🟢 auth');
  });
});

describe('when it is a dry run', () => {
  const would = (state: string, verb: string) =>
    machineResult('a', 'skipped', {
      machine: { state },
      wouldChange: verb,
      reason: `dry run: would ${verb}`,
    });

  it('says what would be done', () => {
    const machines = [would('started', 'stop'), machineResult('b', 'unchanged')];
    expect(headline('stop', { ...STOP, dryRun: true }, machines)).toBe(
      '🟠 stop, dry run: would stop 1 of 2 machines in my-app',
    );
  });

  it('says it of each direction', () => {
    const machines = [would('started', 'stop'), would('stopped', 'start'), would('stopped', 'start')];
    expect(headline('hours', { ...HOURS, dryRun: true }, machines)).toBe(
      '🟠 hours, dry run: would start 2, would stop 1 of 3 machines in my-app',
    );
  });

  it('says that nothing would be done', () => {
    expect(headline('stop', { ...STOP, dryRun: true }, [machineResult('b', 'unchanged')])).toBe(
      '🟠 stop, dry run: would stop 0 of 1 machine in my-app',
    );
  });
});

describe('when a step has a goal', () => {
  const goal = '4 of 7 ready';
  const started = many(4, 'a', 'changed');

  it('says how far it came, rather than how many failed', () => {
    expect(headline('warm-up', STOP, started, { goal })).toBe('🟢 warm-up: 4 of 7 ready in my-app');
    const failed = many(3, 'b', 'failed');
    expect(headline('warm-up', STOP, [...started, ...failed], { goal })).toBe(
      '🔴 warm-up: 4 of 7 ready in my-app',
    );
  });
});

describe('when something failed', () => {
  const done = many(10, 'a', 'changed');
  const cancelled = many(2, 'b', 'failed', { error: new ActionError('cancelled', 'the job was cancelled') });
  const failed = many(2, 'c', 'failed');
  const step = { app: undefined, error: new ActionError('forbidden', 'Fly says no') };
  const unread = { app: 'gone', error: new ActionError('not found', 'no such app') };

  it.each([
    ['machines', [...done, ...failed], [], '🔴 start: 2 of 12 machines failed in my-app'],
    ['all machines', failed, [], '🔴 start: 2 machines failed in my-app'],
    ['the only machine', failed.slice(0, 1), [], '🔴 start: 1 machine failed in my-app'],
    [
      'machines, of which some were cancelled',
      [...failed, ...cancelled],
      [],
      '🔴 start: 4 machines failed in my-app',
    ],
    [
      'by a cancel alone',
      [...done, ...cancelled],
      [],
      '🔴 start, cancelled: 2 of 12 machines failed in my-app',
    ],
    [
      'machines, and what was not begun for it',
      [...done, ...failed, ...many(3, 'd', 'skipped', { reason: 'not begun: machine c failed' })],
      [],
      '🔴 start: 2 of 15 machines failed, 3 not begun in my-app',
    ],
    ['the step', [], [step], '🔴 start failed: forbidden'],
    ['the step, after it had listed machines', done, [step], '🔴 start failed: forbidden'],
    ['apps that could not be read', done, [unread], '🔴 start: 1 of 1 app could not be read'],
    [
      'machines and apps: those it has',
      [...done, ...failed],
      [unread],
      '🔴 start: 2 of 12 machines failed in my-app',
    ],
    ['the step and apps', done, [unread, step], '🔴 start failed: forbidden'],
  ] as const)('says what: %s', (_, machines, failures, line) => {
    expect(headline('start', STOP, machines, { failures })).toBe(line);
  });

  it('counts apps of how many', () => {
    const apps = ['one', 'two', 'gone'];
    expect(headline('list', STOP, done, { apps, failures: [unread] })).toBe(
      '🔴 list: 1 of 3 apps could not be read',
    );
  });

  it('does not count a machine that another one replaced', () => {
    const replaced = machineResult('c', 'failed', { replaced: true });
    expect(headline('warm-up', STOP, [...done, replaced])).toBe(
      '🟢 warm-up: stopped 10 of 11 machines in my-app',
    );
  });

  it('takes no name for Markdown or HTML', () => {
    const line = headlineOf('stop', resultOf(failed, { apps: ['<img src=x>|`@octocat'] }));
    expect(line.replaceAll('<wbr>', '')).not.toMatch(/[<>|`@]/);
  });
});

describe('when a token was inspected', () => {
  const [YES, NO, ASK] = (['yes', 'no', 'fly must say'] as const).map(
    (verdict): May => ({ verdict, reason: '' }),
  );
  const all = WORKING_COMMANDS.length;
  const lineOf = (mays: readonly (May | undefined)[], changes: Partial<TokenReport> = {}) => {
    const entries = WORKING_COMMANDS.map((name, at) => [name, mays[at] ?? NO] as const);
    const report: TokenReport = {
      ...{ version: 1, app: 'my-app', app_number: null, usable_until: null, accepted: null, named: [] },
      ...{ tokens: [], more_tokens: 0, oauth_tokens: 0, unknown_parts: 0, unreadable: [], warnings: [] },
      verdicts: Object.fromEntries(
        entries.map(([name, may]) => [name, may ?? { verdict: 'no', reason: '' }]),
      ),
      ...changes,
    };
    return readable(headlineOf('inspect', resultOf([], { report })));
  };

  it.each([
    ['all', Array(all).fill(YES), '🟢 inspect: the token may run every command on my-app'],
    ['some', [YES, YES], `🟠 inspect: the token may run 2 of ${all} commands on my-app`],
    ['none for certain', [ASK], `🟠 inspect: the token may run 0 of ${all} commands on my-app`],
    ['none', [], `🔴 inspect: the token may run 0 of ${all} commands on my-app`],
  ])('says how many commands it may run: %s', (_, mays, line) => expect(lineOf(mays)).toBe(line));

  it('names no app where it is about any', () => {
    expect(lineOf([], { app: null })).toMatch(/ commands$/);
  });

  it('says that Fly does not take it, whatever its caveats allow', () => {
    expect(lineOf(Array(all).fill(YES), { accepted: false })).toBe(
      '🔴 inspect: Fly does not accept the token',
    );
  });

  it('says that it could not be inspected', () => {
    const failures = [{ app: undefined, error: new ActionError('token format', 'no token') }];
    expect(headlineOf('inspect', resultOf([], { failures }))).toBe('🔴 inspect failed: token format');
  });
});
