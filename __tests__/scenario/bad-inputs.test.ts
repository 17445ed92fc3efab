import type { StepResult } from '../../runner/step-result.js';
import { APP, type Scenario, WEB } from '../support/scenario.js';
import { onEachNode } from '../support/scenario-nodes.js';
import { said } from '../support/scenario-results.js';

type With = Readonly<Record<string, string>>;

/** The one error of a step that must have failed before anything was sent. */
function refusal(result: StepResult, { fly }: Scenario): string {
  expect(result.conclusion).toBe('failure');
  expect(result.stderr).toBe('');
  expect(fly.requests).toEqual([]);
  const errors = said(result, 'error');
  expect(errors).toHaveLength(1);
  expect(result.outputs).toMatchObject({ machines: '[]', count: '0', 'changed-ids': '[]', 'expires-at': '' });
  return errors[0] ?? '';
}

onEachNode('When an input is wrong', (open) => {
  it.each<[string, string, With, RegExp]>([
    [
      'a token that is given but empty',
      './auth',
      { token: '', app: APP },
      /`token` is given but empty\. Is the secret's name right/,
    ],
    [
      'an app that is given but empty',
      './list',
      { app: ' ' },
      /`app` is given but empty\..*Leave the input out/,
    ],
    ['machines that are given but empty', './stop', { machines: '' }, /`machines` is given but empty/],
    [
      'an exclude that is given but empty',
      './stop',
      { machines: 'all', exclude: '' },
      /`exclude` is given but empty/,
    ],
    [
      'a limit that is given but empty',
      './stop',
      { machines: 'all', limit: '' },
      /`limit` is given but empty/,
    ],
    [
      'a dry-run that is given but empty',
      './stop',
      { machines: 'all', 'dry-run': '' },
      /`dry-run` is given but empty/,
    ],
    ['a filter of nothing', './stop', { region: ' , ' }, /`region` is a list of nothing/],
    [
      'an input that only another command reads',
      './start',
      { machines: 'all', signal: 'SIGTERM' },
      /`signal` is not read by `start`, only by `stop`\./,
    ],
    [
      'a misspelt input',
      './stop',
      { machines: 'all', exclud: 'web-1' },
      /There is no input `exclud`\. Is `exclude` meant\?/,
    ],
    [
      'an input that nothing is like',
      './list',
      { frobnicate: '1' },
      /There is no input `frobnicate`\. See the README/,
    ],
    ['the command given to a folder action', './list', { command: 'stop' }, /There is no input `command`/],
    [
      'a bad duration',
      './start',
      { machines: 'all', timeout: '5 minutes' },
      /`timeout` is `5 minutes`, which is not a duration like `90s`/,
    ],
    [
      'a duration that is too short',
      './list',
      { timeout: '10ms' },
      /`timeout` is `10ms`, but must be from 1s/,
    ],
    ['a bad kill timeout', './stop', { machines: 'all', 'kill-timeout': '1 m' }, /`kill-timeout` is `1 m`/],
    [
      'a bad boolean',
      './start',
      { machines: 'all', wait: 'yes' },
      /`wait` is `yes`, but can be `true` or `false`/,
    ],
    [
      'an unknown signal',
      './stop',
      { machines: 'all', signal: 'TERM' },
      /`signal` is `TERM`, but can be .*`SIGTERM`/,
    ],
    [
      'a limit of none',
      './stop',
      { machines: 'all', limit: '0' },
      /`limit` is `0`, but must be a whole number from 1/,
    ],
    ['a state that no machine has', './list', { state: 'runing' }, /`state` is `runing`, but can be/],
    [
      'metadata without a value',
      './list',
      { metadata: 'role' },
      /`metadata` has `role`, which is not of the form `key=value`/,
    ],
    [
      'a JSON list cut short',
      './list',
      { machines: `["${WEB}"` },
      /`machines` begins with `\[` but is not a JSON array/,
    ],
    [
      'an app that is no name',
      './list',
      { app: 'my app/../x' },
      /`app` has `my app\/\.\.\/x`, which is not an app name/,
    ],
    [
      'an api-url in the clear',
      './list',
      { 'api-url': 'http://machines.example' },
      /`api-url` is http:\/\/machines\.example.*https only/,
    ],
    [
      'a credential of another form',
      './list',
      { 'third-party-credentials': 'top-secret-credential' },
      /`third-party-credentials` has a line that is not of the form/,
    ],
    [
      'an unknown command',
      './',
      { command: 'destroy' },
      /`command` is `destroy`, but can be `auth`, `list`, `start`, `stop` only/,
    ],
    [
      'an excluded machine that is named',
      './stop',
      { machines: 'web-1', exclude: 'web-1' },
      /`machines` and `exclude` both name web-1/,
    ],
    ['all machines and one', './stop', { machines: 'all, web-1' }, /`machines` names `all` beside others/],
    [
      'a kill timeout beyond the deadline',
      './stop',
      { machines: 'all', 'kill-timeout': '60s', timeout: '30s' },
      /`kill-timeout` is longer than `timeout`/,
    ],
    [
      'nothing that says what to change',
      './start',
      {},
      /Which machines to start is not said: give `machines`/,
    ],
    [
      'an export that is no such thing',
      './auth',
      { 'export-token': 'true' },
      /`export-token` is `true`, but can be `false`, `output`, `env` only/,
    ],
  ])('fails before anything is sent: %s', async (_, uses, inputs, expected) => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses, with: { token, app: APP, ...inputs } });
    const error = refusal(result, scenario);
    expect(error).toMatch(expected);
    expect(error).toMatch(/^input: /);
    expect(error).not.toContain('top-secret');
  });

  it('tells all that is wrong at once, each on its line', async () => {
    const scenario = await open();
    const result = await scenario.job.step({
      uses: './stop',
      with: {
        token: 'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
        app: '',
        region: '',
        limit: 'many',
        timeout: 'soon',
        exclud: 'x',
        'export-token': 'env',
      },
    });
    const [head, ...lines] = refusal(result, scenario).split('\n');
    expect(head).toBe('input: 7 things are wrong.');
    expect(lines.map((line) => /`([a-z-]+)`|a GitHub token/.exec(line)?.slice(0, 2))).toEqual([
      ['`exclud`', 'exclud'],
      ['`app`', 'app'],
      ['`region`', 'region'],
      ['`limit`', 'limit'],
      ['`timeout`', 'timeout'],
      ['`export-token`', 'export-token'],
      ['a GitHub token', undefined],
    ]);
  });

  it.each([
    ['./auth', { token: '', app: '' }],
    ['./list', {}],
  ])('says that a pull request of a fork has no secrets: %s', async (uses, inputs) => {
    const scenario = await open({ job: { github: { event_name: 'pull_request' } } });
    const error = refusal(await scenario.job.step({ uses, with: { app: APP, ...inputs } }), scenario);
    expect(error).toContain('GitHub gives no secrets to pull requests from forks and from Dependabot.');
  });

  it('names the environment variable that would lead the token elsewhere', async () => {
    const scenario = await open({
      job: { env: { FLY_FLAPS_BASE_URL: 'https://machines.dev.evil.example' } },
    });
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses: './list', with: { token, app: APP } });
    expect(refusal(result, scenario)).toMatch(
      /FLY_FLAPS_BASE_URL names a host that is not Fly.s\. Remove it/,
    );
  });
});
