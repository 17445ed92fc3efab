import { checkSummary } from '../../../../fuzz/check-summary.js';
import { summaryOf } from '../../../../src/action/summary/summary.js';
import { countsOf } from '../../../../src/commands/result/count-machines.js';
import type { CommandResult, MachineResult } from '../../../../src/commands/result/result.js';
import type { Span } from '../../../../src/commands/result/timeline.js';
import { ActionError } from '../../../../src/errors.js';
import { cellsOf, columnIn, openPart, readable, rowsOf, tableIn } from '../../../support/pages.js';
import { machineResult, type ResultChanges, resultOf } from '../../../support/results.js';

const WORDS = { verb: 'stop', past: 'stopped', already: 'already stopped' };
const MOST_OF_GITHUB = 1_048_576;

/** The summary of a command that stops machines. */
function stopped(machines: readonly MachineResult[], changes: Partial<CommandResult> = {}): string {
  const dryRun = machines.some(({ wouldChange }) => wouldChange !== undefined);
  const counts = countsOf({ ...WORDS, dryRun }, machines);
  return summaryOf('stop', 'the line, 12 s', resultOf(machines, { counts, ...changes }));
}

const many = (count: number, outcome: MachineResult['outcome'], changes: ResultChanges = {}) =>
  Array.from({ length: count }, (_, at) => machineResult(`m${at}`, outcome, changes));

