import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB_KEY, Job } from '../../../../src/action/access/job.js';
import type { CommandName } from '../../../../src/command-table.js';
import { filesIn } from '../../../../src/files/folder.js';
import { Seal, sealedFiles } from '../../../../src/files/seal.js';
import { fakeRunner } from '../../../support/fakes/fake-shell.js';
import { flyTransport } from '../../../support/fakes/fly-transport.js';
import { runPost } from '../../../support/rigs/post-run.js';
import { jobOf, NUMBERS, RUN } from '../../../support/rigs/rig-job.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';

const APP = 'my-app';
const HOUR_MS = 3_600_000;
let rig: StepRig;
let token: string;

beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1', state: 'stopped' }] });
  token = rig.fly.mintToken({ app: APP });
});
afterEach(() => rig.end());

const files = (part: string) => readdirSync(rig.temp).filter((name) => name.includes(part));
const sessions = () => files('session');
const read = (name: string) => readFileSync(join(rig.temp, name), 'utf8');

describe('when a job gets a key', () => {
  it('is made by its first auth, masked, handed on, and taken by the next', async () => {
    const job = jobOf(rig);
    const first = await job.step('auth', { token, app: APP });
    const key = job.exported[JOB_KEY] ?? '';
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(first.log.masks).toContain(key);
    expect(first.runner.state['key']).toBe(`job ${key}`);
    const second = await job.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
    expect(job.exported[JOB_KEY]).toBe(key);
    expect(second.log.masks).toContain(key);
    expect((await job.step('list')).succeeded).toBe(true);
  });

  it('is made by a step with restore, too, and stands in no file', async () => {
    const job = jobOf(rig);
    const start = await job.step('start', { token, app: APP, machines: 'm1', restore: 'true' });
    const key = job.exported[JOB_KEY] ?? '';
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(rig.temp).filter((name) => read(name).includes(key))).toEqual([]);
    await job.post(start);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });

  it('is not made by a step that leaves nothing behind', async () => {
    const job = jobOf(rig);
    await job.step('start', { token, app: APP, machines: 'm1' });
    expect(job.exported).toEqual({});
  });

  it('is another one for each, whatever their numbers', async () => {
    const keys = new Set<string | undefined>();
    for (let count = 0; count < 3; count += 1) {
      const job = jobOf(rig);
      await job.step('auth', { token, app: APP });
      keys.add(job.exported[JOB_KEY]);
    }
    expect(keys.size).toBe(3);
  });

  it('is asked for where a step that has lost it finds the session', async () => {
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    const { succeeded, log } = await job.step('list', { app: APP }, { env: { [JOB_KEY]: '' } });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain(
      `by ${JOB_KEY}, which it hands on by GITHUB_ENV: has that been`,
    );
    expect(
      (await jobOf(rig, { ...RUN, [JOB_KEY]: 'ab'.repeat(32) }).step('list')).log.said('error').join(),
    ).not.toContain(JOB_KEY);
  });

  it('is replaced where it is none', async () => {
    const job = jobOf(rig, { ...RUN, [JOB_KEY]: 'x' });
    await job.step('auth', { token, app: APP });
    expect(job.exported[JOB_KEY]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('when variables can’t be handed on', () => {
  const lost = (file: string) => (file === 'GITHUB_ENV' ? 'GITHUB_ENV is not set' : undefined);

  it('binds the session by the job’s numbers, and says so', async () => {
    const job = jobOf(rig, NUMBERS);
    const { runner: all } = await job.step('list', { token, app: APP });
    const auth = await job.step('auth', { token, app: APP }, { runner: { ...all, lost } });
    expect(auth.log.said('warning')).toEqual([
      expect.stringContaining('Only repository, run, attempt and job tell'),
    ]);
    expect((await job.step('list')).succeeded).toBe(true);
    const other = jobOf(rig, { ...NUMBERS, GITHUB_RUN_ID: '8' });
    expect((await other.step('list')).log.said('error').join()).toContain('There is no token');
  });

  it('puts back all the same', async () => {
    const job = jobOf(rig, NUMBERS);
    const start = await job.step('start', { token, app: APP, machines: 'm1', restore: 'true' });
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    await job.post(start);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});

describe('when somebody has put a session into the folder', () => {
  /** A session that somebody else has made of a token of their own, signed as far as can be. */
  async function planted(env: Readonly<Record<string, string>> = RUN): Promise<string> {
    const evil = jobOf(rig, { ...env, GITHUB_ENV: '' });
    const theirs = rig.fly.mintToken({ app: APP });
    await evil.step(
      'auth',
      { token: theirs, app: APP, 'api-url': 'https://evil.test' },
      { transport: flyTransport(rig.fly) },
    );
    return sessions().at(-1) ?? '';
  }

  it('is not taken by a step without a token, before auth and after', async () => {
    const name = await planted();
    const job = jobOf(rig);
    const before = await job.step('list', { app: APP });
    expect(before.succeeded).toBe(false);
    expect(before.log.said('error').join()).toContain(
      `The session ${name} in RUNNER_TEMP is not of this job`,
    );
    await job.step('auth', { token, app: APP });
    rig.sent.length = 0;
    expect((await job.step('list')).succeeded).toBe(true);
    expect(rig.sent.some((it) => it.includes('evil.test'))).toBe(false);
  });

  it('does not beat FLY_API_TOKEN', async () => {
    const name = await planted();
    const { succeeded, log } = await jobOf(rig).step('list', { app: APP }, { env: { FLY_API_TOKEN: token } });
    expect(succeeded).toBe(true);
    expect(log.said('info')[0]).toContain("the environment's FLY_API_TOKEN");
    expect(log.said('notice').join()).toContain(name);
    expect(rig.sent.some((it) => it.includes('evil.test'))).toBe(false);
  });

  it('does not lead a step’s own token anywhere, even where it has the same', async () => {
    await planted();
    const job = jobOf(rig);
    await job.step(
      'auth',
      { token, app: APP, 'api-url': 'https://evil.test' },
      { transport: flyTransport(rig.fly) },
    );
    rig.sent.length = 0;
    const { succeeded, log } = await job.step('list', { token, app: APP });
    expect(succeeded).toBe(true);
    expect(log.said('info')[0]).toContain('host api.machines.dev');
    expect(rig.sent.some((it) => it.includes('evil.test'))).toBe(false);
  });

  it.each<[string, (content: Record<string, unknown>) => unknown]>([
    ['another address', (content) => ({ ...content, apiUrl: 'https://evil.test' })],
    ['another token', (content) => ({ ...content, token: rig.fly.mintToken({ app: APP }) })],
    ['no signature', ({ mac: _, ...content }) => content],
    [
      'credentials',
      (content) => ({ ...content, thirdPartyCredentials: ['https://evil.test: oidc sts.amazonaws.com'] }),
    ],
  ])('is not taken once the job’s own was changed to %s, nor is anything wider', async (_what, change) => {
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    const [name = ''] = sessions();
    writeFileSync(join(rig.temp, name), JSON.stringify(change(JSON.parse(read(name)))));
    rig.sent.length = 0;
    const { succeeded, log } = await job.step('list', {}, { env: { FLY_API_TOKEN: token } });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain(
      `${name} in RUNNER_TEMP was not taken: it is cut off, or not signed`,
    );
    expect(rig.sent).toEqual([]);
  });

  it('is not taken for one where it is the copy that a step has left for its post', async () => {
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    await job.step('start', { app: APP, machines: 'm1', restore: 'true' });
    const [session = ''] = sessions();
    const [copy = ''] = files('restore');
    copyFileSync(join(rig.temp, copy), join(rig.temp, session));
    expect((await job.step('list')).log.said('error').join()).toContain('not signed');
  });

  it('can’t be told apart where only numbers bind it, but leads to no other host than Fly’s', async () => {
    await planted();
    const { succeeded, log } = await jobOf(rig, NUMBERS).step('list', { app: APP });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain(
      "The session's `api-url` is not the bare address of a host of Fly's",
    );
  });
});

describe('when jobs share a folder', () => {
  it('keeps those with equal numbers apart, and each closes its own', async () => {
    const [one, two] = [jobOf(rig), jobOf(rig)];
    const first = await one.step('auth', { token, app: APP });
    const second = await two.step('auth', { token, app: APP });
    expect(second.log.said('info').at(-1)).toContain('session opened');
    expect(sessions()).toHaveLength(2);
    await one.post(first);
    expect(sessions()).toHaveLength(1);
    expect((await two.step('list')).succeeded).toBe(true);
    await two.post(second);
    expect(sessions()).toEqual([]);
  });

  it('uses no token of a job of another repository', async () => {
    await jobOf(rig).step('auth', { token, app: APP });
    const other = jobOf(rig, { ...RUN, GITHUB_REPOSITORY: 'octocat/other' });
    const { succeeded, log } = await other.step('stop', { app: APP, machines: 'm1' });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toMatch(/There is no token for my-app.*is not of this job/);
  });

  it('never joins the leftover of an earlier attempt, and clears it away', async () => {
    await jobOf(rig).step('auth', { token, app: APP });
    const [left = ''] = sessions();
    const again = jobOf(rig, { ...RUN, GITHUB_RUN_ATTEMPT: '2' });
    const auth = await again.step('auth', { token, app: APP });
    expect(auth.log.said('info').at(-1)).toContain('session opened');
    expect(auth.log.said('notice').join()).toContain(
      `Removed 1 file with tokens that earlier jobs have left in RUNNER_TEMP: ${left}`,
    );
    expect(sessions()).toHaveLength(1);
    await again.post(auth);
    expect(sessions()).toEqual([]);
  });

  it.each([
    { hours: 6, env: { RUNNER_ENVIRONMENT: 'github-hosted' }, left: 2 },
    { hours: 7, env: { RUNNER_ENVIRONMENT: 'github-hosted' }, left: 1 },
    { hours: 119, env: {}, left: 2 },
    { hours: 121, env: {}, left: 1 },
  ])(
    'leaves what may be in use, for as long as a job may take: $hours h, $env',
    async ({ hours, env, left }) => {
      await jobOf(rig, { ...RUN, ...env }).step('auth', { token, app: APP, 'max-lifetime': '0' });
      await rig.clock.advance(hours * HOUR_MS);
      await jobOf(rig, { ...RUN, GITHUB_RUN_ID: '8' }).step('auth', { token, app: APP });
      expect(sessions()).toHaveLength(left);
    },
  );

  it('names both where two sessions of the job are equally close', async () => {
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    const [name = ''] = sessions();
    const key = job.exported[JOB_KEY] ?? '';
    const owner = new Job({ [JOB_KEY]: key }).owner(filesIn(rig.temp));
    const content = JSON.parse(owner.files.read(name).text ?? '');
    const twin = name.replace(/.{4}\.json$/, 'abcd.json');
    owner.files.write(twin, JSON.stringify({ ...content, token: rig.fly.mintToken({ app: APP }) }));
    const { succeeded, log } = await job.step('list', { app: APP });
    expect(succeeded).toBe(false);
    const [first, second] = [name, twin].sort();
    expect(log.said('error').join()).toContain(
      `Several sessions are equally close to my-app: those for my-app (${first}) and for my-app (${second})`,
    );
    expect((await job.step('list', { app: APP, token })).succeeded).toBe(true);
  });
});

describe('when a post is given what its step has not left', () => {
  const head = { command: 'start', fallback: 'none', parts: 1 };

  it('does nothing by it, and says so', async () => {
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    const [session = ''] = sessions();
    const own = `fly-machines-restore-${'0a'.repeat(16)}.json`;
    const content = { ...JSON.parse(read(session)), thirdPartyCredentials: ['https://evil.test: oidc x'] };
    writeFileSync(join(rig.temp, own), JSON.stringify(content), { mode: 0o600 });
    rig.sent.length = 0;
    const runner = (await job.step('list')).runner;
    Object.assign(runner.state, {
      session,
      restore: JSON.stringify({ ...head, own }),
      'restore-1': '[["my-app","stopped",[["m1","01V","started"]]]]',
    });
    rig.sent.length = 0;
    const { log } = await job.post({ runner });
    expect(log.said('warning')).toEqual([
      expect.stringContaining('STATE_session, STATE_restore, STATE_restore-1'),
    ]);
    expect([rig.sent, sessions()]).toEqual([[], [session]]);
  });

  it('takes no copy that the step has not signed', async () => {
    const job = jobOf(rig);
    const start = await job.step('start', { token, app: APP, machines: 'm1', restore: 'true' });
    const [own = ''] = files('restore');
    const { mac: _, ...content } = JSON.parse(read(own));
    rmSync(join(rig.temp, own));
    sealedFiles(filesIn(rig.temp), new Seal('another')).write(
      own,
      JSON.stringify({ ...content, apiUrl: 'https://evil.test' }),
    );
    rig.sent.length = 0;
    const { log } = await job.post(start);
    expect(log.said('warning').join()).toContain('not signed');
    expect(rig.sent).toEqual([]);
  });

  it('goes by the key of its state where a later step has set another', async () => {
    const job = jobOf(rig);
    const start = await job.step('start', { token, app: APP, machines: 'm1', restore: 'true' });
    Object.assign(job.exported, { [JOB_KEY]: 'f0'.repeat(32) });
    await job.post(start);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});

describe('when a step outlives its post', () => {
  it('sends nothing any more that changes something', async () => {
    const job = jobOf(rig);
    const early = await job.step('auth', { token, app: APP });
    rig.fly.machine(APP, 'm1').lease = {
      nonce: 'n',
      owner: 'deploy@example.com',
      description: '',
      version: 'v',
      expiresAt: Math.ceil(rig.clock.now() / 1000) + 60,
    };
    // It waits for the deploy's lease while the job is cancelled, and hears nothing of that.
    const orphan = job.step('start', { app: APP, machines: 'm1', timeout: '5m' });
    const starts = () => rig.sent.filter((it) => it.startsWith('POST') && it.endsWith('/start')).length;
    let before = 0;
    const post = rig.clock.sleep(20_000).then(() => {
      before = starts();
      return runPost(rig, early, {}, { ...RUN, ...job.exported });
    });
    const [{ succeeded, log }] = await Promise.all([orphan, post]);
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain("the job's end has begun");
    expect([before > 0, starts()]).toEqual([true, before]);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });

  it('changes nothing either where the post comes before there is anything to undo', async () => {
    const job = jobOf(rig);
    rig.fly.faults.push({ method: 'GET', path: '/v1/apps/my-app/machines', times: 1, fault: 'hang' });
    const runner = fakeRunner();
    const orphan = job.step(
      'start',
      { token, app: APP, machines: 'm1', restore: 'true', timeout: '5m' },
      { runner },
    );
    const post = rig.clock.sleep(5_000).then(() => runPost(rig, { runner }, {}, RUN));
    const [{ succeeded, log }] = await Promise.all([orphan, post]);
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain("the job's end has begun");
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });

  it.each<[CommandName, Readonly<Record<string, string>>]>([
    ['exec', { machines: 'm2', run: 'true' }],
    ['cordon', { machines: 'm2' }],
    ['restart', { machines: 'm2' }],
    ['stop', { machines: 'm2', lease: 'true' }],
    ['warm-up', { machines: 'm2', hold: '1h' }],
  ])('sends no %s, and does not try that again', async (command, inputs) => {
    rig.fly.addMachine(APP, { id: 'm2' });
    const job = jobOf(rig);
    await job.post(await job.step('auth', { token, app: APP }));
    await job.step('auth', { token, app: APP });
    rig.sent.length = 0;
    const begun = rig.clock.now();
    const { log } = await job.step(command, { app: APP, ...inputs });
    expect(rig.sent.filter((it) => !it.startsWith('GET'))).toEqual([]);
    const said = JSON.stringify(log.lines);
    expect(said).toContain("the job's end has begun");
    expect(said).not.toMatch(/may have run|was lost/);
    expect(rig.clock.now() - begun).toBeLessThan(1_500);
  });

  it('minds no leftover of another job', async () => {
    const other = jobOf(rig);
    await other.post(await other.step('auth', { token, app: APP }));
    expect(files('ended')).toHaveLength(1);
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    expect((await job.step('start', { app: APP, machines: 'm1' })).succeeded).toBe(true);
  });
});
