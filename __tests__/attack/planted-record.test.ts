import { readdirSync } from 'node:fs';
import { filesIn } from '../../src/files/folder.js';
import { Seal, sealedFiles } from '../../src/files/seal.js';
import { tokenText } from '../../src/macaroon/bundle.js';
import { flyTransport } from '../support/fakes/fly-transport.js';
import { jobOf, type RigJob, RUN } from '../support/rigs/rig-job.js';
import { createStepRig, type StepRig, type StepRun } from '../support/rigs/step-rig.js';
import { permission, withThirdParty } from '../support/tokens/tokens.js';

const APP = 'my-app';
const { GITHUB_ENV: _, ...UNBOUND } = RUN;
/** A key of whoever plants a record. */
const KEY = 'e7'.repeat(32);
const STEP = 'ab'.repeat(16);
const COPY = `fly-machines-restore-${'0a'.repeat(16)}.json`;
const OIDC = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.test/oidc',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-the-job',
};

let rig: StepRig;
beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1', state: 'stopped' }] });
});
afterEach(() => rig.end());

/** Puts a record beside what a step of the job has left, in its form and signed by a key that stands in it. */
function plant(whose: 'job' | 'step', apiUrl: string): void {
  const files = filesIn(rig.temp);
  const seal = new Seal(KEY);
  const content = {
    ...{ version: 1, token: tokenText(withThirdParty(permission(), 'https://evil.test/3p')), discharges: [] },
    ...{ apps: [APP], apiUrl, refreshBefore: 1_000 },
    thirdPartyCredentials: ['https://evil.test: oidc sts.amazonaws.com'],
  };
  sealedFiles(files, seal).write(COPY, JSON.stringify(content));
  const state = {
    restore: JSON.stringify({ command: 'start', fallback: 'none', parts: 1, own: COPY, step: STEP }),
    'restore-1': `[["${APP}","stopped",[["m1","01V","started"]]]]`,
  };
  const signed = Object.entries(state).map(([name, value]) => [name, seal.sealed(`state ${name}`, value)]);
  const lines = [[' place', '9'], ['key', `${whose} ${KEY}`], ...signed];
  const [real = ''] = readdirSync(rig.temp).filter((name) => name.includes('owed'));
  files.write(
    real.replace(/[0-9a-f]{32}\.jsonl$/, `${STEP}.jsonl`),
    lines.map((it) => `\n${JSON.stringify(it)}`).join(''),
  );
}

/** Runs the post of a step of a job that may have OIDC tokens; what it sent. */
async function sentByPost(job: RigJob, step: StepRun): Promise<string[]> {
  const sent: string[] = [];
  const inner = flyTransport(rig.fly);
  const state = Object.entries(step.runner.state).map(([name, value]) => [`STATE_${name}`, value]);
  await job.post(step, {
    env: { ...UNBOUND, ...job.exported, ...Object.fromEntries(state), ...OIDC },
    transport: (request) => {
      sent.push(request.url.href);
      return inner(request);
    },
  });
  return sent;
}

describe('when somebody has put a record of changes beside those of a job', () => {
  it.each([
    { whose: 'job', env: RUN, apiUrl: 'https://evil.test' },
    { whose: 'step', env: RUN, apiUrl: 'https://evil.test' },
    { whose: 'job', env: UNBOUND, apiUrl: 'https://evil.test' },
    { whose: 'step', env: UNBOUND, apiUrl: 'https://evil.test' },
    { whose: 'step', env: UNBOUND, apiUrl: 'https://api.machines.dev' },
  ] as const)('is led nowhere by a key of a $whose in it, and to $apiUrl', async ({ whose, env, apiUrl }) => {
    const job = jobOf(rig, env);
    const auth = await job.step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
    plant(whose, apiUrl);
    const sent = await sentByPost(job, auth);
    expect(sent.filter((url) => url.includes('amazonaws') || url.startsWith(`${apiUrl}/v1`))).toEqual([]);
    expect(sent.filter((url) => url === 'https://evil.test/')).toEqual([]);
  });
});

describe('when somebody has put what is no token into a copy for a post', () => {
  it('is passed over by who narrows the session of a job without a key', async () => {
    const words = 'octocat/shop, run 7, attempt 1, job test';
    const content = { version: 1, token: ',', discharges: [], apps: [APP], apiUrl: 'https://evil.test' };
    const more = { refreshBefore: 1, thirdPartyCredentials: [], wholeFor: 3, job: words };
    filesIn(rig.temp).write(COPY, JSON.stringify({ ...content, ...more }));
    const token = rig.fly.mintToken({ app: APP });
    const { succeeded, log } = await jobOf(rig, UNBOUND).step('auth', { token, app: APP, scope: 'read' });
    expect([succeeded, log.said('warning')]).toEqual([true, []]);
  });
});

describe('when somebody has added to a record of a job', () => {
  it('is put back all the same where that says that it was', async () => {
    const job = jobOf(rig);
    const token = rig.fly.mintToken({ app: APP });
    const start = await job.step('start', { token, app: APP, machines: 'm1', restore: 'true' });
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    const [record = ''] = readdirSync(rig.temp).filter((name) => name.includes('owed'));
    filesIn(rig.temp).append(record, `\n${JSON.stringify([' done', ''])}`);
    await job.post(start);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});

describe('when a job gets its key only after a step has left something', () => {
  it('puts back what that step changed, and ends what outlives it', async () => {
    const token = rig.fly.mintToken({ app: APP });
    const before = await jobOf(rig, UNBOUND).step('start', {
      token,
      app: APP,
      machines: 'm1',
      restore: 'true',
    });
    const job = jobOf(rig);
    await job.step('auth', { token, app: APP });
    await job.post(before);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
    const late = await job.step('start', { app: APP, machines: 'm1' });
    expect(late.log.said('error').join()).toContain("the job's end has begun");
  });
});
