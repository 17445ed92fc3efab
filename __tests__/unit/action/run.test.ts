import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_ENDS, outputsOf } from '../../../src/action/report/outputs.js';
import { failedStep } from '../../../src/commands/result/result.js';
import { ActionError } from '../../../src/errors.js';
import { fakeLog, fakeRunner } from '../../support/fakes/fake-shell.js';
import { passed } from '../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig } from '../../support/rigs/step-rig.js';

const MACHINES = [
  { id: 'a1', name: 'web-1' },
  { id: 'b1', name: 'worker-1', processGroup: 'worker', state: 'stopped' as const },
  { id: 'b2', name: 'worker-2', processGroup: 'worker', state: 'stopped' as const },
];

let rig: StepRig;

beforeEach(() => {
  rig = createStepRig({ machines: MACHINES });
});

afterEach(() => rig.end());

const sessionFiles = () => readdirSync(rig.temp).filter((name) => name.includes('session'));

const tickets = () => rig.sent.filter((it) => it.startsWith('POST https://fly.test/aaa/'));

describe('when a job goes its way', () => {
  it('acquires the discharge once, and later steps need no token', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const auth = await rig.step('auth', { token, app: 'my-app' });
    const list = await rig.step('list');
    const start = await rig.step('start', { 'process-group': 'worker' });
    expect([auth, list, start].map(({ succeeded }) => succeeded)).toEqual([true, true, true]);
    expect(tickets()).toHaveLength(1);
    // Once it knows the time, it asks for nothing but the machines.
    expect(rig.sent[1]).toBe('GET https://api.machines.dev/');
    expect(rig.sent.slice(2).every((it) => it.includes(' https://api.machines.dev/v1/apps/my-app/'))).toBe(
      true,
    );
    expect(start.runner.outputs).toMatchObject({
      'changed-ids': '["b1","b2"]',
      count: '2',
      apps: '["my-app"]',
    });
    expect(JSON.parse(readFileSync(start.runner.outputs['machines-file'] ?? '', 'utf8'))).toHaveLength(2);
  });

  it('begins the log with where the token is from, and ends it with what was done', async () => {
    await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    const { log } = await rig.step('start', { machines: 'worker-1' });
    const lines = log.said('info');
    expect(lines[0]).toBe("Token from the job's session, app my-app, host api.machines.dev");
    expect(lines.at(-1)).toBe('started 1, already started 0, failed 0 of 1 in my-app, 800 ms');
  });

  it('tells each request where the job runs with debug logging, and nothing secret of any', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const quiet = await rig.step('list', { token, app: 'my-app' });
    expect(quiet.log.said('debug')).toEqual([]);
    const env = { ...passed('list', { token, app: 'my-app' }), RUNNER_DEBUG: '1' };
    const { log } = await rig.step('list', {}, { env });
    const lines = log.said('debug').map((line) => line.replace(/\d+ ms|01\w+-\w+/g, '…'));
    expect(lines).toContain('POST https://fly.test/… 201, …');
    expect(lines).toContain(
      'GET https://api.machines.dev/v1/apps/my-app/machines 200, …, request …, attempt 1',
    );
  });

  it('lists machines in the log, two hundred at most', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const few = await rig.step('list', { token, app: 'my-app' });
    expect(few.log.said('info').slice(-5)).toEqual([
      '2 stopped · 1 started',
      'a1  web-1     fra  app     +  started',
      'b1  worker-1  fra  worker  -  stopped',
      'b2  worker-2  fra  worker  -  stopped',
      'listed 3 in my-app, 0 ms',
    ]);
    for (let index = 0; index < 200; index += 1) rig.fly.addMachine('my-app', { id: `c${index}` });
    const many = await rig.step('list', { token, app: 'my-app' });
    expect(many.log.said('info').slice(-2)).toEqual([
      '…and 3 more; the file that `machines-file` names has all',
      'listed 203 in my-app, 0 ms',
    ]);
    expect(many.log.said('info').filter((it) => it.includes('  fra  '))).toHaveLength(200);
  });

  it('tells until when the token and its discharges hold', async () => {
    const expires = Date.UTC(2025, 0, 16) / 1_000;
    const limited = await rig.step('auth', {
      token: rig.fly.mintToken({ app: 'my-app', expires }),
      app: 'my-app',
      'max-lifetime': '0',
    });
    expect(limited.runner.outputs).toMatchObject({
      'expires-at': '2025-01-15T12:10:30Z',
      'token-expires-at': '2025-01-16T00:00:00Z',
    });
    expect(limited.log.said('info').at(-1)).toBe(
      'session opened for my-app, usable until 2025-01-15T12:10:30Z and refreshed before, 0 ms',
    );
    const token = rig.fly.mintToken({ app: 'my-app', thirdParty: false });
    const endless = await rig.step('auth', { token, app: 'my-app', 'max-lifetime': '0' });
    expect(endless.runner.outputs).toMatchObject({ 'expires-at': '', 'token-expires-at': '' });
    expect(endless.log.said('info').at(-1)).toContain('usable without an end');
  });

  it('goes by Fly’s clock where the runner’s is wrong', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', expires: rig.clock.now() / 1_000 + 1_800 });
    const clock = { ...rig.clock, now: () => rig.clock.now() + 3_600_000 };
    const { succeeded } = await rig.step('list', { token, app: 'my-app' }, { clock });
    expect(succeeded).toBe(true);
    expect(rig.sent.filter((it) => it === 'GET https://api.machines.dev/')).toHaveLength(1);
  });

  it('refreshes the discharge where it nears its end, for the steps after it as well', async () => {
    await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    await rig.clock.advance(600_000);
    const { log, succeeded } = await rig.step('list');
    await rig.step('list');
    expect(succeeded).toBe(true);
    expect(log.said('info')).toContainEqual(expect.stringMatching(/^Discharge of .* refreshed, valid until/));
    expect(tickets()).toHaveLength(2);
  });

  it('renews the discharge once when Fly no longer takes it', async () => {
    await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    rig.fly.faults.push({ path: '/v1/', times: 1, fault: { status: 401, body: { error: 'no' } } });
    expect((await rig.step('list')).succeeded).toBe(true);
    expect(tickets()).toHaveLength(2);
  });

  it('gives the session to post only where this step opened it', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const first = await rig.step('auth', { token, app: 'my-app' });
    const second = await rig.step('auth', { token, app: 'my-app' });
    expect(first.runner.state).toEqual({ key: expect.any(String), session: expect.any(String) });
    expect(first.runner.state['session']).toContain(sessionFiles()[0]);
    expect(second.runner.state).toEqual({});
    expect(second.log.said('info').at(-1)).toContain('session joined for my-app');
    expect(tickets()).toHaveLength(1);
  });

  it('says when another token takes over', async () => {
    await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    const { log } = await rig.step('auth', { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' });
    expect(log.said('notice')).toEqual([expect.stringContaining('covered my-app')]);
    expect(sessionFiles()).toHaveLength(1);
  });

  it.each([
    [{ org: 'my-org' }, 'all apps of my-org'],
    [{ app: 'other-app' }, 'my-app, other-app'],
  ])('says when a second `auth` makes later steps touch more: %j', async (more, now) => {
    const token = rig.fly.mintToken({ org: 'my-org' });
    const first = await rig.step('auth', { token, app: 'my-app' });
    const { log } = await rig.step('auth', { token, ...more });
    expect(first.log.said('notice')).toEqual([]);
    expect(log.said('notice')).toEqual([
      `This token's session was open for my-app: later steps without \`app\` are about ${now} from now on.`,
    ]);
  });

  it('leaves no session of a token that was given to another command', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    expect((await rig.step('list', { token, app: 'my-app' })).succeeded).toBe(true);
    expect(sessionFiles()).toEqual([]);
  });

  it.each([
    ['false', {}, {}],
    ['output', { token: expect.stringMatching(/^FlyV1 fm2_.*,fm2_/) }, {}],
    ['env', { token: expect.anything() }, { FLY_API_TOKEN: expect.stringMatching(/^FlyV1 fm2_.*,fm2_/) }],
  ])('exports the token only where it is asked to: %s', async (wish, outputs, exported) => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const { runner, log } = await rig.step('auth', { token, app: 'my-app', 'export-token': wish });
    expect(runner.outputs).toMatchObject(outputs);
    expect('token' in runner.outputs).toBe(wish !== 'false');
    expect(runner.exported).toEqual(exported);
    if (wish !== 'false') expect(log.masks).toContain(runner.outputs['token']);
  });
});

