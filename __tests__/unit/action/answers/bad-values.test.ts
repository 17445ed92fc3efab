import { inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { refusal } from '../../../support/scenarios/refusal.js';
import { APP, WEB } from '../../../support/scenarios/scenario.js';

type With = Readonly<Record<string, string>>;

inThisProcess('When the value of an input is wrong', (open) => {
  it.each<[string, string, With, RegExp]>([
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
      /`wait` is `yes`, but can be `true`, `false`, `checks`, `auto` only/,
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
      /`command` is `destroy`, but can be `auth`, `inspect`, `list`, .* only/,
    ],
    [
      'a mark with other letters',
      './stop',
      { machines: 'all', mark: 'Night shift' },
      /`mark` has `Night shift`, which is not a name of 1 to 32 letters a-z, digits and `-`/,
    ],
    [
      'a mark of a command itself',
      './start',
      { marked: 'hours' },
      /`marked` has `hours`, a mark of `hours` itself: choose another name/,
    ],
    ['an empty mark', './start', { marked: '' }, /`marked` is given but empty/],
    [
      'hours of an unknown zone',
      './hours',
      { 'default-hours': 'Mon-Fri 07:30-18:00 Europe/Berln' },
      /`default-hours` can't be read: `Europe\/Berln` is no IANA time zone\. .*`Europe\/Berlin`/,
    ],
    [
      'hours of a day that is none',
      './hours',
      { 'default-hours': 'Mon-Fry 07:30-18:00 Europe/Berlin' },
      /`default-hours` can't be read: `Fry` is no day of the week/,
    ],
    ['empty hours', './hours', { 'default-hours': '' }, /`default-hours` is given but empty/],
    [
      "metadata of Fly's own",
      './label',
      { machines: 'all', set: 'fly_process_group=web' },
      /`set` has `fly_process_group=web`: keys that begin with `fly_` are Fly's own/,
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
    ['nothing that says what to change', './start', {}, /No machines chosen to start: set `machines`/],
    [
      'an export that is no such thing',
      './auth',
      { 'export-token': 'true' },
      /`export-token` is `true`, but can be `false`, `output`, `env` only/,
    ],
  ])('fails before anything is sent: %s', async (_, uses, inputs, expected) => {
    const scenario = open();
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses, with: { token, app: APP, ...inputs } });
    const error = refusal(result, scenario);
    expect(error).toMatch(expected);
    expect(error).toMatch(/^input: /);
    expect(error).not.toContain('top-secret');
  });
});
