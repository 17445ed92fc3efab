import { addFailures } from '../../../../src/action/summary/failed-section.js';
import type { CommandResult, MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError, type ErrorClass } from '../../../../src/errors.js';
import { columnIn, pageOf, readable, rowsOf, tableIn } from '../../../support/pages.js';
import { machineResult, type ResultChanges, resultOf } from '../../../support/results.js';

const sectionOf = (machines: readonly MachineResult[], changes: Partial<CommandResult> = {}) =>
  pageOf((page) => addFailures(page, resultOf(machines, changes), '; see the file.'));

const failed = (id: string, hint?: string, { error, ...changes }: ResultChanges = {}) =>
  machineResult(id, 'failed', {
    error: error ?? new ActionError('wrong state', 'it is stopped', { hint }),
    ...changes,
  });

const LOOK = (id: string) => `\`fly logs\` and \`fly machine status ${id}\` show why.`;

/** The commands of each fenced block. */
const commandsIn = (markdown: string) =>
  markdown
    .split('```sh\n')
    .slice(1)
    .map((block) => block.split('\n```\n')[0]?.split('\n'));

/** What stands below the heading of remedies, without the blocks of commands. */
const remediesIn = (markdown: string) =>
  (markdown.split('<b>What to do</b>\n\n')[1] ?? '')
    .replace(/```sh\n[\s\S]*?\n```\n/g, '')
    .split('\n')
    .filter((line) => line !== '');

describe('when a step or apps have failed', () => {
  const unread = (app: string, hint?: string) => ({
    app,
    error: new ActionError('not found', 'no <app>', { hint }),
  });
  const step = (errorClass: ErrorClass, message: string, hint?: string) => ({
    app: undefined,
    error: new ActionError(errorClass, message, { hint }),
  });

  it('says of each what came back and what to do', () => {
    const failures = [unread('x|y', 'Look with `fly apps list`.'), step('input', 'this\nand that')];
    expect(sectionOf([], { failures })).toBe(
      [
        '- <b>x&#124;y</b>: not found: no &#60;app&#62;. Look with <code>fly apps list</code>.',
        '- input: this',
        '  - and that',
        ...['', ''],
      ].join('\n'),
    );
  });

  it('shows the lines of an input error alone, as others quote strangers', () => {
    expect(
      sectionOf([], { failures: [step('forbidden', 'one\n- two')] })
        .trim()
        .split('\n'),
    ).toHaveLength(1);
  });

  it('tells fifty and counts the others', () => {
    const failures = Array.from({ length: 52 }, (_, at) => unread(`app-${at}`));
    const lines = sectionOf([], { failures }).trim().split('\n');
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('- …and 2 apps more');
  });

  it('says nothing where nothing failed', () => {
    expect(sectionOf([machineResult('a', 'changed'), machineResult('b', 'skipped')])).toBe('\n');
  });
});

