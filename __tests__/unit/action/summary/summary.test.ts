import { summaryOf } from '../../../../src/action/summary/summary.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { machineResult, resultOf } from '../../../support/results.js';

const rowsOf = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('|'));

/** The cells of a row; pipes within a cell are entities by then. */
const cellsOf = (row = '') => row.slice(2, -2).split(' | ');

const tableOf = (command: string, ...machines: MachineResult[]) =>
  rowsOf(summaryOf(command, '', resultOf(machines))).map(cellsOf);

const many = (count: number, changes: Parameters<typeof machineResult>[2] = {}) =>
  Array.from({ length: count }, (_, index) => machineResult(`m${index}`, 'changed', changes));

describe('when a step writes its summary', () => {
  const MACHINES = [
    machineResult('a', 'changed', { state: 'stopped', durationMs: 1_234 }),
    machineResult('b', 'unchanged', { reason: 'already stopped' }),
    machineResult('c', 'skipped', { reason: 'excluded by c' }),
    machineResult('d', 'failed'),
  ];

  it('has a line and a table, what failed first and the rest in its order', () => {
    const markdown = summaryOf('stop', 'stopped 1, failed 1', resultOf(MACHINES));
    expect(markdown).toMatch(/^### Fly machines: stop\n\nstopped 1, failed 1\n\n\| Machine /);
    expect(rowsOf(markdown).map((row) => cellsOf(row)[0])).toEqual(['Machine', '---', 'd', 'a', 'b', 'c']);
    expect(cellsOf(rowsOf(markdown)[3])).toEqual([
      ...['a', 'name-a', 'fra', 'app', 'started', 'stopped', '🟢 changed', '', '1.2 s'],
    ]);
    expect(cellsOf(rowsOf(markdown)[2]).slice(-3)).toEqual(['🔴 failed', 'timeout&#58; not done', '']);
  });

  it('names the app where there are several', () => {
    const machines = [
      machineResult('a', 'changed'),
      machineResult('b', 'changed', { machine: { app: 'other-app' } }),
    ];
    const apps = ['my-app', 'other-app', 'app-of-none'];
    const rows = rowsOf(summaryOf('stop', '', resultOf(machines, { apps }))).map(cellsOf);
    expect(rows.map(([first]) => first)).toEqual(['App', '---', 'my-app', 'other-app']);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it('names apps that could not be listed, and what failed beside', () => {
    const failures = [
      { app: 'x|y', error: new ActionError('not found', 'no <app>', { hint: 'Look.' }) },
      { app: undefined, error: new ActionError('input', 'this\nand that') },
    ];
    const markdown = summaryOf('list', 'listed 0', resultOf([], { failures }));
    expect(markdown).toContain(
      '- 🔴 app x&#124;y: not found&#58; no &#60;app&#62;. Look.\n- 🔴 input&#58; this\n  - and that\n\n',
    );
    expect(rowsOf(markdown)).toEqual([]);
  });

  it('has no table without machines, and ends with an empty line, as the next step goes on there', () => {
    expect(summaryOf('auth', 'session opened', resultOf([]))).toBe(
      '### Fly machines: auth\n\nsession opened\n\n\n',
    );
  });

  it('shows 500 machines, the failed ones among them, and says where the others are', () => {
    const markdown = summaryOf('stop', '', resultOf([...many(700), machineResult('last', 'failed')]));
    const rows = rowsOf(markdown).slice(2);
    expect(rows).toHaveLength(500);
    expect(cellsOf(rows[0])[0]).toBe('last');
    expect(markdown).toContain('…and 201 more; all are in the output `machines-file`.');
  });

  it('has totals above a table that nobody reads through', () => {
    const error = new ActionError('no capacity', 'no room');
    const machines = [
      ...many(190),
      machineResult('x', 'failed', { error }),
      machineResult('y', 'failed'),
      machineResult('z', 'failed', { error }),
      machineResult('s', 'skipped'),
    ];
    expect(summaryOf('stop', 'line', resultOf(machines))).toContain(
      'line\n\n194 machines: 3 🔴 failed (2 no capacity, 1 timeout), 190 🟢 changed, 1 ⏭️ skipped.\n\n|',
    );
    expect(summaryOf('stop', 'line', resultOf(many(30)))).not.toContain('30 machines');
  });
});

describe('when machines bear marks', () => {
  const metadata = { 'marked-night': '2026-11-30T19:00:12Z stopped a/b/1', hours: 'always|<b>' };
  const marked = machineResult('a', 'unchanged', { machine: { metadata } });
  const marksIn = (command: string, ...machines: MachineResult[]) => {
    const [heads = [], , ...rows] = tableOf(command, ...machines);
    return rows.map((row) => row[heads.indexOf('Marks')]);
  };

  it('names them, and in a list says who, when and all the rest', () => {
    const plain = machineResult('b', 'unchanged');
    expect(marksIn('stop', marked, plain)).toEqual(['night&#58; stopped', '']);
    expect(marksIn('list', marked, plain)).toEqual([
      'night&#58; stopped 2026-11-30T19&#58;00&#58;12Z by a/b/1; hours always&#124;&#60;b&#62;',
      '',
    ]);
  });

  it('shows those that are left after the step, and no column where there are none', () => {
    const unmarked = machineResult('a', 'changed', { machine: { metadata }, marks: [] });
    expect(tableOf('start', unmarked)[0]).not.toContain('Marks');
    const mark = { name: 'day', word: 'started', value: '', at: 0, by: '' } as const;
    expect(marksIn('start', { ...unmarked, marks: [mark] })).toEqual(['day&#58; started']);
  });
});

describe('when a command has a table of its own', () => {
  it.each([
    ['list', machineResult('a', 'unchanged'), ['State']],
    ['list', machineResult('a', 'skipped', { reason: 'excluded' }), ['State', 'Reason']],
    [
      'cordon',
      machineResult('a', 'unchanged', { reason: 'x', durationMs: 5 }),
      ['State', 'Outcome', 'Reason', 'Took'],
    ],
    ['cordon', machineResult('a', 'changed', { durationMs: 5 }), ['Before', 'After', 'Outcome', 'Took']],
    [
      'wait',
      machineResult('a', 'unchanged', { reason: 'became stopped' }),
      ['Before', 'After', 'Outcome', 'Reason'],
    ],
    [
      'exec',
      machineResult('a', 'changed', {
        reason: 'exit code 0',
        exec: { exitCode: 0, exitSignal: 0, stdout: '', stderr: '' },
      }),
      ['State', 'Outcome', 'Exit code', 'Output'],
    ],
  ] as const)('shows only what that tells: %s', (command, result, heads) => {
    expect(tableOf(command, result)[0]).toEqual(['Machine', 'Name', 'Region', 'Group', ...heads]);
  });

  it.each([
    ['\n  \nfirst | line\nsecond', 'oh', 'first &#124; line'],
    ['\n', 'oh\n', 'oh'],
    ['', '', ''],
    ['x'.repeat(5_000), '', `${'x'.repeat(90)}…`],
  ])('shows the first line that a command printed: %#', (stdout, stderr, shown) => {
    const exec = { exitCode: 0, exitSignal: 0, stdout, stderr };
    const [, , row] = tableOf('exec', machineResult('a', 'changed', { exec }));
    expect(row?.slice(6, 8)).toEqual(['0', shown]);
  });

  it.each([
    ['stderr, else stdout', 'out', 'one\n two | 2 \n\nthree\nfour\n', 'two &#124; 2 ⏎ three ⏎ four'],
    ['stdout', 'one\ntwo\n', ' \n', 'one ⏎ two'],
    ['nothing', '', '', ''],
    [
      'no more than a cell holds',
      '',
      `${'x'.repeat(5_000)}\n`.repeat(9),
      Array(3)
        .fill(`${'x'.repeat(90)}…`)
        .join(' ⏎ '),
    ],
  ])('shows how it ended where the command failed: %s', (_, stdout, stderr, shown) => {
    const exec = { exitCode: 3, exitSignal: 0, stdout, stderr };
    const [head = [], , row] = tableOf('exec', machineResult('a', 'failed', { exec }));
    expect(row?.[head.indexOf('Output')]).toBe(shown);
  });

  it.each([
    ['list', 'unchanged', true, ['started, cordoned']],
    ['cordon', 'changed', false, ['started', 'started, cordoned']],
    ['uncordon', 'changed', true, ['started, cordoned', 'started']],
    ["cordon, at the job's end", 'changed', true, ['started, cordoned', 'started']],
    ['cordon', 'failed', false, ['started']],
    ['cordon', 'requested', false, ['started']],
    ['restart', 'changed', true, ['started, cordoned', 'started, cordoned']],
  ] as const)(
    'says what is out of the rotation, before and after: %s, %s',
    (command, outcome, cordoned, states) => {
      const [head = [], , row = []] = tableOf(
        command,
        machineResult('a', outcome, { machine: { cordoned } }),
      );
      const shown = row.filter((_, at) => ['State', 'Before', 'After'].includes(head[at] ?? ''));
      expect(shown).toEqual(states);
    },
  );

  it('shows what only a dry run kept from being done', () => {
    const would = machineResult('a', 'skipped', { reason: 'dry run: would stop', wouldChange: 'stop' });
    const left = machineResult('b', 'skipped', { reason: 'excluded by b' });
    const [head = [], , ...rows] = tableOf('stop', would, left);
    expect(rows.map((row) => row[head.indexOf('Outcome')])).toEqual(['⏭️ would stop', '⏭️ skipped']);
    const machines = [...Array(30).fill(would), left];
    expect(summaryOf('stop', '', resultOf(machines))).toContain('31 machines: 1 ⏭️ skipped, 30 ⏭️ would stop.');
  });

  it('shows a state by its name, known or not, and a machine without a configuration', () => {
    const machine = { state: 'hibernating', processGroup: undefined, name: '', region: '' };
    const [, , row] = tableOf('stop', machineResult('a', 'changed', { machine, state: 'dreaming' }));
    expect(row?.slice(0, 6)).toEqual(['a', '', '', '', 'hibernating', 'dreaming']);
  });
});

describe('when it is known what machines waited for', () => {
  const early = machineResult('a', 'changed', {
    spans: [
      { phase: 'request', from: 0, to: 6_000 },
      { phase: 'state', from: 6_000, to: 12_000 },
    ],
  });
  const late = machineResult('b', 'failed', { spans: [{ phase: 'turn', from: 12_000, to: 24_000 }] });

  it('is drawn beside each, all on one scale, with a legend', () => {
    const markdown = summaryOf('stop', '', resultOf([early, late, machineResult('c', 'skipped')]));
    const [head, , ...rows] = rowsOf(markdown).map(cellsOf);
    const at = head?.indexOf('Timeline') ?? -1;
    expect(rows.map((row) => row[at])).toEqual([
      '`············░░░░░░░░░░░░`',
      '`▓▓▓▓▓▓██████············`',
      '',
    ]);
    expect(markdown).toMatch(/\n\nTimeline: 24 s from end to end; `░` .*, `▓` .*, `█` .*, `·` .*\.\n\n$/);
    expect(at).toBe((head?.length ?? 0) - 1);
  });

  it('is left out where it all took less than a second', () => {
    const quick = machineResult('a', 'changed', { spans: [{ phase: 'state', from: 0, to: 999 }] });
    expect(summaryOf('stop', '', resultOf([quick]))).not.toContain('Timeline');
  });

  it('is left out where nothing is known of any', () => {
    const markdown = summaryOf('stop', '', resultOf([machineResult('a', 'changed', { spans: [] })]));
    expect(markdown).not.toContain('Timeline');
  });
});

describe('when names and reasons are hostile', () => {
  it.each([
    'a | b',
    'x\n| injected | row |',
    '</td></tr></table><script>alert(1)</script>',
    '`' + '```' + '\n# heading',
    '[click](http://evil.test) ![](http://evil.test)',
    '@octocat ::error::x ##[error]x',
    '\\| \\',
    '\u202e\u2067fdp.exe',
  ])('a table stays a table: %j', (text) => {
    const machine = { id: text, name: text, region: text, app: text, state: text, processGroup: text };
    const result = machineResult('a', 'failed', {
      machine,
      state: text,
      error: new ActionError('timeout', text),
      exec: { exitCode: 1, exitSignal: 0, stdout: text, stderr: text },
    });
    const failures = [{ app: text, error: new ActionError('not found', text, { hint: text }) }];
    const markdown = summaryOf('stop', text, resultOf([result], { failures }));
    const [head, , row, ...more] = rowsOf(markdown);
    expect(more).toEqual([]);
    expect(row?.split('|')).toHaveLength(head?.split('|').length ?? 0);
    for (const found of ['<', '`', '](', '@', '##[', '::', '\u202e']) expect(markdown).not.toContain(found);
    expect(markdown.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(1);
  });

  it('cuts what is longer than a cell should be', () => {
    const error = new ActionError('timeout', 'e'.repeat(10_000));
    const [, , row] = tableOf(
      'stop',
      machineResult('a', 'failed', { machine: { name: 'n'.repeat(10_000) }, error }),
    );
    expect(row?.join('').length).toBeLessThan(800);
  });

  it('stays below what GitHub takes, even with 900 hostile rows and apps', () => {
    const evil = '\u0000'.repeat(400);
    const error = new ActionError('timeout', evil, { hint: evil });
    const machine = { name: evil, region: evil, state: evil, app: evil, processGroup: evil };
    const machines = many(900).map((it) => machineResult(it.machine.id, 'failed', { machine, error }));
    const failures = many(900).map(() => ({ app: evil, error }));
    const markdown = summaryOf('stop', evil.repeat(100), resultOf(machines, { failures }));
    expect(Buffer.byteLength(markdown)).toBeLessThan(1_048_576);
    expect(markdown).toContain('- …and 850 apps more');
    expect(markdown).toMatch(/\n…and \d+ more; all are in the output `machines-file`\.\n/);
  });
});