describe('when a step is about to print', () => {
  it('has masked the token, whatever becomes of the step', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const inputs = {
      token,
      'third-party-credentials': '["https://tp.test: geheimes-wort-123"]',
      exclud: 'x',
    };
    const log = fakeLog();
    let masked: readonly string[] = [];
    const error: typeof log.error = (text, title) => {
      masked = [...log.masks];
      log.error(text, title);
    };
    expect((await rig.step('list', inputs, { log: { ...log, error } })).succeeded).toBe(false);
    expect(masked).toEqual(expect.arrayContaining([token, token.slice(6), 'geheimes-wort-123']));
  });

  it('has masked what the environment and the session hold', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    await rig.step('auth', { token, app: 'my-app' });
    const [name = ''] = sessionFiles();
    const session: { token: string } = JSON.parse(readFileSync(join(rig.temp, name), 'utf8'));
    const { log } = await rig.step('list', {}, { env: { FLY_API_TOKEN: 'some-other-secret-token' } });
    expect(log.masks).toEqual(expect.arrayContaining(['some-other-secret-token', session.token]));
  });

  it('never prints any of it', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const runs = [
      await rig.step('auth', { token, app: 'my-app' }),
      await rig.step('start', { machines: 'all' }),
      await rig.step('list', { token: `${token}x`, app: 'my-app' }),
    ];
    const printed = JSON.stringify(
      runs.map(({ log, runner }) => [log.lines, runner.outputs, runner.state, runner.summaries]),
    );
    expect(printed).not.toContain(token.slice(10, 40));
  });
});

