import { shortHelp, wholeHelp } from '../../../../src/action/inputs/help.js';
import { INPUT_NAMES, INPUTS, type InputName, inputsOf } from '../../../../src/action/inputs/table.js';
import { COMMAND_NAMES, type CommandName } from '../../../../src/command-table.js';
import { ActionError } from '../../../../src/errors.js';
import { parseBundle } from '../../../../src/macaroon/bundle.js';
import { freshToken } from '../../../support/tokens/sessions.js';

const TOKEN = freshToken();

/** What an input's own parser makes of a text; its complaint where it refuses it. */
function parsed(name: InputName, text: string): unknown {
  try {
    return INPUTS[name].parse(text);
  } catch (error) {
    if (error instanceof ActionError && error.class === 'input') return `refused: ${error.message}`;
    throw error;
  }
}

describe('when the table is read', () => {
  it.each(INPUT_NAMES)('`%s` has a default that is not empty and of its own form', (name) => {
    expect(INPUTS[name].default).toMatch(/^\S+$/);
    expect(parsed(name, INPUTS[name].default)).not.toEqual(expect.stringMatching(/^refused/));
  });

  it.each(INPUT_NAMES)('`%s` is read by a command, and people are told what it is', (name) => {
    expect(INPUTS[name].reads.length).toBeGreaterThan(0);
    expect(COMMAND_NAMES).toEqual(expect.arrayContaining([...INPUTS[name].reads]));
    expect(shortHelp(name)).toMatch(/^[`A-Z].*\.$/);
    expect(wholeHelp(name)).toMatch(/^[`A-Z].*\.$/);
  });

  it('is strict about all that narrows or directs the work', () => {
    const strict = INPUT_NAMES.filter((name) => INPUTS[name].strict);
    expect(strict).toEqual([
      ...['token', 'app', 'org', 'machines', 'region', 'process-group', 'state', 'metadata', 'marked'],
      ...['exclude', 'limit', 'shard', 'mark', 'set', 'run', 'container', 'idle-for', 'idle-signal'],
      ...['idle-threshold', 'query', 'keep', 'announce', 'default-hours'],
      ...[
        'prometheus-url',
        'metrics-token',
        'count',
        'probe-url',
        'hold',
        'max-unavailable',
        'dry-run',
        'max-lifetime',
      ],
      ...['scope', 'attenuate-with', 'api-url'],
    ]);
  });

  it.each(COMMAND_NAMES)('lets `%s` read what every command reads', (command) => {
    const everywhere = [
      'token',
      'app',
      'timeout',
      'refresh-before',
      'third-party-credentials',
      'summary',
      'api-url',
    ];
    expect(inputsOf(command)).toEqual(expect.arrayContaining(everywhere));
  });

  it.each<[CommandName, readonly InputName[]]>([
    ['auth', ['machines', 'limit', 'dry-run', 'on-failure', 'signal', 'wait']],
    ['list', ['limit', 'dry-run', 'signal', 'wait', 'max-concurrent', 'export-token']],
    ['start', ['signal', 'kill-timeout', 'export-token']],
    ['stop', ['export-token']],
  ])('does not let `%s` take what it has no use for', (command, names) => {
    expect(inputsOf(command).filter((name) => names.includes(name))).toEqual([]);
  });
});

