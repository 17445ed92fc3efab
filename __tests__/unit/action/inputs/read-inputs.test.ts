import { commandInput, readInputs } from '../../../../src/action/inputs/read-inputs.js';
import { INPUT_NAMES, INPUTS, inputsOf } from '../../../../src/action/inputs/table.js';
import { foreignWarning, unknownInputs } from '../../../../src/action/inputs/unknown-inputs.js';
import { inputText } from '../../../../src/action/runner/environment.js';
import { COMMAND_NAMES } from '../../../../src/command-table.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';
import { inputsFor, passed, variables } from '../../../support/rigs/step-inputs.js';

function refused(work: () => unknown): ActionError {
  const error = thrownBy(work);
  if (!(error instanceof ActionError)) throw error;
  expect(error.class).toBe('input');
  return error;
}

const STOP = { machines: 'all' };

describe('when the inputs of a step are read', () => {
  it('makes no difference whether the runner passes a default or nothing', () => {
    const defaults = Object.fromEntries(inputsOf('list').map((name) => [name, INPUTS[name].default]));
    expect(readInputs(variables(defaults), 'list', false)).toEqual(readInputs({}, 'list', false));
  });

  it('has a value for every input, also for what the command does not read', () => {
    expect(Object.keys(inputsFor('auth'))).toEqual(INPUT_NAMES);
    expect(inputsFor('auth')).toMatchObject({ machines: 'auto', 'dry-run': false, 'max-concurrent': 20 });
  });

  it('takes the defaults of other commands from the root action, which declares them all', () => {
    const given = passed(undefined, { command: 'list', 'process-group': 'worker' });
    const inputs = readInputs(given, 'list', true);
    expect(inputs['process-group']).toEqual(['worker']);
  });

  it('drops blanks and line breaks around a value', () => {
    expect(inputsFor('stop', { machines: '\n  all \r\n', 'dry-run': ' true\n' })).toMatchObject({
      machines: 'all',
      'dry-run': true,
    });
    expect(inputText({ INPUT_TOKEN: '\tx\n' }, 'token')).toBe('x');
  });

  it('takes an empty value for the default where it directs nothing', () => {
    expect(inputsFor('stop', { ...STOP, 'max-concurrent': '', wait: '  ' })).toMatchObject({
      'max-concurrent': 20,
      wait: 'auto',
    });
  });
});

describe('when a value that narrows or directs the work is given but empty', () => {
  it.each(['', ' ', '\n\t'])('is an error rather than a wider choice: %j', (empty) => {
    for (const name of inputsOf('stop').filter((it) => INPUTS[it].strict)) {
      const error = refused(() => inputsFor('stop', { machines: 'all', [name]: empty }));
      expect(error.message).toBe(`\`${name}\` is given but empty.`);
      expect(error.hint).toMatch(name === 'token' ? /secret/ : /misspelt or unset/);
    }
  });

  it.each([
    [{ GITHUB_EVENT_NAME: 'pull_request' }, ['pull requests from forks', 'secrets: inherit']],
    [{ GITHUB_EVENT_NAME: 'push' }, ['secrets: inherit']],
    [{ GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'dependabot[bot]' }, ["Dependabot's own secrets"]],
    [{ GITHUB_ACTOR: 'me', GITHUB_TRIGGERING_ACTOR: 'dependabot[bot]' }, ["Dependabot's own secrets"]],
  ])('says why there may be no secret: %j', (variables, reasons) => {
    const env = { ...passed('auth', { token: '' }), ...variables };
    const { hint } = refused(() => readInputs(env, 'auth', false));
    for (const reason of reasons) expect(hint).toContain(reason);
    expect(hint).toContain("Is the secret's name right");
  });
});

describe('when an input is given that the command does not read', () => {
  it('is an error that says who does', () => {
    expect(refused(() => inputsFor('list', { limit: '3' })).message).toBe(
      '`limit` is not read by `list`, only by `start`, `stop`, `suspend`, `restart`, `cordon`, `uncordon`, `stop-idle`, `hours`, `warm-up`, `exec`, `label`.',
    );
  });

  it('says in the root action that the command is to be set', () => {
    const env = { ...passed('auth', {}), INPUT_COMMAND: 'auth', INPUT_MACHINES: 'all' };
    expect(refused(() => readInputs(env, 'auth', true)).line).toMatch(
      /`machines` is not read by `auth`, only by `list`, .*\. Set `command` to one of those\.$/,
    );
    expect(refused(() => inputsFor('auth', { machines: 'all' })).hint).toBeUndefined();
  });

  it.each(['', 'none', ' none '])('is fine as long as it says nothing: %j', (limit) => {
    expect(() => inputsFor('list', { limit })).not.toThrow();
  });

  it('is an error even if its value is wrong as well, but only one', () => {
    expect(refused(() => inputsFor('list', { signal: 'nonsense' })).message).toContain(
      'is not read by `list`',
    );
  });
});