describe('when inputs are wrong', () => {
  it.each([
    ['unknown', 'list', { limitt: '1' }],
    ['empty', 'list', { token: '', app: 'my-app' }],
    ['no app', 'list', { token: 'fo1_abcdefghijklmnopqrst' }],
    ['no token', 'list', { app: 'my-app' }],
    ['nothing chosen', 'stop', { token: 'fo1_abcdefghijklmnopqrst', app: 'my-app' }],
    ['a command', undefined, { command: 'destroy' }],
  ] as const)(
    'fails with one error, empty outputs, a file of no machines, and nothing sent: %s',
    async (_, command, inputs) => {
      const { succeeded, log, runner } = await rig.step(command, inputs);
      expect(succeeded).toBe(false);
      expect(log.said('error')).toEqual([expect.stringMatching(/^input: /)]);
      const file = runner.outputs['machines-file'] ?? '';
      expect(runner.outputs).toEqual(
        outputsOf(failedStep('list', [], new ActionError('input', '')), {
          ends: NO_ENDS,
          machinesFile: file,
          text: runner.outputs['text'] ?? '',
        }),
      );
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([]);
      expect(rig.sent).toEqual([]);
    },
  );

  it('names the command as far as it is known', async () => {
    const known = await rig.step(undefined, { command: 'list', limitt: '1' });
    const unknown = await rig.step(undefined, { command: 'destroy' });
    const titles = [known, unknown].map(({ log }) => log.lines.find(({ level }) => level === 'error')?.title);
    expect(titles).toEqual(['fly list: input', 'fly machines: input']);
  });

  it('runs the root action’s command where all is well', async () => {
    const inputs = { command: 'list', token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' };
    const { succeeded, runner } = await rig.step(undefined, inputs);
    expect(succeeded).toBe(true);
    expect(runner.outputs['count']).toBe('3');
  });

  it('says where a session can’t be', async () => {
    const inputs = { token: rig.fly.mintToken({ app: 'my-app' }), app: 'my-app' };
    const { succeeded, log } = await rig.step('auth', inputs, { temp: undefined });
    expect(succeeded).toBe(false);
    expect(log.said('error')[0]).toContain('RUNNER_TEMP is not set');
    expect(rig.sent).toEqual([]);
  });
});

describe('when a token is doubtful', () => {
  it.each([
    ['FlyV1', (token: string) => token.replace(' ', '')],
    ['Bearer', (token: string) => token.replace('FlyV1 ', 'Bearer')],
    ['an encoding', encodeURIComponent],
  ])('reads what is glued to %s, with a notice, and masks it in both forms', async (_, spoil) => {
    const good = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    const { succeeded, log } = await rig.step('list', { token: spoil(good), app: 'my-app' });
    expect(succeeded).toBe(true);
    expect(log.said('notice')).toEqual([expect.stringContaining('This step could still read it')]);
    expect(log.masks).toEqual(expect.arrayContaining([spoil(good), ...good.slice(6).split(',')]));
  });

  it('warns of a part that can’t be read, and sends it as it came', async () => {
    const token = `${rig.fly.mintToken({ app: 'my-app' })},fm2_AAAA`;
    const { succeeded, log } = await rig.step('list', { token, app: 'my-app' });
    expect(succeeded).toBe(true);
    expect(log.lines.filter(({ level }) => level === 'warning')).toEqual([
      expect.objectContaining({
        title: 'fly list',
        text: expect.stringMatching(/^Part 2 of the token can't be read/),
      }),
    ]);
  });

  it('warns of one of no known shape, and lets Fly judge', async () => {
    const { succeeded, log } = await rig.step('list', { token: 'no-shape-at-all-123', app: 'my-app' });
    expect(succeeded).toBe(false);
    expect(log.said('warning')).toEqual([expect.stringContaining('none of the shapes')]);
    expect(log.said('error')[0]).toMatch(/^unauthorized: /);
  });
});

describe('when a step has failed', () => {
  it.each([
    [429, / → Too many requests for one machine or app; leave more time between jobs\.$/],
    [
      403,
      / `inspect` shows what it may do; `fly tokens create deploy -a my-app -x 8760h` makes one that may\.$/,
    ],
    [503, / → See https:\/\/status\.flyio\.net and try again later\.$/],
  ])('ends its log with what to do about a change that Fly answers with %i', async (status, next) => {
    rig.fly.faults.push({ path: /start$/, fault: { status, body: { error: 'no' } } });
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    const inputs = { token, app: 'my-app', machines: 'b1', timeout: '60s' };
    const { log, runner } = await rig.step('start', inputs);
    const [line = ''] = log.said('info').slice(-1);
    expect(line).toMatch(/^started 0, already started 0, failed 1 of 1 in my-app, .* → /);
    expect(line).toMatch(next);
    expect(line.startsWith(`${runner.outputs['text']} → `)).toBe(true);
  });

  it('says of which class it failed as a whole, and where to look', async () => {
    const { log } = await rig.step('start', { machines: 'b1', token: 'a,,b' });
    expect(log.said('info').at(-1)).toMatch(/^start failed: \w[\w ]+, \d+ m?s → [A-Z]/);
    const wrong = await rig.step('start', { machines: 'b*' });
    expect(wrong.log.said('info').at(-1)).toMatch(/^start failed: input, 0 ms → Fix what is named above\. /);
  });
});

describe('when the step ends before its work', () => {
  it('is red at the deadline, with the reason', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    rig.fly.faults.push({ path: '/v1/', fault: 'hang' });
    const start = rig.clock.now();
    const { succeeded, log } = await rig.step('list', { token, app: 'my-app', timeout: '20s' });
    expect(succeeded).toBe(false);
    expect(rig.clock.now() - start).toBe(20_000);
    expect(log.said('error')[0]).toMatch(/^timeout: .*not done within 20 s/);
  });

  it('has five minutes where nothing else is said', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    rig.fly.machine('my-app', 'b1').behaviour.boot = 'never';
    const start = rig.clock.now();
    const { succeeded, runner } = await rig.step('start', { token, app: 'my-app', machines: 'b1' });
    expect(succeeded).toBe(false);
    expect(rig.clock.now() - start).toBe(300_000);
    expect(JSON.parse(runner.outputs['machines'] ?? '')).toMatchObject([
      { state: 'starting', outcome: 'failed' },
    ]);
  });

  it('is red when the job is cancelled, with outcomes for all machines', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    rig.fly.settings.bootMs = 60_000;
    const job = new AbortController();
    void rig.clock.sleep(5_000).then(() => job.abort(new ActionError('cancelled', 'the job was cancelled')));
    const inputs = { token, app: 'my-app', machines: 'worker-1, worker-2', 'on-failure': 'warn' };
    const { succeeded, log, runner } = await rig.step('start', inputs, { cancelled: job.signal });
    expect(succeeded).toBe(false);
    expect(runner.outputs['failed-ids']).toBe('["b1","b2"]');
    expect(runner.summaries).toHaveLength(1);
    expect(log.said('error')[0]).toContain('cancelled');
    expect(JSON.parse(readFileSync(runner.outputs['machines-file'] ?? '', 'utf8'))).toMatchObject([
      { id: 'b1', outcome: 'failed' },
      { id: 'b2', outcome: 'failed' },
    ]);
  });

  it.each(['cancel', 'deadline'])(
    'gives leases back though the discharge is due by then: at a %s',
    async (end) => {
      const token = rig.fly.mintToken({ app: 'my-app', withDischarge: 29_000 });
      rig.fly.settings.bootMs = 60_000;
      const job = new AbortController();
      const reason = new ActionError('cancelled', 'the job was cancelled');
      if (end === 'cancel') void rig.clock.sleep(15_000).then(() => job.abort(reason));
      const inputs = {
        ...{ token, app: 'my-app', machines: 'worker-1, worker-2', lease: 'true', timeout: '15s' },
        'refresh-before': '14.5s',
      };
      const changes = end === 'cancel' ? { cancelled: job.signal } : {};
      const { succeeded, log } = await rig.step('start', inputs, changes);
      expect(succeeded).toBe(false);
      expect(tickets()).toEqual([]);
      expect(rig.sent.filter((it) => /^DELETE .*\/lease$/.test(it))).toHaveLength(2);
      expect(['b1', 'b2'].map((id) => rig.fly.machine('my-app', id).lease)).toEqual([undefined, undefined]);
      expect(log.said('warning')).toEqual([]);
    },
  );
});

