import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { progressLine, runnerProgress } from '../../../src/action/progress.js';
import type { MachineResult } from '../../../src/commands/result.js';
import { ActionError } from '../../../src/errors.js';
import { fakeLog } from '../../support/fake-shell.js';
import { machineResult } from '../../support/results.js';

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

const exec = (stdout: string, stderr = '') => ({ exitCode: 0, exitSignal: 0, stdout, stderr });

describe('when work goes on', () => {
  it('has a group for all of it, with a line for each machine', () => {
    const { log, progress, ended } = rig();
    progress.begin('Stopping', 2, 'stopped');
    progress.done(machineResult('a', 'changed', { state: 'stopped', durationMs: 1_500 }));
    progress.tell('b: lease held by deploy');
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
    progress.begin('Starting', 5, 'started');
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
      '2 of 5 started, 1 skipped, 1 failed, 30 s',
      '2 of 5 started, 1 skipped, 1 failed, 40 s',
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
    watched.begin('Starting', 1);
    expect(timers.size).toBe(1);
    watched.end();
    await clock.advance(60_000);
    expect(timers.size).toBe(0);
    expect(log.said('info')).toEqual([]);
    progress.end(); // Without a beginning, nothing is there to be ended.
  });

  it('counts anew for what comes after', async () => {
    const { log, clock, progress } = rig();
    progress.begin('Starting', 1);
    progress.done(machineResult('a', 'changed'));
    progress.end();
    progress.begin('Waiting for', 3);
    await clock.advance(10_000);
    progress.end();
    expect(log.said('info').at(-1)).toBe('0 of 3 done, 10 s');
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
    progress.begin('Running on', 1);
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

  it.each([
    ['lines', 'x\n'.repeat(100), 100, false],
    ['too many lines', 'x\n'.repeat(101), 101, true],
    ['too many characters', 'x'.repeat(50_000), 2, true],
  ])('is cut where it is long: %s', (_, stdout, least, isCut) => {
    const lines = printed({ exec: exec(stdout) });
    expect(lines.length).toBeGreaterThanOrEqual(Math.min(least, 102));
    expect(lines.length).toBeLessThanOrEqual(102);
    expect(lines.join('').length).toBeLessThan(21_000);
    expect(lines.at(-1)?.includes('machines-file')).toBe(isCut);
  });
});

describe('when a machine has its line in the log', () => {
  it.each<[MachineResult, string]>([
    [
      machineResult('a', 'changed', { state: 'stopped', durationMs: 1_500 }),
      'a name-a (fra): started → stopped, 1.5 s',
    ],
    [
      machineResult('a', 'changed', { state: 'stopped', reason: 'could not be suspended' }),
      'a name-a (fra): started → stopped, could not be suspended',
    ],
    [machineResult('a', 'changed', { durationMs: 2_000 }), 'a name-a (fra): restarted, 2 s'],
    [machineResult('a', 'changed', { reason: 'exit code 0' }), 'a name-a (fra): exit code 0'],
    [
      machineResult('a', 'failed', { durationMs: 60_000 }),
      'a name-a (fra): failed, 1 min: timeout: not done',
    ],
    [machineResult('a', 'skipped', { reason: 'excluded by a' }), 'a name-a (fra): skipped, excluded by a'],
    [machineResult('a', 'requested', { machine: { name: '', region: '' } }), 'a: requested'],
    [
      machineResult('a', 'unchanged', { machine: { state: 'hibernating' }, state: 'hibernating' }),
      'a name-a (fra): unchanged',
    ],
    [
      machineResult('a', 'changed', { machine: { state: 'dreaming' }, state: 'started' }),
      'a name-a (fra): dreaming → started',
    ],
  ])('says what became of it: %#', (result, line) => {
    expect(progressLine(result, 'restarted')).toBe(line);
  });

  it('stays a line of bearable length, whatever it is called and whatever came back', () => {
    const evil = `\n::error::${'x'.repeat(10_000)}`;
    const error = new ActionError('Fly failure', evil);
    const line = progressLine(
      machineResult(evil, 'failed', { machine: { name: evil, region: evil }, error }),
    );
    expect(line.length).toBeLessThan(1_500);
    expect(line).not.toMatch(/^::|^.*\n/);
  });
});
