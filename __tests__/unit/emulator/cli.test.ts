import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { helpText } from '../../../emulator/cli/help-text.js';
import { parseApp } from '../../../emulator/cli/parse-app.js';
import { parseFault } from '../../../emulator/cli/parse-fault.js';
import { readOptions } from '../../../emulator/cli/read-options.js';
import { SETTING_FLAGS } from '../../../emulator/cli/setting-flags.js';
import { requestLine } from '../../../emulator/request-log.js';
import { createSettings } from '../../../emulator/settings.js';
import { itWhere, SIGNALS } from '../../support/where.js';

describe('when apps are named', () => {
  it.each([
    ['shop', { name: 'shop', machines: [{ processGroup: 'app' }] }],
    ['acme/shop=web', { org: 'acme', name: 'shop', machines: [{ processGroup: 'web' }] }],
    [
      'shop=web*2@fra, worker@ams:stopped!boot-fails',
      {
        name: 'shop',
        machines: [
          { processGroup: 'web', region: 'fra' },
          { processGroup: 'web', region: 'fra' },
          { processGroup: 'worker', region: 'ams', state: 'stopped', behaviour: { boot: 'fails' } },
        ],
      },
    ],
    [
      'shop=web:stopped+autostop+checks+service-checks+cordoned!lingers',
      {
        name: 'shop',
        machines: [
          {
            processGroup: 'web',
            state: 'stopped',
            config: {
              services: [
                expect.objectContaining({
                  autostop: 'stop',
                  autostart: true,
                  checks: [{}, {}].map(() => expect.anything()),
                }),
              ],
              checks: { alive: expect.objectContaining({ type: 'http', port: 8080 }) },
            },
            metadata: {},
            cordoned: true,
            behaviour: { lingersMs: 5_000 },
          },
        ],
      },
    ],
    [
      'shop=web+performance-2x',
      {
        name: 'shop',
        machines: [
          {
            processGroup: 'web',
            config: { guest: { cpu_kind: 'performance', cpus: 2, memory_mb: 4_096 } },
            metadata: {},
          },
        ],
      },
    ],
  ])('reads %s', (text, spec) => {
    expect(parseApp(text)).toEqual(spec);
  });

  it.each([
    'shop=web+nothing',
    'shop=web+',
    '',
    'a b',
    'shop=',
    'shop=web:nowhere',
    'shop=web!nothing',
    'shop=web!toString',
    'shop=web*x',
  ])('refuses "%s"', (text) => {
    expect(() => parseApp(text)).toThrow();
  });
});