describe('when machines have failed', () => {
  it('says which and where, the class of the error, and its message', () => {
    const error = new ActionError('no capacity', 'no room', { requestId: 'R1' });
    const markdown = sectionOf([failed('a', undefined, { error }), machineResult('b', 'changed')]);
    expect(tableIn(markdown)).toEqual({
      heads: ['Machine', 'Why it failed'],
      rows: [['<b>name-a</b> <code>a</code><br>app · fra', '<b>no capacity</b> no room (request R1)']],
    });
    expect(markdown).not.toContain('What to do');
  });

  it('says above the table where all of them are', () => {
    const markdown = sectionOf([failed('a'), failed('b', undefined, { machine: { region: 'ams' } })]);
    expect(markdown).toContain('<sub>All of them: group app</sub>');
    expect(columnIn(markdown, 'Machine')).toEqual([
      '<b>name-a</b> <code>a</code><br>fra',
      '<b>name-b</b> <code>b</code><br>ams',
    ]);
  });

  it('names the app where there are several', () => {
    const machines = [failed('a'), failed('b', undefined, { machine: { app: 'other' } })];
    const apps = ['my-app', 'other'];
    expect(columnIn(sectionOf(machines, { apps }), 'Machine').map((cell) => cell?.split('<br>')[1])).toEqual([
      'my-app',
      'other',
    ]);
  });

  it('shows a hundred and counts the others', () => {
    const machines = Array.from({ length: 130 }, (_, at) => failed(`m${at}`));
    const markdown = sectionOf(machines);
    expect(tableIn(markdown).rows).toHaveLength(100);
    expect(markdown).toContain('…and 30 more; see the file.');
  });

  it('shows how a command ended, unless the error has quoted that already', () => {
    const exec = { exitCode: 3, exitSignal: 0, stdout: '', stderr: 'one\n two | 2 \n\nthree\nfour\n' };
    const whyOf = (message: string) => {
      const error = new ActionError('command failed', message);
      return columnIn(sectionOf([failed('a', undefined, { error, exec })]), 'Why it failed')[0];
    };
    expect(whyOf('exit code 3')).toBe(
      '<b>command failed</b> exit code 3<br><code>two &#124; 2 ⏎ three ⏎ four</code>',
    );
    expect(whyOf('exit code 3: four')).toMatch(/<br><code>two &#124; 2 ⏎ three<\/code>$/);
    expect(whyOf('two | 2, three, four')).not.toContain('<br>');
  });

  it('cuts an error that is longer than a cell should be', () => {
    const error = new ActionError('timeout', 'e '.repeat(5_000));
    expect(columnIn(sectionOf([failed('a', undefined, { error })]), 'Why it failed')[0]).toHaveLength(
      '<b>timeout</b> '.length + 601,
    );
  });
});

describe('when there is something to do about it', () => {
  it('tells the remedy, and its commands as they can be typed', () => {
    const markdown = sectionOf([failed('148e', LOOK('148e'))]);
    expect(remediesIn(markdown)).toEqual([
      '<code>fly logs</code> and <code>fly machine status 148e</code> show why.',
    ]);
    expect(commandsIn(markdown)).toEqual([['fly logs -a my-app', 'fly machine status 148e -a my-app']]);
  });

  it('tells once what helps several, with the commands of each', () => {
    const markdown = sectionOf([failed('a1', LOOK('a1')), failed('a2', LOOK('a2'))]);
    expect(readable(remediesIn(markdown).join('\n'))).toBe(
      '<code>fly logs</code> and <code>fly machine status <id></code> show why.',
    );
    expect(commandsIn(markdown)).toEqual([
      ['fly logs -a my-app', 'fly machine status a1 -a my-app', 'fly machine status a2 -a my-app'],
    ]);
  });

  it('says of whom it speaks where there are several remedies, and puts the most frequent first', () => {
    const machines = [
      failed('a', 'Wait.'),
      failed('b', 'Retry.', { machine: { name: '' } }),
      failed('c', LOOK('c')),
      failed('d', LOOK('d')),
      failed('e'),
    ];
    expect(remediesIn(sectionOf(machines)).map(readable)).toEqual([
      '<b>2 machines</b>: <code>fly logs</code> and <code>fly machine status <id></code> show why.',
      '<b>name-a</b>: Wait.',
      '<b>b</b>: Retry.',
    ]);
  });

  it('keeps a remedy whole, however long', () => {
    const hint = `${'word '.repeat(400)}\`fly machine status m\``;
    expect(readable(remediesIn(sectionOf([failed('m', hint)])).join(''))).toBe(
      hint.replace('`fly machine status m`', '<code>fly machine status m</code>'),
    );
  });

  it('tells ten remedies, those of most machines, and says how many there are more', () => {
    const machines = Array.from({ length: 12 }, (_, at) => failed(`m${at}`, `Remedy ${'x'.repeat(at)}.`));
    const markdown = sectionOf([...machines, failed('z', `Remedy ${'x'.repeat(11)}.`)]);
    const remedies = remediesIn(markdown);
    expect(remedies[0]).toMatch(/^<b>2 machines<\/b>: /);
    expect(remedies.slice(0, -1)).toHaveLength(10);
    expect(remedies.at(-1)).toBe('…and 2 more, each for fewer machines');
  });

  it('has ten commands of a remedy, and says for how many machines there are more', () => {
    const machines = Array.from({ length: 30 }, (_, at) =>
      failed(`m${at}`, `\`fly machine status m${at}\` shows why.`),
    );
    const [commands = []] = commandsIn(sectionOf(machines));
    expect(commands).toHaveLength(11);
    expect(commands[9]).toBe('fly machine status m9 -a my-app');
    expect(commands[10]).toBe('# …and 20 more');
  });

  it.each([
    ['the app is told already', 'Try `fly scale count -a my-app`.', ['fly scale count -a my-app']],
    [
      'it is about an organization',
      'Try `fly tokens create org -o acme`.',
      ['fly tokens create org -o acme'],
    ],
    [
      'the machine is still to be named',
      'Try `fly machine status -d <id>`.',
      ['fly machine status -d m -a my-app'],
    ],
    ['it is about the app that failed', 'Try `fly machine list -a <app>`.', ['fly machine list -a my-app']],
    ['volumes are meant', 'Try `fly volumes list`.', ['fly volumes list -a my-app']],
    ['it needs neither app nor machine', 'Try `fly apps list`.', ['fly apps list']],
  ])('has a command as it can be typed where %s', (_, hint, commands) => {
    expect(commandsIn(sectionOf([failed('m', hint)]))).toEqual([commands]);
  });

  it.each([
    ['has nothing to type', 'Set `timeout`, or ask.'],
    ['names a command without its arguments', 'Move it with `fly machine clone`.'],
    ['leaves something to fill in', 'Try `fly tokens create deploy -a <your-app>`.'],
    ['was cut', 'Try `fly machine status -d 148e…`.'],
    ['has a backtick too few', 'Try `fly machine status 148e'],
    ['quotes what a shell would take for more than words', 'Try `fly machine status 148e; rm -rf ~ -x`.'],
    ['quotes a variable', 'Try `fly machine status 148e -x $HOME`.'],
    ['quotes a line', 'Try `fly machine status 148e\rrm -rf ~`.'],
    ['quotes what cannot be seen', 'Try `fly machine status 148e \u202e-x`.'],
  ])('has no command where a remedy %s', (_, hint) => {
    expect(commandsIn(sectionOf([failed('148e', hint)]))).toEqual([]);
  });

  it.each(['```\n# head', 'a`b', "a'; rm -rf ~", '--help', '$(id)', 'a\nb', '<img src=x>', '~~~'])(
    'lets no hostile app or id out of a block of commands: %j',
    (evil) => {
      const hint = '`fly logs` and `fly machine status <id>` show why.';
      const markdown = sectionOf([failed(evil, hint, { machine: { app: evil } })]);
      const [commands = [], ...others] = commandsIn(markdown);
      expect(others).toEqual([]);
      expect(commands).toHaveLength(2);
      for (const command of commands) expect(command).toMatch(/^fly [\w .-]+$/);
      expect(commands[0]).toMatch(/^fly logs -a [^-]/);
      expect(markdown.split('```')).toHaveLength(3);
      expect(rowsOf(markdown)).toHaveLength(3);
      expect(markdown.replace(/<\/?(b|br|code|sub|wbr)>/g, '')).not.toMatch(/[<>]|^#/m);
    },
  );

  it('gives the remedy of a machine that another one replaced', () => {
    const markdown = sectionOf([failed('m', LOOK('m'), { replaced: true })]);
    expect(commandsIn(markdown)).toHaveLength(1);
  });
});