describe('when the work takes long', () => {
  it('says every ten seconds how far it is, in the group of its phase', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    rig.fly.machine('my-app', 'b1').behaviour.bootMs = 25_000;
    const { log } = await rig.step('start', { token, app: 'my-app', 'process-group': 'worker' });
    const texts = log.lines.map(({ text }) => text);
    const group = texts.indexOf('Starting 2 machines');
    expect(log.lines[group]?.level).toBe('group');
    expect(texts.slice(group + 1)).toEqual([
      expect.stringMatching(/^b2 worker-2 \(fra\): stopped → started, /),
      '1 of 2 started, 10 s; waiting for b1 (worker-1)',
      '1 of 2 started, 20 s; waiting for b1 (worker-1)',
      expect.stringMatching(/^b1 worker-1 \(fra\): stopped → started, /),
      expect.stringMatching(/^started 2, already started 0, failed 0 of 2 in my-app, /),
    ]);
  });
});

describe('when the runner’s files can’t be written', () => {
  const broken = () => {
    throw new Error('ENOSPC: no space left on device');
  };

  it('is red, and says first what it had to say', async () => {
    const { succeeded, log } = await rig.step(
      'list',
      { exclud: 'x' },
      { runner: { ...fakeRunner(), setOutput: broken } },
    );
    expect(succeeded).toBe(false);
    expect(log.said('error')[0]).toContain('no input `exclud`');
    expect(log.said('error')[1]).toContain('ENOSPC');
  });

  it('tells first which machines failed', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    rig.fly.machine('my-app', 'b1').behaviour.boot = 'never';
    const runner = { ...fakeRunner(), setOutput: broken };
    const inputs = { token, app: 'my-app', machines: 'worker-1', 'on-failure': 'warn' };
    const { succeeded, log } = await rig.step('start', inputs, { runner });
    expect(succeeded).toBe(false);
    expect(log.said('error')).toEqual([
      expect.stringMatching(/^b1 \(worker-1\): timeout: /),
      expect.stringContaining('ENOSPC'),
    ]);
  });

  it('is red without a file of the machines, but tells all that became of them', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const inputs = { token, app: 'my-app', machines: 'worker-1', 'on-failure': 'warn' };
    const changes = { scratch: join(rig.temp, 'nowhere') };
    const { succeeded, log, runner } = await rig.step('start', inputs, changes);
    expect(succeeded).toBe(false);
    expect(runner.outputs).toMatchObject({ 'changed-ids': '["b1"]', 'machines-file': '' });
    expect(runner.summaries).toHaveLength(1);
    expect(log.said('error')).toEqual([expect.stringMatching(/^internal: .*ENOENT/)]);
  });

  it('is green where only the summary is lost, which is for people, and points to it no more', async () => {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const runner = { ...fakeRunner(), appendSummary: broken };
    const given = { token, app: 'my-app', summary: 'true' };
    const { succeeded, log } = await rig.step('list', given, { runner });
    expect(succeeded).toBe(true);
    expect(runner.outputs['count']).not.toBe('0');
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/^The job summary could not be written: .*ENOSPC/),
    ]);
    const failed = await rig.step('stop', { ...given, machines: 'nowhere' }, { runner });
    expect(failed.log.said('error').join()).not.toContain('summary');
  });
});

describe('when inputs come from others than the workflow', () => {
  it('warns of what is unlike any of ours, and does its work', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    const given = { token, app: 'my-app', environment: 'production', 'node-version': '20' };
    const { succeeded, log } = await rig.step('list', given);
    expect(succeeded).toBe(true);
    expect(log.said('warning')).toEqual([
      expect.stringContaining('`environment`, `node-version` are no inputs'),
    ]);
  });

  it('sends nothing where those with a hyphen were lost on the way', async () => {
    const token = rig.fly.mintToken({ app: 'my-app', withDischarge: true });
    const all = passed('stop', { token, app: 'my-app', machines: 'all', 'dry-run': 'true' });
    const env = Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('-')));
    const { succeeded, log } = await rig.step('stop', {}, { env });
    expect(succeeded).toBe(false);
    expect(log.said('error')[0]).toContain('lost on the way');
    expect(rig.sent).toEqual([]);
  });
});