describe('when a step writes its summary', () => {
  const MACHINES = [
    machineResult('a', 'changed', { state: 'stopped', durationMs: 1_234 }),
    machineResult('b', 'unchanged', { reason: 'already stopped' }),
    machineResult('c', 'skipped', { reason: 'excluded by c' }),
    machineResult('d', 'failed', { error: new ActionError('timeout', 'not done', { hint: 'Wait.' }) }),
  ];

  it('has a headline, a picture and the line, then what failed, what changed, and folded what was left alone', () => {
    expect(stopped(MACHINES).split('\n')).toEqual([
      '### 🔴 stop: 1 of 4 machines failed in my-app',
      '',
      '🟩⬜⬜🟥<br>🟩 <b>1</b> stopped · ⬜ <b>1</b> already stopped · ⬜ <b>1</b> left alone · 🟥 <b>1</b> failed (1 timeout)',
      '',
      '<sub>the line, 12 s</sub>',
      '',
      '| Machine | Why it failed |',
      '| --- | --- |',
      '| <b>name-d</b> <code>d</code><br>app · fra | <b>timeout</b> not done |',
      '',
      '<b>What to do</b>',
      '',
      'Wait.',
      '',
      '<b>stopped 1</b>',
      '',
      '| Machine | Where | State | Took |',
      '| --- | --- | --- | --- |',
      '| <b>name-a</b> <code>a</code> | app · fra | started → stopped | 1.2 s |',
      '',
      '<details><summary>2 machines left alone, and why</summary>',
      '',
      '| Machines | Why | Which |',
      '| --- | --- | --- |',
      '| 1 | already stopped | name-b |',
      '| 1 | excluded by c | name-c |',
      '',
      '</details>',
      ...['', ''],
    ]);
  });

  it('says nothing but its name and line without machines, and ends with an empty line, as the next step goes on there', () => {
    expect(summaryOf('auth', 'session opened', resultOf([]))).toBe(
      '### 🟢 auth\n\n<sub>session opened</sub>\n\n',
    );
  });

  it('tells first what failed beside machines', () => {
    const failures = [{ app: 'gone', error: new ActionError('not found', 'no such app') }];
    expect(stopped(MACHINES.slice(0, 1), { failures })).toMatch(
      /^### .*\n\n.*\n\n<sub>.*<\/sub>\n\n- <b>gone<\/b>: <b>not found<\/b> no such app\n\n<b>What to do<\/b>\n\n.*\n\n<b>stopped 1<\/b>\n\n\| Machine /,
    );
  });

  it('says above all the line of the log, cut where a stranger made it long', () => {
    expect(summaryOf('stop', '<b>'.repeat(1_000), resultOf([]))).toMatch(
      /\n<sub>(&#60;b&#62;){333}&#60;…<\/sub>\n/,
    );
  });

  it('draws many machines in forty squares, and counts them beside', () => {
    const [, , picture = ''] = stopped([...many(390, 'changed'), ...many(10, 'failed')]).split('\n');
    expect(picture).toBe(`${'🟩'.repeat(39)}🟥<br>🟩 <b>390</b> stopped · 🟥 <b>10</b> failed (10 timeout)`);
  });

  it('has machines by app, group, region and name, the numbers in it as numbers', () => {
    const at = (name: string, changes: ResultChanges['machine'] = {}) =>
      machineResult(`id-${name}`, 'changed', { machine: { name, ...changes } });
    const machines = [
      at('web-10'),
      at('web-9'),
      at('z', { region: 'ams' }),
      at('y', { processGroup: undefined }),
      at('x', { app: 'api', region: 'syd' }),
      at('', { region: 'ams', id: 'b' }),
    ];
    const markdown = stopped(machines, { apps: ['my-app', 'api'] });
    expect(columnIn(markdown, 'Machine').map((cell = '') => /<b>(.*?)<\/b>/.exec(cell)?.[1] ?? cell)).toEqual(
      [...['x', 'y', '<code>b</code>', 'z', 'web-9', 'web-10']],
    );
    expect(columnIn(markdown, 'Where')[0]).toBe('api · app · syd');
  });

  it('folds a table that nobody reads through', () => {
    const isOpen = (machines: readonly MachineResult[]) => rowsOf(openPart(stopped(machines))).length > 0;
    const would = (count: number) =>
      many(count, 'skipped', { wouldChange: 'stop', reason: 'dry run: would stop' });
    expect([40, 41].map((count) => isOpen(many(count, 'changed')))).toEqual([true, false]);
    expect([40, 41].map((count) => isOpen(would(count)))).toEqual([true, false]);
    expect(stopped(many(41, 'requested'))).toContain('<details><summary>requested 41</summary>');
  });

  it('shows 500 machines, says where the others are, and counts all that failed', () => {
    const markdown = stopped([
      ...many(700, 'changed', { state: 'stopped' }),
      machineResult('last', 'failed'),
    ]);
    expect(markdown).toContain('🔴 stop: 1 of 701 machines failed');
    expect(tableIn(markdown).rows).toHaveLength(1);
    expect(rowsOf(markdown)).toHaveLength(2 + 1 + 2 + 500);
    expect(markdown).toContain('…and 200 more; all are in the output `machines-file`.');
  });

  it('shows who waited for what, at its end', () => {
    const spans: Span[] = [{ phase: 'state', from: 0, to: 12_000 }];
    expect(stopped([machineResult('a', 'changed', { spans })])).toMatch(
      /<details><summary>Who waited for what: 12 s from end to end<\/summary>[\s\S]*```\n\n<\/details>\n\n$/,
    );
  });

  it("is the same for what is put back at the job's end", () => {
    const machines = [machineResult('a', 'changed', { state: 'started' })];
    const counts = countsOf(WORDS, machines);
    expect(summaryOf("start, at the job's end", 'line', resultOf(machines, { counts }))).toMatch(
      /^### 🟢 start, at the job's end: stopped 1 of 1 machine in my-app\n\n🟩<br>/,
    );
  });
});

describe('when what a step did may not stay so', () => {
  it('says so, whoever began the job', () => {
    const standing = ['a (web|1): autostart is on; `cordon` it first.'];
    const markdown = summaryOf('stop', '', resultOf([machineResult('a', 'changed')], { standing }));
    expect(markdown).toContain('\n- a (web&#124;1): autostart is on; <code>cordon</code> it first.\n');
  });
});

describe('when it is a dry run', () => {
  const would = machineResult('a', 'skipped', { reason: 'dry run: would stop', wouldChange: 'stop' });
  const left = machineResult('b', 'skipped', { reason: 'excluded by b' });

  it('shows what it would do, and what it would leave alone', () => {
    const markdown = stopped([would, left]);
    expect(markdown).toMatch(
      /^### 🟠 stop, dry run: would stop 1 of 2 machines in my-app\n\n🟧⬜<br>🟧 <b>1<\/b> would stop · /,
    );
    expect(columnIn(openPart(markdown), 'Machine')).toEqual(['<b>name-a</b> <code>a</code>']);
    expect(markdown).toContain('| 1 | excluded by b | name-b |');
  });

  it('says of each which of several things it would do', () => {
    const start = { wouldChange: 'start', reason: 'dry run: would start', machine: { state: 'stopped' } };
    const markdown = stopped([would, machineResult('c', 'skipped', start)]);
    expect(columnIn(markdown, 'State')).toEqual(['started<br>would stop', 'stopped<br>would start']);
    expect(stopped([would, would])).toContain(
      '<sub>All of them: group app · region fra · state started · would stop</sub>',
    );
  });
});

describe('when a command lists machines', () => {
  const list = (machines: readonly MachineResult[], changes: Partial<CommandResult> = {}) =>
    summaryOf('list', 'the line', resultOf(machines, changes));

  it('draws their states, and has each in one table with its reason and tags', () => {
    const markdown = list([
      machineResult('a', 'unchanged'),
      machineResult('b', 'skipped', { reason: 'excluded', machine: { state: 'suspended' } }),
    ]);
    expect(markdown).toMatch(
      /^### 🟢 list: 2 machines in my-app\n\n🟩🟦<br>🟩 <b>1<\/b> started · 🟦 <b>1<\/b> suspended\n/,
    );
    expect(columnIn(markdown, 'State')).toEqual(['🟩 started', '🟦 suspended<br>excluded']);
    expect(openPart(markdown)).toBe(markdown);
  });

  it('stays open for a hundred', () => {
    const isOpen = (count: number) => rowsOf(openPart(list(many(count, 'unchanged')))).length > 0;
    expect([100, 101].map(isOpen)).toEqual([true, false]);
  });

  it('says which apps could not be listed', () => {
    const failures = [{ app: 'gone', error: new ActionError('not found', 'no such app') }];
    const markdown = list(many(1, 'unchanged'), { apps: ['my-app', 'gone'], failures });
    expect(markdown).toMatch(/^### 🔴 list: 1 of 2 apps could not be read\n/);
    expect(rowsOf(markdown)).toHaveLength(3);
  });
});

describe('when a command picks machines by itself', () => {
  it('draws what it put down and what it kept, by app, with hours', () => {
    const machines = [
      machineResult('a', 'changed', { machine: { app: 'shop' }, state: 'stopped' }),
      machineResult('b', 'skipped', { machine: { app: 'shop' }, reason: 'busy' }),
      machineResult('c', 'changed', { machine: { app: 'api' }, state: 'stopped' }),
    ];
    const rows = [{ app: 'shop', size: 'big', machines: 1, hours: 3 }];
    const accounts = [{ state: 'idle', rows }];
    const markdown = stopped(machines, { apps: ['shop', 'api'], accounts });
    expect(markdown).toContain('🟧🟧🟩<br>🟧 <b>2</b> put down · 🟩 <b>1</b> kept up\n');
    expect(tableIn(markdown)).toEqual({
      heads: ['App', '', 'Machines', 'Hours idle'],
      rows: [
        ['<b>api</b>', '🟧', '🟧 1', ''],
        ['<b>shop</b>', '🟧🟩', '🟧 1 · 🟩 1', '3'],
      ],
    });
    expect(markdown).toContain('| Size | Machine-hours idle |\n| --- | --- |\n| big | 3 (1 machine) |');
  });
});

describe('when stops are announced', () => {
  it('shows what was announced in a table and with a square of its own', () => {
    const reason = 'announced: will be stopped after 12:00';
    const machines = [
      machineResult('a', 'skipped', { announced: true, reason }),
      machineResult('b', 'skipped', { reason: 'busy' }),
    ];
    const markdown = stopped(machines, { accounts: [] });
    expect(markdown).toContain('🟪🟩<br>🟪 <b>1</b> announced · 🟩 <b>1</b> kept up\n');
    expect(openPart(markdown)).toContain('\n<b>announced 1</b>\n\n| Machine | State |\n');
    expect(readable(columnIn(markdown, 'State')[0] ?? '')).toBe(`started<br>${reason}`);
    expect(markdown).toContain('<details><summary>1 machine left alone, and why</summary>');
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
    '</details></sub>',
    '$$x$$ https://evil.test www.evil.test #12',
  ])('a summary keeps its form, and nothing in it has a meaning but our own: %j', (text) => {
    const machine = {
      id: text,
      name: text,
      region: text,
      app: text,
      state: text,
      processGroup: text,
      size: text,
    };
    const spans: Span[] = [{ phase: 'state', from: 0, to: 12_000 }];
    const evidence = { quietSince: 0, lastBusy: 0, upSince: 0 };
    const all = { machine, state: text, spans, evidence };
    const machines = [
      machineResult('a', 'failed', {
        ...all,
        error: new ActionError('timeout', text, { hint: `${text} \`fly logs\` \`${text}\`` }),
        exec: { exitCode: 1, exitSignal: 0, stdout: text, stderr: text },
      }),
      machineResult('b', 'changed', { ...all, reason: text }),
      machineResult('c', 'skipped', { ...all, reason: text }),
    ];
    const failures = [{ app: text, error: new ActionError('not found', text, { hint: text }) }];
    const accounts = [{ state: 'idle', rows: [{ app: text, size: text, machines: 1, hours: 1 }] }];
    for (const command of ['stop', 'list']) {
      const counts = countsOf(WORDS, machines);
      const result = resultOf(machines, { counts, failures, accounts, apps: [text, 'other'] });
      const markdown = summaryOf(command, text, result);
      checkSummary(markdown);
      for (const found of ['](', '@', '##[', '::', '\u202e', '<script', '</td'])
        expect(markdown).not.toContain(found);
      expect(markdown.match(/^#/gm)).toHaveLength(1);
      expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
    }
  });

  it('cuts what is longer than a cell should be', () => {
    const error = new ActionError('timeout', 'e '.repeat(10_000));
    const machine = { name: 'n'.repeat(10_000) };
    const row = rowsOf(stopped([machineResult('a', 'failed', { machine, error })]))[2];
    expect(readable(cellsOf(row).join('')).length).toBeLessThan(1_100);
  });

  const evil = '\u0000'.repeat(400);
  const machine = { name: evil, region: evil, state: evil, app: evil, processGroup: evil };
  const error = (at: number) => new ActionError('timeout', evil, { hint: `${evil}${'x'.repeat(at % 100)}` });

  it('stays below what GitHub takes, even with ten thousand hostile rows and 900 apps', () => {
    const machines = many(10_000, 'changed').map((it, at) =>
      at % 2 === 0
        ? machineResult(it.machine.id, 'failed', { machine, error: error(at) })
        : machineResult(it.machine.id, 'changed', { machine, reason: evil }),
    );
    const failures = many(900, 'changed').map((_, at) => ({ app: evil, error: error(at) }));
    const markdown = stopped(machines, { failures });
    expect(Buffer.byteLength(markdown)).toBeLessThan(MOST_OF_GITHUB);
    expect(markdown).toContain('- …and 850 apps more');
    expect(markdown).toMatch(/\n…and [\d,]+ more; all are in the output `machines-file`\.\n/);
  });

  it.each(['list', 'stop-idle'])(
    'stays below it for ten thousand machines of as many apps: %s',
    (command) => {
      const machines = many(10_000, 'skipped').map((it, at) =>
        machineResult(it.machine.id, 'skipped', {
          machine: { ...machine, app: `${at}${evil}` },
          reason: evil,
        }),
      );
      const rows = machines.map(({ machine: { app } }) => ({ app, size: `${app}x`, machines: 1, hours: 1 }));
      const accounts = command === 'list' ? {} : { accounts: [{ state: 'idle', rows }] };
      const result = resultOf(machines, { apps: [...new Set(rows.map(({ app }) => app))], ...accounts });
      expect(Buffer.byteLength(summaryOf(command, evil.repeat(100), result))).toBeLessThan(MOST_OF_GITHUB);
    },
  );

  it('keeps headline and remedies of ten thousand machines with honest names', () => {
    const hint = '`fly logs` and `fly machine status <id>` may show why; try again later.';
    const failed = many(9_000, 'failed', { error: new ActionError('Fly failure', 'it broke', { hint }) });
    const markdown = stopped([...failed, ...many(1_000, 'changed', { state: 'stopped' })]);
    expect(markdown).toMatch(/^### 🔴 stop: 9000 of 10000 machines failed in my-app\n/);
    expect(markdown).toContain('\n```sh\nfly logs -a my-app\nfly machine status m0 -a my-app\n');
    expect(markdown).toContain('…and 8,900 more; all are in the output `machines-file`.');
    expect(Buffer.byteLength(markdown)).toBeLessThan(200_000);
  });
});
