import { createVirtualClock } from '../../../../../emulator/virtual-clock.js';
import { runnerProgress } from '../../../../../src/action/report/log/progress.js';
import type { MachineResult } from '../../../../../src/commands/result/result.js';
import { fakeLog } from '../../../../support/fakes/fake-shell.js';
import { appMachine } from '../../../../support/machines.js';
import { machineResult } from '../../../../support/results.js';

function rig() {
  const log = fakeLog();
  const clock = createVirtualClock();
  let ended = 0;
  const endGroup = () => {
    ended += 1;
  };
  const progress = runnerProgress({ ...log, endGroup }, clock);
  return { log, clock, progress, ended: () => ended };
}

const machines = (...ids: string[]) => ids.map((id) => appMachine(id));

const exec = (stdout: string, stderr = '') => ({ exitCode: 0, exitSignal: 0, stdout, stderr });

/** The numbers from one to another, a line each. */
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');

const ALL = '(the file that `machines-file` names has all of stdout, as long as the job runs)';

describe('when work goes on', () => {
  it('has a group for all of it, with a line for each machine', () => {
    const { log, progress, ended } = rig();
    progress.begin('Stopping', machines('a', 'b'), 'stopped');
    progress.done(machineResult('a', 'changed', { state: 'stopped', durationMs: 1_500 }));
    progress.tell(appMachine('b'), 'lease held by deploy');
    progress.done(machineResult('b', 'failed'));
    expect(ended()).toBe(0);
    progress.end();
    expect(ended()).toBe(1);
    expect(log.lines.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'group Stopping 2 machines',
      'info a name-a (fra): started → stopped, 1.5 s',
      'info b: lease held by deploy',
      'info b name-b (fra): failed: timeout: not done',
    ]);
  });

  it('says every ten seconds how far it is, whether anything was done or not', async () => {
    const { log, clock, progress } = rig();
    progress.begin('Starting', machines('a', 'b', 'c', 'd', 'e'), 'started');
    await clock.advance(9_999);
    expect(log.said('info')).toEqual([]);
    await clock.advance(10_001);
    progress.done(machineResult('a', 'changed'));
    progress.done(machineResult('b', 'unchanged'));
    progress.done(machineResult('c', 'failed'));
    progress.done(machineResult('d', 'skipped'));
    await clock.advance(21_000);
    expect(log.said('info').filter((line) => line.includes(' of 5 '))).toEqual([
      '0 of 5 started, 10 s',
      '0 of 5 started, 20 s',
      '2 of 5 started, 1 skipped, 1 failed, 30 s; waiting for e (name-e)',
      '2 of 5 started, 1 skipped, 1 failed, 40 s; waiting for e (name-e)',
    ]);
  });

  it.each([
    [3, '0 of 3 started, 10 s; waiting for m0 (name-m0), m1 (name-m1), m2 (name-m2)'],
    [4, '0 of 4 started, 10 s'],
  ])('names those that are still out once they are few: %i', async (number, line) => {
    const { log, clock, progress } = rig();
    const ids = Array.from({ length: number }, (_, index) => `m${index}`);
    progress.begin('Starting', machines(...ids), 'started');
    await clock.advance(10_000);
    progress.end();
    expect(log.said('info')).toEqual([line]);
  });

  it('tells machines of the same id in two apps apart, and names the apps', async () => {
    const { log, clock, progress } = rig();
    progress.begin('Starting', [appMachine('a'), appMachine('a', { app: 'other' })], 'started');
    progress.done(machineResult('a', 'changed'));
    await clock.advance(10_000);
    progress.end();
    expect(log.said('info')).toEqual([
      'a name-a (fra) in my-app: started',
      '1 of 2 started, 10 s; waiting for a (name-a) in other',
    ]);
  });

  it('is silent once it has ended, and its timer is gone', async () => {
    const { log, clock, progress } = rig();
    const timers = new Set<AbortSignal | undefined>();
    const watched = runnerProgress(log, {
      now: clock.now,
      sleep: (ms, signal) => {
        timers.add(signal);
        return clock.sleep(ms, signal).finally(() => timers.delete(signal));
      },
    });
    watched.begin('Starting', machines('a'));
    expect(timers.size).toBe(1);
    watched.end();
    await clock.advance(60_000);
    expect(timers.size).toBe(0);
    expect(log.said('info')).toEqual([]);
    progress.end(); // Without a beginning, nothing is there to be ended.
  });

  it('counts anew for what comes after', async () => {
    const { log, clock, progress } = rig();
    progress.begin('Starting', machines('a'));
    progress.done(machineResult('a', 'changed'));
    progress.end();
    progress.begin('Waiting for', machines('a', 'b', 'c', 'd'));
    await clock.advance(10_000);
    progress.end();
    expect(log.said('info').at(-1)).toBe('0 of 4 done, 10 s');
  });

  it('leaves room for other warnings among the ten that a step may show', () => {
    const { log, progress } = rig();
    for (let index = 0; index < 20; index += 1) progress.warn(`lease ${index}`);
    expect(log.said('warning')).toEqual(['lease 0', 'lease 1', 'lease 2']);
    expect(log.said('info')).toHaveLength(17);
    expect(log.said('info').at(-1)).toBe('Warning: lease 19');
  });
});