describe('when a value is read', () => {
  const ok: readonly (readonly [InputName, string, unknown])[] = [
    ['token', 'auto', undefined],
    ['token', `FlyV1 ${TOKEN}`, parseBundle(TOKEN)],
    ['app', 'auto', undefined],
    ['app', 'my-app', ['my-app']],
    ['app', 'my-app, other-app\nthird', ['my-app', 'other-app', 'third']],
    ['app', '["my-app"]', ['my-app']],
    ['app', 'staging-*, !staging-billing', ['staging-*', '!staging-billing']],
    ['app', '*\n!*-db', ['*', '!*-db']],
    ['org', 'none', undefined],
    ['org', 'my-org', 'my-org'],
    ['shard', 'none', undefined],
    ['shard', '2/8', { index: 2, total: 8 }],
    ['shard', '0/1', { index: 0, total: 1 }],
    ['machines', 'auto', 'auto'],
    ['machines', 'all', 'all'],
    ['machines', '[]', []],
    ['machines', 'a, web-1', ['a', 'web-1']],
    ['region', 'any', undefined],
    ['region', 'fra,iad', ['fra', 'iad']],
    ['state', 'started, stopped', ['started', 'stopped']],
    ['metadata', 'a=b\nc=d=e', ['a=b', 'c=d=e']],
    ['metadata', 'empty=', ['empty=']],
    ['exclude', 'none', undefined],
    ['exclude', 'web-1, keep=true', ['web-1', 'keep=true']],
    ['exclude', 'note=a;b*"c", Worker-1, keep:true', ['note=a;b*"c"', 'Worker-1', 'keep:true']],
    ['exclude', '08058490142389, 9080524e610787', ['08058490142389', '9080524e610787']],
    ['machines', '80584901423891', ['80584901423891']],
    ['exclude', '1=2', ['1=2']],
    ['limit', 'none', undefined],
    ['limit', '1', 1],
    ['limit', '3', 3],
    ['timeout', 'auto', undefined],
    ['timeout', '1', 1_000],
    ['timeout', '24h', 86_400_000],
    ['timeout', '90', 90_000],
    ['timeout', '1h30m', 5_400_000],
    ['signal', 'SIGTERM', 'SIGTERM'],
    ['kill-timeout', '0', 0],
    ['refresh-before', '0s', 0],
    ['max-concurrent', '1', 1],
    ['max-concurrent', '500', 500],
    ['dry-run', 'True', true],
    ['on-failure', 'warn', 'warn'],
    ['on-failure', 'stop', 'stop'],
    ['on-failure', 'auto', 'auto'],
    ['max-unavailable', '33%', { percent: 33 }],
    ['max-unavailable', '1 %', { percent: 1 }],
    ['max-unavailable', '100%', { percent: 100 }],
    ['max-unavailable', '1', { machines: 1 }],
    ['max-unavailable', '100000', { machines: 100_000 }],
    ['settle', 'auto', undefined],
    ['settle', '0', 0],
    ['settle', '10s', 10_000],
    ['container', 'none', undefined],
    ['container', 'web_1.a-b', 'web_1.a-b'],
    ['wait', 'auto', 'auto'],
    ['wait', 'checks', 'checks'],
    ['export-token', 'env', 'env'],
    ['summary', 'false', 'false'],
    ['third-party-credentials', 'none', undefined],
    [
      'third-party-credentials',
      'https://a.test: Bearer a,b\nhttps://b.test: c',
      ['https://a.test: Bearer a,b', 'https://b.test: c'],
    ],
    ['api-url', 'auto', undefined],
    ['api-url', 'http://127.0.0.1:4280/', new URL('http://127.0.0.1:4280')],
  ];
  it.each(ok)('`%s: %s` is %j', (name, text, value) => {
    expect(parsed(name, text)).toEqual(value);
  });

  const bad: readonly (readonly [InputName, string])[] = [
    ['token', 'FlyV1 fm2_abc'],
    ['metrics-token', '""'],
    ['app', 'my app'],
    ['app', '!'],
    ['app', '!!a'],
    ['app', 'staging-?'],
    ['app', 'a!b'],
    ['org', 'my org'],
    ['org', '../other'],
    ['org', 'my-*'],
    ['shard', '8/8'],
    ['shard', '0/0'],
    ['shard', '-1/8'],
    ['shard', '1.5/8'],
    ['shard', '3'],
    ['shard', '/8'],
    ['app', '../other'],
    ['app', ' , '],
    ['app', '[]'],
    ['machines', 'web 1'],
    ['machines', '[1]'],
    ['machines', '["a"'],
    ['region', ','],
    ['state', 'running'],
    ['metadata', 'no-equals-sign'],
    ['metadata', '=value'],
    ['exclude', 'a b'],
    ...[
      'a;b',
      'worker*',
      '!web-1',
      '"web-1"',
      "'web-1'",
      '`a`',
      '\u201ca\u201d',
      '"keep=true"',
      '!keep=1',
    ].map((text) => ['exclude', text] as const),
    ['exclude', ', web-1'],
    ['exclude', '["", "web-1"]'],
    ['metadata', '["", "a=b"]'],
    ...['machines', 'exclude'].flatMap((name) =>
      [
        '8058490142389',
        '0',
        'Infinity',
        '-Infinity',
        'NaN',
        '.inf',
        '1.23456789E+20',
        '9.080524e+610',
        'a, 12',
      ].map((text) => [name as InputName, text] as const),
    ),
    ['machines', '[""]'],
    ...(['region', 'process-group', 'app', 'org'] as const).map((name) => [name, 'Infinity'] as const),
    ['exclude', '[]'],
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', '1e3'],
    ['timeout', '0'],
    ['timeout', '25h'],
    ['timeout', 'soon'],
    ['timeout', '-5s'],
    ['signal', 'TERM'],
    ['signal', '9'],
    ['max-concurrent', '0'],
    ['max-concurrent', '501'],
    ['kill-timeout', '24h1s'],
    ['refresh-before', '24h1s'],
    ['machines', 'x'.repeat(129)],
    ['app', 'x'.repeat(64)],
    ['dry-run', 'yes'],
    ['wait', '1'],
    ['on-failure', 'ignore'],
    ...(['0', '0%', '120%', '-1', 'half', '33.3%', '1e2', '%', '0x3', '100001', '3 3'] as const).map(
      (text) => ['max-unavailable', text] as const,
    ),
    ['settle', '11m'],
    ['settle', '-1s'],
    ['container', '-web'],
    ['container', 'my web'],
    ['export-token', 'true'],
    ['third-party-credentials', 'no-scheme.test: value'],
    ['third-party-credentials', 'https://a.test value'],
    ['api-url', 'http://api.machines.dev'],
  ];
  it.each(bad)('`%s: %s` is refused', (name, text) => {
    expect(parsed(name, text)).toMatch(/^refused: (is|has|begins|wants|can't be read:) /);
  });

  it('says nothing of a credential that it refuses', () => {
    expect(parsed('third-party-credentials', 'https//typo.test: geheimnis')).not.toContain('geheimnis');
  });
});
