import { machineColumns, printed, whichColumn } from '../../../../src/action/summary/columns.js';
import { tableOf } from '../../../../src/action/summary/table.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { readable } from '../../../support/pages.js';
import { machineResult, type ResultChanges } from '../../../support/results.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 30, 12);

/** The table of a command's machines, as a person reads it. */
function shown(command: string, ...machines: MachineResult[]) {
  const columns = machineColumns({ command, withApp: false }, machines);
  const { shared, heads, cells } = tableOf(machines, columns);
  const rows = cells.map((row) =>
    Object.fromEntries(row.map((cell, at) => [heads[at] ?? '', readable(cell)])),
  );
  return { shared, heads, rows };
}

const inTable = (command: string, ...machines: MachineResult[]) => shown(command, ...machines).rows;
const one = (command: string, ...result: Parameters<typeof machineResult>) =>
  inTable(command, machineResult(...result))[0] ?? {};

describe('when a table says which machine it is', () => {
  const which = (changes: ResultChanges['machine'], withApp = false) => {
    const rows = [machineResult('a', 'changed', { machine: changes ?? {} })];
    return tableOf(rows, [whichColumn(withApp)]).cells[0]?.[0];
  };

  it('has its name and id, and where it is', () => {
    expect(which({})).toBe('<b>name-a</b> <code>a</code><br>app · fra');
    expect(which({}, true)).toBe('<b>name-a</b> <code>a</code><br>my-app · app · fra');
  });

  it('has nothing for what it lacks', () => {
    expect(which({ name: '', region: '', processGroup: undefined })).toBe('<code>a</code>');
  });

  it('has a column for where it is, unless another one needs the room', () => {
    const stopped = machineResult('a', 'changed', { state: 'stopped' });
    expect(shown('stop', stopped).heads).toEqual(['Machine', 'Where', 'State']);
    const remarked = machineResult('b', 'changed', { reason: 'as asked' });
    expect(shown('stop', stopped, remarked).heads).toEqual(['Machine', 'State']);
    expect(inTable('stop', stopped, remarked)[0]).toMatchObject({ Machine: '<b>name-a</b> <code>a</code>' });
  });

  it('says of several once what they share', () => {
    const machines = ['a', 'b'].map((id) => machineResult(id, 'changed', { state: 'stopped' }));
    expect(shown('stop', ...machines)).toMatchObject({
      shared: 'group app · region fra · state started → stopped',
      heads: ['Machine'],
    });
  });
});

describe('when a table says in which state a machine is', () => {
  it.each([
    ['stop', 'changed', false, 'started'],
    ['cordon', 'changed', false, 'started → started, cordoned'],
    ['uncordon', 'changed', true, 'started, cordoned → started'],
    ["cordon, at the job's end", 'changed', true, 'started, cordoned → started'],
    ['cordon', 'failed', false, 'started'],
    ['cordon', 'requested', false, 'started'],
    ['restart', 'changed', true, 'started, cordoned'],
    ['list', 'unchanged', true, '🟩 started, cordoned'],
  ] as const)(
    'tells what is out of the rotation, before and after: %s, %s',
    (command, outcome, cordoned, state) => {
      expect(one(command, 'a', outcome, { machine: { cordoned } })).toMatchObject({ State: state });
    },
  );

  it('names any state, known or not, before and after', () => {
    const changes = { machine: { state: 'hibernating' }, state: 'dreaming' };
    expect(one('stop', 'a', 'changed', changes)).toMatchObject({ State: 'hibernating → dreaming' });
    expect(one('list', 'a', 'unchanged', { state: 'dreaming' })).toMatchObject({
      State: '🟨 started → dreaming',
    });
  });

  it('tells below it what there is to remark, with code in it', () => {
    expect(
      one('suspend', 'a', 'changed', { state: 'stopped', reason: 'could not be `suspended`' }),
    ).toMatchObject({
      State: 'started → stopped<br>could not be <code>suspended</code>',
    });
  });

  it('tells what a dry run would do, once where it would do it to all', () => {
    const reason = 'dry run: would stop';
    const would = machineResult('a', 'skipped', { wouldChange: 'stop', reason });
    const other = machineResult('a', 'skipped', { wouldChange: 'stop', reason: `${reason}; no metrics` });
    const start = machineResult('a', 'skipped', { wouldChange: 'start', reason: 'dry run: would start' });
    expect(shown('stop', would, would).shared).toMatch(/ · would stop$/);
    expect(inTable('stop', would, other).map((row) => row['Remark'])).toEqual(['', 'no metrics']);
    expect(inTable('hours', other, start).map((row) => row['Remark'])).toEqual([
      'would stop<br>no metrics',
      'would start',
    ]);
  });
});

