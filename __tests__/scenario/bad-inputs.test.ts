import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP } from '../support/scenario.js';
import { onOneNode } from '../support/scenario-nodes.js';
import { refusal } from '../support/scenario-refusal.js';
import { said } from '../support/scenario-results.js';

type With = Readonly<Record<string, string>>;

onOneNode('When an input is wrong', (open) => {
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
    ['a filter of blanks', './stop', { region: ' , ' }, /`region` is given but empty/],
    ['machines whose ids were lost', './stop', { machines: '[""]' }, /`machines` is given but empty/],
    [
      'an id that YAML has made a number of',
      './stop',
      { machines: 'all', exclude: 'Infinity' },
      /`exclude` has `Infinity`.*Quote the id/,
    ],
    [
      'an input that only another command reads',
      './start',
      { machines: 'all', signal: 'SIGTERM' },
      /`signal` is not read by `start`, only by `stop`, `restart`\./,
    ],
    [
      'a misspelt input',
      './stop',
      { machines: 'all', exclud: 'web-1' },
      /There is no input `exclud`\. Did you mean `exclude`\?/,
    ],
    [
      'an input made of our own words alone',
      './stop',
      { machines: 'all', 'exclude-machines': 'web-1' },
      /There is no input `exclude-machines`\. See the README/,
    ],
    ['the command given to a folder action', './list', { command: 'stop' }, /There is no input `command`/],
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
      /FLY_FLAPS_BASE_URL is not the bare address of a host of Fly.s\. Remove it/,
    );
  });
});

/** As dash does with the inputs of what it starts. */
const LIKE_DASH =
  'for (const it of Object.keys(process.env)) if (/^INPUT_.*-/.test(it)) delete process.env[it];';

onOneNode('When a shell between the runner and the step drops variables with a hyphen', (open) => {
  it('is red with the cause, before a dry run of one group could stop another for real', async () => {
    const { job, fly } = await open();
    const script = join(job.workspace, 'dash.cjs');
    writeFileSync(script, LIKE_DASH);
    const token = fly.mintToken({ app: APP, withDischarge: true });
    const inputs = { token, app: APP, machines: 'all', 'process-group': 'worker', 'dry-run': 'true' };
    const env = { NODE_OPTIONS: `--require ${script}` };
    const result = await job.step({ uses: './stop', with: inputs, env });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toMatch(/^input: Inputs were lost on the way.*`process-group`.*by hand/);
    expect(fly.requests).toEqual([]);
  });

  it('puts back at the end of the job all the same', async () => {
    const { job, fly } = await open();
    const script = join(job.workspace, 'dash.cjs');
    const env = { NODE_OPTIONS: `--require ${script}` };
    writeFileSync(script, '');
    const token = fly.mintToken({ app: APP, withDischarge: true });
    const inputs = { token, app: APP, machines: 'web-1', restore: 'true' };
    expect((await job.step({ uses: './stop', with: inputs, env })).conclusion).toBe('success');
    writeFileSync(script, LIKE_DASH);
    await job.post();
    expect(fly.machines(APP).find(({ name }) => name === 'web-1')?.state).toBe('started');
  });
});
