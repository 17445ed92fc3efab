import { inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { refusal } from '../../../support/scenarios/refusal.js';
import { APP } from '../../../support/scenarios/scenario.js';

type With = Readonly<Record<string, string>>;

inThisProcess('When an input is wrong', (open) => {
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
      /There is no input `exclude-machines`\. See docs\/inputs\.md/,
    ],
    ['the command given to a folder action', './list', { command: 'stop' }, /There is no input `command`/],
  ])('fails before anything is sent: %s', async (_, uses, inputs, expected) => {
    const scenario = open();
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses, with: { token, app: APP, ...inputs } });
    const error = refusal(result, scenario);
    expect(error).toMatch(expected);
    expect(error).toMatch(/^input: /);
    expect(error).not.toContain('top-secret');
  });

  it('tells all that is wrong at once, each on its line', async () => {
    const scenario = open();
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
    expect(lines.map((line) => /`([a-z-]+)`/.exec(line)?.slice(0, 2))).toEqual([
      ['`exclud`', 'exclud'],
      ['`token`', 'token'],
      ['`app`', 'app'],
      ['`region`', 'region'],
      ['`limit`', 'limit'],
      ['`timeout`', 'timeout'],
      ['`export-token`', 'export-token'],
    ]);
  });
});