describe('when a command ran in a machine', () => {
  const printed = (result: Partial<MachineResult>) => {
    const { log, progress } = rig();
    progress.begin('Running on', machines('a'));
    progress.done(machineResult('a', 'changed', result));
    progress.end();
    return log.said('info').slice(1);
  };

  it('has what it printed under the machine’s line', () => {
    expect(printed({ exec: exec('one\r\n\n  two\n', 'oh') })).toEqual([
      ...['  stdout:', '    one', '    ', '      two', '  stderr:', '    oh'],
    ]);
    expect(printed({ exec: exec('') })).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['a hundred lines', numbered(1, 100), numbered(1, 100).trimEnd().split('\n')],
    [
      'one more',
      numbered(1, 101),
      [
        ...numbered(1, 20).trimEnd().split('\n'),
        '(1 line left out)',
        ...numbered(22, 101).trimEnd().split('\n'),
        ALL,
      ],
    ],
    ['a long line', 'x'.repeat(50_000), [`${'x'.repeat(2_000)}…${'x'.repeat(2_000)}`, ALL]],
    [
      'many long lines',
      `${'x'.repeat(3_000)}\n`.repeat(30),
      ['x'.repeat(3_000), '(24 lines left out)', ...Array(5).fill('x'.repeat(3_000)), ALL],
    ],
    [
      'characters of two units',
      `x${'😀'.repeat(3_000)}y`,
      [`x${'😀'.repeat(999)}…${'😀'.repeat(999)}y`, ALL],
    ],
  ])('keeps beginning and end of what is long: %s', (_, stdout, shown) => {
    expect(printed({ exec: exec(stdout) })).toEqual(['  stdout:', ...shown.map((line) => `    ${line}`)]);
  });
});

describe('when a plan is made', () => {
  const excluded = machineResult('a', 'skipped', { reason: 'excluded by a' });
  const there = machineResult('b', 'unchanged', { reason: 'already stopped' });
  const hopeless = machineResult('c', 'failed');
  const would = machineResult('d', 'skipped', {
    reason: 'dry run: would stop',
    wouldChange: 'stop',
    machine: { cordoned: true },
  });

  const planned = (settled: MachineResult[], tellsUnchanged?: true) => {
    const { log, progress } = rig();
    progress.planned({ apps: ['my-app'], verb: 'stop', settled, tellsUnchanged });
    return log.lines.map(({ level, text }) => `${level} ${text}`);
  };

  it('has a group for each kind of machine that nothing will be done to, and none for what is no news', () => {
    expect(planned([excluded, there, hopeless, would])).toEqual([
      'group Left alone: 1 machine',
      'info a name-a (fra): skipped, excluded by a',
      "group Can't be done: 1 machine",
      'info c name-c (fra): failed: timeout: not done',
      'group Dry run: would stop 1 machine',
      'info d name-d (fra): started, cordoned, would stop',
    ]);
    expect(planned([there])).toEqual([]);
  });

  it('tells of machines that are where they should be where that is news, and why of what it would do', () => {
    const outside = { ...would, reason: 'dry run: would stop; outside its hours' };
    expect(planned([there, outside], true)).toEqual([
      'group As it should be: 1 machine',
      'info b name-b (fra): unchanged, already stopped',
      'group Dry run: would stop 1 machine',
      'info d name-d (fra): started, cordoned, would stop; outside its hours',
    ]);
  });

  it('names the apps where there are several, from then on', () => {
    const { log, progress } = rig();
    progress.planned({ apps: ['my-app', 'other'], verb: 'stop', settled: [excluded] });
    progress.begin('Stopping', machines('b'), 'stopped');
    progress.tell(appMachine('b'), 'lease held by deploy');
    progress.done(machineResult('b', 'requested'));
    progress.end();
    expect(log.said('info')).toEqual([
      'a name-a (fra) in my-app: skipped, excluded by a',
      'b in my-app: lease held by deploy',
      'b name-b (fra) in my-app: requested',
    ]);
  });

  it('names two hundred of a kind, and says where the others are', () => {
    const many = Array.from({ length: 203 }, (_, index) => ({
      ...excluded,
      machine: appMachine(`m${index}`),
    }));
    const [title, ...lines] = planned(many);
    expect(title).toBe('group Left alone: 203 machines');
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe('info …and 3 more; the file that `machines-file` names has all');
  });
});