describe('when a machine is chosen in words that are not Fly’s', () => {
  it.each([
    [
      { machines: 'web-*' },
      /^input: `machines` has a `\*`, but takes whole .* `process-group` and `metadata` /,
    ],
    [{ state: 'running' }, / A machine that runs is `started`, one that is off `stopped`\.$/],
    [{ state: 'stoped' }, / Did you mean `stopped`\?$/],
  ])('is told which words to use: %j', (given, line) => {
    expect(refused(() => inputsFor('stop', given)).line).toMatch(line);
  });
});

describe('when an input does not exist', () => {
  it.each([
    ['exclud', 'Did you mean `exclude`?'],
    ['machine', 'Did you mean `machines`?'],
    ['process_group', 'Did you mean `process-group`?'],
    ['apps', 'Did you mean `app`?'],
    ['macine', 'Did you mean `machines`?'],
    ['exclude-machines', 'See docs/inputs.md for the inputs of each command.'],
    ['region_exclude', 'See docs/inputs.md for the inputs of each command.'],
  ])('is an error, with what may be meant: %s', (name, hint) => {
    const error = refused(() => inputsFor('stop', { ...STOP, [name]: 'x' }));
    expect(error.message).toBe(`There is no input \`${name}\`.`);
    expect(error.hint).toBe(hint);
  });

  it.each(['environment', 'node-version', 'app-name', 'aws-region', 'macie', ''])(
    'is a warning where it is unlike any of ours, since engines hand on the inputs of others: %s',
    (name) => {
      const env = passed('stop', { ...STOP, [name]: 'x' });
      expect(() => readInputs(env, 'stop', false)).not.toThrow();
      expect(foreignWarning(unknownInputs(env, false))).toContain(`\`${name}\``);
      expect(foreignWarning(unknownInputs(passed('stop', STOP), false))).toBeUndefined();
    },
  );

  it('is an error even if it is empty', () => {
    expect(refused(() => inputsFor('stop', { ...STOP, exclud: '' })).message).toContain('no input `exclud`');
  });

  it('knows `command` in the root action only', () => {
    expect(() => readInputs(passed(undefined, { command: 'list' }), 'list', true)).not.toThrow();
    expect(refused(() => inputsFor('list', { command: 'list' })).message).toContain('no input `command`');
  });

  it('does not look at variables that are no inputs', () => {
    expect(() => readInputs({ INPUTS: 'x', MY_INPUT_X: 'y', Path: 'z' }, 'list', false)).not.toThrow();
  });
});

describe('when several things are wrong', () => {
  it('tells them all at once', () => {
    const { message } = refused(() =>
      inputsFor('stop', {
        token: '',
        exclud: 'x',
        region: '',
        signal: 'SIGFOO',
        timeout: '30s',
        'kill-timeout': '60s',
        machines: 'a, all',
        exclude: 'a',
        'export-token': 'env',
      }),
    );
    const [head, ...lines] = message.split('\n');
    expect(head).toBe('8 things are wrong.');
    expect(lines.map((line) => /`([a-z-]+)`/.exec(line)?.[1])).toEqual([
      ...['exclud', 'token', 'region', 'signal', 'export-token', 'machines', 'machines', 'kill-timeout'],
    ]);
  });

  it('asks beside each whether another word is meant', () => {
    const { message } = refused(() => inputsFor('stop', { state: 'started, stoped', signal: 'SIGTRM' }));
    expect(message).toMatch(/^`state` is `stoped`, but can be .* Did you mean `stopped`\?$/m);
    expect(message).toMatch(/^`signal` is `SIGTRM`, but can be .* Did you mean `SIGTERM`\?$/m);
  });

  it('stays silent about what cannot be told because of another error', () => {
    const error = refused(() => inputsFor('stop', { machines: '[', exclude: 'a' }));
    expect(error.message).toMatch(/^`machines` begins with `\[`/);
  });
});

