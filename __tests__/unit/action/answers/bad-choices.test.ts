import { inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { refusal } from '../../../support/scenarios/refusal.js';
import { said } from '../../../support/scenarios/results.js';
import { APP, WEB, WORKERS } from '../../../support/scenarios/scenario.js';
import { stepWith, type With, writes } from '../../../support/scenarios/steps.js';

const [FIRST] = WORKERS;
const ORG = { app: 'auto', org: 'my-org' };

inThisProcess('When a step asks for what there can not be', (open) => {
  it.each<[string, string, With, RegExp]>([
    ['a state that Fly has not', './start', { state: 'hibernating' }, /`state` is `hibernating`, but can be/],
    [
      'a state that nobody can wait for',
      './wait',
      { state: 'started, starting' },
      /`state` is `starting`, but can be `started`, `stopped`, .* only/,
    ],
    ['at rest, as a filter', './stop', { state: 'settled' }, /`settled`, which is for `wait` only/],
    [
      'a share after the last',
      './stop',
      { machines: 'all', shard: '8/8' },
      /`shard` is `8\/8`, but shares are counted from 0: the last of 8 is `7\/8`/,
    ],
    [
      'a share of none',
      './stop',
      { machines: 'all', shard: '0/0' },
      /`shard` is `0\/0`, which is not of the form `2\/8`/,
    ],
    [
      'a share that is no share',
      './list',
      { shard: '-1/4' },
      /`shard` is `-1\/4`, which is not of the form `2\/8`/,
    ],
    ['a share of an unset matrix', './list', { shard: '/' }, /`shard` is `\/`, which is not of the form/],
    [
      'checks of a stopped machine',
      './stop',
      { machines: 'all', wait: 'checks' },
      /`wait: checks` is for `start` and `restart`/,
    ],
    [
      'a restart a few at a time that waits for none',
      './restart',
      { machines: 'all', wait: 'false' },
      /`wait: false` restarts machines without knowing .* `max-unavailable: 100%`/,
    ],
    [
      'a share of nothing',
      './restart',
      { machines: 'all', 'max-unavailable': '0%' },
      /`max-unavailable` is `0%`, but must be a number of machines from 1 to 100000, or a share from `1%` to `100%`/,
    ],
    [
      'a look at what is not waited for',
      './start',
      { machines: 'all', wait: 'false', settle: '5s' },
      /`settle` looks at machines once they are up, and `wait: false` waits for none/,
    ],
    [
      'a halt of what changes nothing',
      './list',
      { 'on-failure': 'stop' },
      /`on-failure: stop` is for commands that change something, and `list` changes nothing/,
    ],
    [
      'a command that is put back',
      './exec',
      { machines: 'all', run: 'true', restore: 'true' },
      /`restore` is not read by `exec`, only by /,
    ],
    ['no labels', './label', { machines: 'all' }, /Nothing to set: set `set`, such as/],
    ['no machines to label', './label', { set: 'a=1' }, /No machines chosen to label/],
    ['no command', './exec', { machines: 'all' }, /Nothing to run: set `run`/],
    [
      'everybody’s apps',
      './list',
      { app: '*' },
      /`app` has \*, and patterns and exclusions are for the apps of an organization\. Set `org`/,
    ],
    [
      'everything everywhere',
      './stop',
      { ...ORG, app: '*', machines: 'all' },
      /This would stop everything in every app of an organization. Narrow it/,
    ],
    [
      'everything but a few',
      './suspend',
      { ...ORG, app: '!prod-*', machines: 'all', exclude: 'keep=true' },
      /This would suspend everything in every app/,
    ],
    [
      'hours for everything everywhere',
      './hours',
      { ...ORG, app: '*', 'default-hours': 'always' },
      /This would start or stop everything in every app/,
    ],
    ['a mark that is looked for and left', './stop', { mark: 'night', marked: 'night' }, /both name `night`/],
    [
      'a mark on what is put back',
      './stop',
      { machines: 'all', mark: 'night', restore: 'true' },
      /`restore` does it at the end of this one: set one of them/,
    ],
    [
      'a mark with a command that leaves none',
      './restart',
      { machines: 'all', mark: 'night' },
      /`mark` is not read/,
    ],
    ['an app and its opposite', './list', { ...ORG, app: 'web, !web' }, /`app` both names and excludes web/],
  ])('fails before anything is sent: %s', async (_, uses, inputs, expected) => {
    const scenario = open();
    const error = refusal(await stepWith(scenario, uses, inputs), scenario);
    expect(error).toMatch(expected);
    expect(error).toMatch(/^input: /);
  });

  it('needs more than `machines: all` where the organization is all there is', async () => {
    const scenario = open();
    const result = await stepWith(scenario, './stop', { ...ORG, machines: 'all' }, {});
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toContain('Narrow it: set a filter');
    expect(writes(scenario)).toEqual([]);
  });

  it.each<[string, With, RegExp]>([
    [
      'a region',
      { region: 'lax, fra' },
      /^not found: my-app has no region lax\. Check the spelling\. There is fra, iad\./,
    ],
    [
      'a process group',
      { 'process-group': 'web' },
      /no process group web\. Check the spelling\. There is app, worker\./,
    ],
    [
      'filters that exclude each other',
      { region: 'iad', 'process-group': 'worker' },
      /^not found: No machine fits all the filters at once \(region iad: 1, process group worker: 1\)\. .*`allow-empty: true`/,
    ],
  ])('names what there is, where a filter fits nothing: %s', async (_, inputs, expected) => {
    const machines = [
      { id: WEB, region: 'iad' },
      { id: FIRST, processGroup: 'worker' },
    ];
    const scenario = open({ apps: [{ name: APP, machines }] });
    const result = await stepWith(scenario, './stop', inputs);
    expect(result).toMatchObject({ conclusion: 'failure', outputs: { machines: '[]', count: '0' } });
    expect(said(result, 'error')).toEqual([expect.stringMatching(expected)]);
    expect(writes(scenario)).toEqual([]);
    const allowed = await stepWith(scenario, './stop', { ...inputs, 'allow-empty': 'true', limit: '1' });
    expect(allowed.conclusion).toBe('success');
  });
});