describe('when settings are given', () => {
  it('reads each kind', () => {
    const { settings, port, seed, token } = readOptions([
      ...[
        '--latency',
        '50ms',
        '--boot',
        '3',
        '--rate-limits',
        'off',
        '--retry-after',
        '2',
        '--capacity-text',
        'gov',
      ],
      ...[
        '--aaa-behaviour',
        'poll',
        '--aaa-polls',
        'Infinity',
        '--own-lifetime',
        '1h',
        '--own-credential',
        'Bearer x',
      ],
      ...[
        '--port',
        '0',
        '--seed',
        '9',
        '--token-actions',
        'rC',
        '--token-third-party',
        'both',
        '--token-discharge',
      ],
    ]);
    expect(createSettings(settings)).toMatchObject({
      latencyMs: 50,
      bootMs: 3,
      rateLimits: false,
      retryAfterS: 2,
      capacityText: 'governor policy blocked start',
      stopMs: 400,
      aaa: { behaviour: 'poll', polls: Number.POSITIVE_INFINITY, lifetimeMs: 630_000 },
      own: { behaviour: 'immediate', lifetimeMs: 3_600_000, credential: 'Bearer x' },
    });
    expect({ port, seed, token }).toEqual({
      port: 0,
      seed: 9,
      token: { app: ['demo-app'], actions: 'rC', thirdParty: ['aaa', 'own'], withDischarge: true },
    });
  });

  it.each([
    [['--nope', '1'], /nope/],
    [['stray'], /stray/],
    [['--latency', 'long'], /--latency takes a duration/],
    [['--start-reply', 'x'], /docs, client/],
    [['--aaa-behaviour', 'wrong'], /wrong-ticket/],
    [['--rate-limits', 'yes'], /on or off/],
    [['--retry-after', ''], /takes a number/],
    [['--port', '70000'], /65535/],
    [['--token-actions', 'x'], /rwcdC/],
    [['--token-kind', 'x'], /deploy, org or readonly/],
    [['--token-kind', 'org', '--token-app', 'demo-app'], /--token-kind deploy/],
    [['--token-third-party', 'x'], /both/],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it.each([
    ['org', '*'],
    ['readonly', 'r'],
  ])('makes a token of the organization: %s', (kind, actions) => {
    const { token } = readOptions(['--token-kind', kind]);
    expect(token).toMatchObject({ actions });
    expect(token).not.toHaveProperty('app');
  });

  it('names every flag in the help, each once', () => {
    const help = helpText();
    for (const { flag, section } of SETTING_FLAGS) {
      if (section !== 'own') expect(help.split(`--${flag} `)).toHaveLength(2);
    }
    expect(new Set(SETTING_FLAGS.map(({ flag }) => flag)).size).toBe(SETTING_FLAGS.length);
  });
});

describe('when faults are given', () => {
  it.each([
    ['{"fault":"cut"}', { fault: 'cut' }],
    [
      '{"method":"POST","path":"/v1","from":2,"times":1,"afterEffect":true,"fault":{"status":503,"body":"x"}}',
      {
        method: 'POST',
        path: '/v1',
        from: 2,
        times: 1,
        afterEffect: true,
        fault: { status: 503, body: 'x', headers: {} },
      },
    ],
    ['{"pattern":"start$","fault":"reset"}', { path: /start$/, fault: 'reset' }],
  ])('reads %s', (text, rule) => {
    expect(parseFault(text)).toEqual(rule);
  });

  it.each([
    '',
    '1',
    '{}',
    '{"fault":"no"}',
    '{"fault":"cut","form":1}',
    '{"fault":"cut","times":0}',
    '{"fault":{}}',
  ])('refuses %s', (text) => {
    expect(() => parseFault(text)).toThrow(/--fault/);
  });
});

describe('when a request is shown', () => {
  it('keeps the terminal out of reach of its path', () => {
    const request = { method: 'GET', path: '/\u001b[2J\u009b\nx', at: 0, status: 404, durationMs: 2 };
    expect(requestLine(request)).toBe('00:00:00.000 GET /?[2J??x 404 2 ms');
  });
});

/** Program that starts the emulator, prints its process id, and waits for it, as npm's shell does. */
const SHELL = `
  const { spawn } = require('node:child_process');
  const [node, ...args] = process.argv.slice(1);
  console.log('pid', spawn(node, args, { stdio: 'inherit' }).pid);`;

describe('when it is started', () => {
  let child: ChildProcessWithoutNullStreams;
  let shellsChild: number | undefined;
  let output = '';
  let errors = '';

  function start(command: readonly string[]): void {
    [output, errors] = ['', ''];
    child = spawn(process.execPath, command);
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
  }

  const emulator = (...flags: string[]) => ['--import', 'tsx', 'emulator/cli.ts', '--port', '0', ...flags];

  afterEach(() => {
    child.kill('SIGKILL');
    if (shellsChild !== undefined) process.kill(shellsChild, 'SIGKILL');
  });

  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended: ${errors}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
  }

  itWhere(SIGNALS)('prints what a client needs, then its requests, and ends on an interrupt', async () => {
    start(emulator('--token-discharge'));
    const environment = /^export FLY_FLAPS_BASE_URL=(\S+)\nexport FLY_API_TOKEN='(.+)'\n[\s\S]*Requests:\n/m;
    const [, url = '', token = ''] = await printed(environment);
    const answer = await fetch(`${url}/v1/apps/demo-app/machines`, { headers: { authorization: token } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveLength(4);
    await printed(/GET \/v1\/apps\/demo-app\/machines 200 \d+ ms token [0-9a-f]{8}\n/);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect([await ended, errors]).toEqual([[0, null], '']);
  });

  it('ends with the process that started it, where npm starts it', async () => {
    const { scripts }: { scripts: { emulator: string } } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [, ...args] = scripts.emulator.split(' ');
    start(['-e', SHELL, '--', process.execPath, ...args, '--port', '0']);
    shellsChild = Number((await printed(/^pid (\d+)$/m))[1]);
    await printed(/^Ctrl-C/m);
    // The emulator holds the output open as long as it lives.
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
    shellsChild = undefined;
  }, 20_000);
});