describe('when inputs contradict each other', () => {
  it.each([
    [{ machines: 'a, b', exclude: 'b' }, '`machines` and `exclude` both name b.'],
    [{ machines: 'all, b' }, '`machines` names `all` beside others'],
    [{ ...STOP, timeout: '10s', 'kill-timeout': '11s' }, '`kill-timeout` is longer than `timeout`'],
    [{}, 'No machines chosen to stop'],
    [{ exclude: 'a' }, 'No machines chosen to stop'],
    [{ ...STOP, app: 'a, b, !b', org: 'o' }, '`app` both names and excludes b.'],
    [{ ...STOP, app: 'a-1, b, !a-*' }, '`app` both names and excludes a-1.'],
    [
      { ...STOP, app: '*', org: 'o' },
      'This would stop everything in every app of an organization. Narrow it',
    ],
    [{ app: '*', org: 'o' }, 'This would stop everything in every app of an organization. Narrow it'],
    [{ app: '!a', org: 'o', exclude: 'x', shard: '0/2' }, 'This would stop everything in every app'],
    [{ app: '*', org: 'o', limit: '3' }, 'No machines chosen to stop'],
    [{ ...STOP, token: `ghp_${'a'.repeat(36)}` }, '`token` is a GitHub token'],
    [{ ...STOP, token: 'FlyV1 fm2_!!!!' }, "can't be read"],
    [{ ...STOP, token: '"" , \'\'' }, 'empty once quotes and blanks are removed'],
  ])('is an error: %j', (given, message) => {
    expect(refused(() => inputsFor('stop', given)).message).toContain(message);
  });

  it.each([
    { machines: 'all', exclude: 'b' },
    { machines: '[]' },
    { region: 'fra' },
    { region: 'fra', app: '*', org: 'o' },
    { ...STOP, app: '*', org: 'o', limit: '3' },
    { ...STOP, app: 'staging-*, !staging-billing', org: 'o' },
    { machines: 'a', app: '!b', org: 'o' },
    { ...STOP, timeout: '10s', 'kill-timeout': '10s' },
    { ...STOP, timeout: '10s', 'kill-timeout': '1m', wait: 'false' },
    { ...STOP, 'kill-timeout': '1m' },
    { ...STOP, token: 'some-unknown-token' },
  ])('is none: %j', (given) => {
    expect(() => inputsFor('stop', given)).not.toThrow();
  });

  it('is an error to look again only after the step has ended, where both times are given', () => {
    const settled = (settle: string, given: object = {}) =>
      inputsFor('start', { ...STOP, settle, timeout: '10s', ...given });
    expect(refused(() => settled('10s')).message).toContain('`settle` is no shorter than `timeout`');
    expect(() => settled('9s')).not.toThrow();
    expect(() => settled('10m', { timeout: 'auto' })).not.toThrow();
    expect(() => settled('0')).not.toThrow();
  });

  it.each([
    [{ 'probe-status': '204' }, ['`probe-status` is given']],
    [{ 'probe-successes': '1', 'probe-status': '200' }, ['`probe-status` is given', '`probe-successes` is']],
    [
      { 'probe-successes': '1', 'probe-url': 'none' },
      ['`probe-successes` is given, but without `probe-url`'],
    ],
    [{ 'probe-successes': 'x' }, ['`probe-successes` is `x`']],
  ])('is an error where a probe is described and there is none: %j', (given, expected) => {
    const { message } = refused(() => inputsFor('warm-up', given));
    for (const text of expected) expect(message).toContain(text);
    expect(message.split('\n').length).toBe(expected.length === 1 ? 1 : 3);
  });

  it('takes the defaults of a probe without one, as the runner passes them', () => {
    expect(() => inputsFor('warm-up', { 'probe-status': '200 - 399', 'probe-successes': '3' })).not.toThrow();
    const probe = { 'probe-url': 'https://a.test', 'probe-status': '204', 'probe-successes': '1' };
    expect(() => inputsFor('warm-up', probe)).not.toThrow();
  });

  it.each(['{"cmd": "ls"}', '"ls -la"', 'null', '42', ' -1.5 '])(
    'is an error where `run` is JSON, but no array: %s',
    (run) => {
      const { message } = refused(() => inputsFor('exec', { machines: 'a', run }));
      expect(message).toMatch(/^`run` is JSON, but .* rather than an array/);
    },
  );

  it.each(['true', 'false', 'ls', '["ls"]', '{ls', '"my program" -x'])(
    'takes what is a line or an array: %s',
    (run) => {
      expect(() => inputsFor('exec', { machines: 'a', run })).not.toThrow();
    },
  );

  it('shows nothing of the token that it refuses', () => {
    const token = `ghp_${'s3cR'.repeat(9)}`;
    expect(refused(() => inputsFor('auth', { token })).line).not.toContain('s3cR');
  });
});