describe('when machines bear marks', () => {
  const metadata = { 'marked-night': '2026-11-30T19:00:12Z stopped a/b/1', hours: 'always|<b>' };
  const marked = machineResult('a', 'unchanged', { machine: { metadata } });

  it('names them, and in a list says who, when and all the rest', () => {
    const plain = machineResult('b', 'unchanged');
    expect(inTable('stop', marked, plain).map((row) => row['Remark'])).toEqual(['night: stopped', '']);
    expect(shown('stop', marked, plain).shared).toContain('state started');
    expect(inTable('list', marked)[0]).toMatchObject({
      State: '🟩 started<br>night: stopped 2026-11-30T19:00:12Z by a/b/1<br>hours always|<b>',
    });
    const [list] = tableOf([marked], machineColumns({ command: 'list', withApp: false }, [marked])).cells;
    expect(list?.at(-1)).toContain('always&#124;&#60;b&#62;');
  });

  it('shows those that are left after the step, and nothing where there are none', () => {
    const unmarked = machineResult('a', 'changed', { machine: { metadata }, marks: [] });
    expect(inTable('start', unmarked)[0]).toMatchObject({ State: 'started' });
    const mark = { name: 'day', word: 'started', value: '', at: 0, by: '' } as const;
    expect(inTable('start', { ...unmarked, marks: [mark] })[0]).toMatchObject({
      State: 'started<br>day: started',
    });
  });

  it('tells once the mark that all of them bear', () => {
    expect(shown('stop', marked, marked).shared).toContain('mark night: stopped');
  });
});

describe('when a table shows the evidence for idleness', () => {
  const judged = (evidence: MachineResult['evidence'], size?: string) =>
    one('stop-idle', 'a', 'changed', {
      machine: { seenAt: NOON, size },
      ...(evidence !== undefined && { evidence }),
    });
  const NOTHING = { quietSince: undefined, lastBusy: undefined, upSince: undefined };

  it('says how long it was quiet, when it was busy last, how long it was up, and its size', () => {
    const evidence = {
      quietSince: NOON - 45 * MINUTE,
      lastBusy: NOON - 46 * MINUTE,
      upSince: NOON - 90 * MINUTE,
    };
    expect(judged(evidence, 'shared-cpu-1x 256 MB')).toMatchObject({
      'Quiet for': '45 min<br>last busy 11-30 11:14 UTC',
      'Up for': '1 h 30 min',
      Size: 'shared-cpu-1x 256 MB',
    });
  });

  it('says “at least” where nobody saw it busy', () => {
    expect(judged({ ...NOTHING, quietSince: NOON - 45 * MINUTE })).toMatchObject({
      'Quiet for': 'at least 45 min',
    });
  });

  it.each([
    ['of which nothing is known', NOTHING],
    ['that was not judged', undefined],
  ])('has no columns for a machine %s', (_, evidence) => {
    expect(Object.keys(judged(evidence))).toEqual(['Machine', 'Where', 'State']);
  });

  it('shows no size but as evidence', () => {
    expect(one('stop', 'a', 'changed', { machine: { size: 'big' } })).not.toHaveProperty('Size');
  });

  it('takes no size for Markdown', () => {
    const machines = [machineResult('a', 'changed', { machine: { size: '<b>|' }, evidence: NOTHING })];
    const columns = machineColumns({ command: 'stop-idle', withApp: false }, machines);
    expect(tableOf(machines, columns).cells[0]).toContain('&#60;b&#62;&#124;');
  });
});

describe('when a table shows what a command printed', () => {
  const ran = (stdout: string, stderr = '', exitCode = 0) => ({
    exec: { exitCode, exitSignal: 0, stdout, stderr },
  });

  it('has its exit code and the first line', () => {
    expect(
      one('exec', 'a', 'changed', { ...ran('one\ntwo'), reason: 'exit code 0', durationMs: 1_234 }),
    ).toEqual({
      Machine: '<b>name-a</b> <code>a</code><br>app · fra',
      State: 'started',
      'Exit code': '0',
      Output: '<code>one</code>',
      Took: '1.2 s',
    });
  });

  it('tells once the exit code that all have', () => {
    const machines = ['a', 'b'].map((id) => machineResult(id, 'changed', ran(id)));
    expect(shown('exec', ...machines)).toMatchObject({
      shared: 'group app · region fra · state started · exit code 0',
      heads: ['Machine', 'Output'],
    });
  });

  it.each([
    ['the first that is not blank', '\n  \nfirst | line\nsecond', 'oh', ['first | line']],
    ['of stderr, where stdout has none', '\n', 'oh\n', ['oh']],
    ['none where there is none', '', '', []],
    ['no more than a cell holds', 'x'.repeat(5_000), '', [`${'x'.repeat(90)}…`]],
  ])('shows a line: %s', (_, stdout, stderr, lines) => {
    expect(printed(machineResult('a', 'changed', ran(stdout, stderr)))).toEqual(lines);
  });

  it.each([
    ['three lines of stderr', 'out', 'one\n two | 2 \n\nthree\nfour\n', ['two | 2', 'three', 'four']],
    ['of stdout where stderr has none', 'one\ntwo\n', ' \n', ['one', 'two']],
    ['nothing', '', '', []],
    [
      'no more than a cell holds',
      '',
      `${'x'.repeat(5_000)}\n`.repeat(9),
      Array(3).fill(`${'x'.repeat(90)}…`),
    ],
  ])('shows how it ended where it failed: %s', (_, stdout, stderr, lines) => {
    expect(printed(machineResult('a', 'failed', ran(stdout, stderr, 3)))).toEqual(lines);
  });

  it('shows nothing of a command that never ran', () => {
    expect(printed(machineResult('a', 'failed'))).toEqual([]);
  });
});

describe('when a table says how long it took', () => {
  it('has a column only where it took any time', () => {
    expect(one('stop', 'a', 'changed', { durationMs: 1_234 })).toMatchObject({ Took: '1.2 s' });
    expect(one('stop', 'a', 'changed')).not.toHaveProperty('Took');
  });
});
