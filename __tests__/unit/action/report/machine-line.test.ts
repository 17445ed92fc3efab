import { listLine, progressLine } from '../../../../src/action/report/machine-line.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { machineResult } from '../../../support/results.js';

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
    [
      machineResult('a', 'changed', { reason: 'has no health checks to wait for', durationMs: 1_300 }),
      'a name-a (fra): restarted, has no health checks to wait for, 1.3 s',
    ],
    [
      machineResult('a', 'failed', { durationMs: 60_000 }),
      'a name-a (fra): failed, 1 min: timeout: not done',
    ],
    [
      machineResult('a', 'failed', {
        error: new ActionError('wrong state', 'machine a is failed instead of started', { requestId: 'R' }),
      }),
      'a name-a (fra): failed: wrong state: is failed instead of started (request R)',
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
    expect(progressLine(result, { past: 'restarted' })).toBe(line);
  });

  it('stays a line of bearable length, whatever it is called and whatever came back', () => {
    const evil = `\n::error::${'x'.repeat(10_000)}`;
    const error = new ActionError('Fly failure', evil);
    const line = progressLine(
      machineResult(evil, 'failed', { machine: { name: evil, region: evil, app: evil }, error }),
      { withApp: true },
    );
    expect(line.length).toBeLessThan(1_500);
    expect(line).not.toMatch(/^::|^.*\n/);
  });
});

describe('when a machine has its line in a list', () => {
  it('has no gaps for what it has not, and shows a state by its name', () => {
    expect(listLine(machineResult('a', 'unchanged'))).toBe('a  name-a  fra  app  started');
    const machine = { name: '', processGroup: undefined, state: 'hibernating' };
    expect(listLine(machineResult('a', 'skipped', { machine, reason: 'excluded by a' }))).toBe(
      'a  fra  hibernating  excluded by a',
    );
  });

  it('names the app where there are several, and says what is out of the rotation', () => {
    const result = machineResult('a', 'unchanged', { machine: { cordoned: true } });
    expect(listLine(result, { withApp: true })).toBe('my-app  a  name-a  fra  app  started, cordoned');
  });

  it('shows its marks and holds behind the reason, ten at most', () => {
    const machine = { metadata: { 'keep-alive': 'yes', 'marked-a': '2026-11-30T19:00:12Z stopped o/r/1' } };
    expect(listLine(machineResult('a', 'skipped', { machine, reason: 'excluded by a' }))).toBe(
      'a  name-a  fra  app  started  excluded by a  a: stopped 2026-11-30T19:00:12Z by o/r/1  keep-alive',
    );
    const metadata = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`marked-${index}`, 'x']));
    const line = listLine(machineResult('a', 'unchanged', { machine: { metadata } }));
    expect(line).toMatch(/ {2}9: stopped, by another form: x {2}…and 290 marks more$/);
  });

  it('is of bearable length, whatever it is called', () => {
    const name = 'n'.repeat(10_000);
    expect(
      listLine(machineResult('a', 'unchanged', { machine: { name, region: name } })).length,
    ).toBeLessThan(300);
  });
});
