import { addRemedies, type Remediable } from '../../../../src/action/summary/remedies.js';
import { ActionError } from '../../../../src/errors.js';
import { pageOf, readable } from '../../../support/pages.js';

const sectionOf = (failures: readonly Remediable[]) => pageOf((page) => addRemedies(page, failures));

/** A machine that failed. */
const failed = (id: string, hint?: string): Remediable => ({
  ...{ id, name: `name-${id}`, noun: 'machine', app: 'my-app' },
  error: new ActionError('wrong state', 'it is stopped', { hint }),
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

describe('when there is something to do about failures', () => {
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
      failed('b', 'Retry.'),
      failed('c', LOOK('c')),
      failed('d', LOOK('d')),
      failed('e'),
    ];
    expect(remediesIn(sectionOf(machines)).map(readable)).toEqual([
      '<b>2 machines</b>: <code>fly logs</code> and <code>fly machine status <id></code> show why.',
      '<b>name-a</b>: Wait.',
      '<b>name-b</b>: Retry.',
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
    expect(remedies.at(-1)).toBe('…and 2 more, each for fewer failures');
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
      const markdown = sectionOf([{ ...failed(evil, hint), app: evil }]);
      const [commands = [], ...others] = commandsIn(markdown);
      expect(others).toEqual([]);
      expect(commands).toHaveLength(2);
      for (const command of commands) expect(command).toMatch(/^fly [\w .-]+$/);
      expect(commands[0]).toMatch(/^fly logs -a [^-]/);
      expect(markdown.split('```')).toHaveLength(3);
      expect(markdown.replace(/<\/?(b|br|code|sub|wbr)>/g, '')).not.toMatch(/[<>]|^#/m);
    },
  );

  it('says for a step as a whole what to do, and names no app in its commands', () => {
    const whole = {
      ...failed('', '`fly logs` shows why; `fly machine list -a <app>` shows all.'),
      name: '',
      noun: 'app',
    };
    const markdown = sectionOf([{ ...whole, app: undefined }]);
    expect(remediesIn(markdown).map(readable)).toEqual([
      '<code>fly logs</code> shows why; <code>fly machine list -a <app></code> shows all.',
    ]);
    expect(commandsIn(markdown)).toEqual([['fly logs']]);
  });

  it('counts apps that have one remedy as apps', () => {
    const gone = (name: string) => ({ ...failed('', 'Look.'), name, noun: 'app', app: name });
    expect(remediesIn(sectionOf([gone('a'), gone('b'), failed('c', 'Wait.')]))).toEqual([
      '<b>2 apps</b>: Look.',
      '<b>name-c</b>: Wait.',
    ]);
  });

  it('says nothing where nothing can be done', () => {
    expect([sectionOf([]), sectionOf([failed('a')])]).toEqual(['\n', '\n']);
  });
});
