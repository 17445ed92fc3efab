import { lineWidths, progressLine } from '../../../../src/action/report/machine-line.js';
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

  it('lines up with those that are worked on beside it', () => {
    const results = [
      machineResult('a', 'changed', { state: 'stopped', machine: { name: 'web-1' } }),
      machineResult('b', 'failed', { machine: { name: 'worker-10' } }),
      machineResult('c', 'requested', { machine: { name: '', region: '' } }),
    ];
    const widths = lineWidths(results.map(({ machine }) => machine));
    expect(results.map((result) => progressLine(result, { widths }))).toEqual([
      'a web-1     (fra): started → stopped',
      'b worker-10 (fra): failed: timeout: not done',
      'c: requested',
    ]);
  });

  it('is not pushed out of sight by a hostile name beside it', () => {
    const evil = machineResult('b', 'changed', { machine: { name: 'n'.repeat(10_000) } });
    const widths = lineWidths([evil.machine]);
    expect(progressLine(machineResult('a', 'changed'), { widths }).length).toBeLessThan(80);
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