describe('when a state is not one that a command can do something with', () => {
  it.each(['starting', 'starte', 'any-other'])('offers `wait` only what can be waited for: %s', (state) => {
    const { message } = refused(() => inputsFor('wait', { state }));
    expect(message).toBe(
      `\`state\` is \`${state}\`, but can be \`started\`, \`stopped\`, \`suspended\`, \`destroyed\`, \`failed\`, \`settled\` only.`,
    );
  });

  it('does not offer others what is for `wait`', () => {
    const { message, hint } = refused(() => inputsFor('stop', { state: 'setled' }));
    expect([message, hint].join().includes('settled')).toBe(false);
    expect(refused(() => inputsFor('list', { state: 'settled' })).message).toBe(
      '`state` has `settled`, which is for `wait` only.',
    );
  });

  it('takes the others', () => {
    expect(inputsFor('wait', { state: 'settled, failed' }).state).toEqual(['settled', 'failed']);
    expect(inputsFor('wait', { state: 'any' }).state).toEqual(['settled']);
    expect(inputsFor('list', { state: 'starting, created' }).state).toEqual(['starting', 'created']);
  });
});

describe('when a whole organization is meant', () => {
  it('is fine for commands that change nothing, and no matter where it hangs on a wrong limit', () => {
    expect(() => inputsFor('list', { app: '*', org: 'o' })).not.toThrow();
    expect(() => inputsFor('wait', { app: '!a', org: 'o' })).not.toThrow();
    const { message } = refused(() => inputsFor('stop', { ...STOP, app: '*', org: 'o', limit: 'x' }));
    expect(message).toMatch(/^`limit` is `x`/);
  });
});

describe('when the root action is told its command', () => {
  it('does what the input says, `auth` by default', () => {
    expect(commandInput(variables({ command: ' stop\n' }))).toBe('stop');
    expect([commandInput({}), commandInput(variables({ command: '' }))]).toEqual(['auth', 'auth']);
  });

  it.each(['destroy', 'Stop', 'toString', 'stop; rm'])('refuses %j', (command) => {
    const error = refused(() => commandInput(passed(undefined, { command })));
    expect(error.message).toContain('`command` is');
    expect(error.message).toContain('`start`');
  });

  it('tells at once what else would be wrong for any command', () => {
    const given = {
      command: 'sotp',
      timeout: 'soon',
      region: '',
      state: 'settled',
      exclud: 'x',
      token: '""',
    };
    const { message } = refused(() => commandInput(passed(undefined, given)));
    expect(message.split('\n').map((line) => /`([a-z-]+)`/.exec(line)?.[1])).toEqual([
      ...[undefined, 'command', 'exclud', 'token', 'region', 'timeout'],
    ]);
  });

  it('does not take what some command reads for wrong', () => {
    const given = {
      command: 'sotp',
      state: 'settled',
      machines: 'a',
      'idle-for': '2h',
      'export-token': 'env',
    };
    expect(refused(() => commandInput(passed(undefined, given))).message).toMatch(/^`command` is `sotp`/);
  });
});

describe('when inputs were lost on the way', () => {
  const withoutHyphens = (env: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !name.includes('-')));

  it.each(COMMAND_NAMES)('is an error that names the cause and the way on: %s', (command) => {
    const { line } = refused(() => readInputs(withoutHyphens(passed(command)), command, false));
    expect(line).toMatch(/Inputs were lost on the way.*shell.*by hand/);
  });

  it('is one in the root action, too, whatever its command', () => {
    const env = withoutHyphens(passed(undefined, { command: 'stop', machines: 'all' }));
    expect(refused(() => readInputs(env, 'stop', true)).message).toContain('lost on the way');
    const unknown = refused(() => commandInput({ ...env, INPUT_COMMAND: 'sotp' }));
    expect(unknown.message).toMatch(/`command` is `sotp`.*\n.*lost on the way/);
    expect(refused(() => readInputs({ INPUT_COMMAND: 'list' }, 'list', true)).message).toContain('lost');
  });

  it('does not say that something is missing which may have been lost', () => {
    const { message } = refused(() =>
      readInputs(withoutHyphens(passed('stop', { app: 'a', 'process-group': 'worker' })), 'stop', false),
    );
    expect(message).not.toContain('not said');
  });

  it('is none where one came through, or nothing is there at all', () => {
    const env = { ...withoutHyphens(passed('list')), 'INPUT_REFRESH-BEFORE': '2m' };
    expect(() => readInputs(env, 'list', false)).not.toThrow();
    expect(() => readInputs({}, 'list', false)).not.toThrow();
    expect(() => readInputs({ 'INPUT_DRY-RUN': 'false', INPUT_MACHINES: 'a' }, 'stop', false)).not.toThrow();
  });

  it('does not count what others handed on', () => {
    const env = { ...withoutHyphens(passed('list')), 'INPUT_NODE-VERSION': '20' };
    expect(refused(() => readInputs(env, 'list', false)).message).toContain('lost on the way');
  });
});
