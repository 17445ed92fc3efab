import { countsOf, upshotOf } from '../../../../src/commands/result/count-machines.js';
import type { CountedWords } from '../../../../src/commands/result/counts.js';
import { machineResult } from '../../../support/results.js';

const STOP: CountedWords = { verb: 'stop', past: 'stopped', already: 'already stopped' };
const BOTH: CountedWords = {
  ...STOP,
  directions: [
    { verb: 'start', past: 'started', has: ({ state }) => state === 'stopped' },
    { verb: 'stop', past: 'stopped', has: ({ state }) => state === 'started' },
  ],
};
const down = { state: 'stopped' };

/** The counts as words: `stopped 2`. */
const said = (...of: Parameters<typeof countsOf>) =>
  countsOf(...of).map(({ upshot, label, number }) => `${upshot}: ${label} ${number}`);

describe('when it is asked what became of a machine', () => {
  it.each([
    ['changed', machineResult('a', 'changed')],
    ['requested', machineResult('a', 'requested')],
    ['unchanged', machineResult('a', 'unchanged')],
    ['skipped', machineResult('a', 'skipped')],
    ['failed', machineResult('a', 'failed')],
    ['instead', machineResult('a', 'changed', { instead: 'stopped' })],
    ['would', machineResult('a', 'skipped', { wouldChange: 'stop' })],
  ])('tells %s from the others', (upshot, result) => expect(upshotOf(result)).toBe(upshot));
});

describe('when machines are counted', () => {
  it('counts what the command does, what was so already, and failures, even where it is nothing', () => {
    expect(said(STOP, [])).toEqual([
      'changed: stopped 0',
      'unchanged: already stopped 0',
      'failed: failed 0',
    ]);
  });

  it('counts the rest only where there is any, in the order of the line', () => {
    const machines = [
      machineResult('a', 'failed'),
      machineResult('b', 'skipped'),
      machineResult('c', 'unchanged'),
      machineResult('d', 'requested'),
      machineResult('e', 'changed', { instead: 'suspended' }),
      machineResult('f', 'changed'),
      machineResult('g', 'changed'),
    ];
    expect(said(STOP, machines)).toEqual([
      'changed: stopped 2',
      'instead: suspended instead 1',
      'requested: requested 1',
      'unchanged: already stopped 1',
      'skipped: skipped 1',
      'failed: failed 1',
    ]);
  });

  it('counts each direction by what a machine was before', () => {
    const machines = [
      machineResult('a', 'changed'),
      machineResult('b', 'changed', { machine: down }),
      machineResult('c', 'changed', { machine: down }),
    ];
    expect(said(BOTH, machines).slice(0, 2)).toEqual(['changed: started 2', 'changed: stopped 1']);
  });

  it('counts what a dry run would do, apart from what it skips anyway', () => {
    const would = machineResult('a', 'skipped', { wouldChange: 'stop' });
    expect(said({ ...BOTH, dryRun: true }, [would, machineResult('b', 'skipped')])).toEqual([
      'would: would start 0',
      'would: would stop 1',
      'unchanged: already stopped 0',
      'skipped: skipped 1',
      'failed: failed 0',
    ]);
  });

  it('has no count of changes where nothing is ever changed, and none of what cannot be so already', () => {
    expect(said({ verb: 'wait', past: '', already: 'settled' }, [machineResult('a', 'unchanged')])).toEqual([
      ...['unchanged: settled 1', 'failed: failed 0'],
    ]);
    expect(said({ verb: 'run', past: 'ran', already: '' }, [])).toEqual([
      'changed: ran 0',
      'failed: failed 0',
    ]);
  });
});
