import { spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Job } from '../../runner/job.js';
import type { StepResult } from '../../runner/step-result.js';
import { LeakSearch } from '../support/scenarios/leaks.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, openScenario, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { itWhere, PRIVATE_MODE, SIGNALS } from '../support/where.js';

const [FIRST, SECOND, THIRD] = WORKERS;
const ALL = { 'process-group': 'worker', restore: 'true' };

const auth = ({ job, fly }: Scenario, inputs: Readonly<Record<string, string>> = {}) =>
  job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP, ...inputs } });

const states = ({ fly }: Scenario) => WORKERS.map((id) => fly.machine(APP, id).state);

const ownFiles = (job: Job) =>
  job.files().filter(({ path }) => basename(path).startsWith('fly-machines-restore-'));

/** Runs all posts; the one that has put something back. */
async function restoring({ job }: Scenario): Promise<StepResult> {
  const posts = await job.post();
  const found = posts.find((post) => lastLine(post)?.startsWith('put back: '));
  if (found === undefined) throw new Error('no post has put anything back');
  return found;
}

const lastLine = (result: StepResult) => lines(result).at(-1);

onOneNode('When the job ends after a step with restore', (open) => {
  it('puts back exactly what that step changed, and only then closes the session', async () => {
    const scenario = await open();
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: { machines: THIRD } });
    const step = await scenario.job.step({ uses: './start', with: ALL });
    expect(step.conclusion).toBe('success');
    expect(states(scenario)).toEqual(['started', 'started', 'started']);
    const posts = await scenario.job.post();
    expect(posts.map(({ conclusion, exitCode, stderr }) => ({ conclusion, exitCode, stderr }))).toEqual(
      posts.map(() => ({ conclusion: 'success', exitCode: 0, stderr: '' })),
    );
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'started']);
    const [restored] = posts;
    expect(restored && lastLine(restored)).toMatch(/^put back: stopped 2, failed 0 of 2 in my-app, /);
    expect(restored?.summary).toMatch(
      /^### 🟢 start, at the job's end: put back 2 of 2 machines in my-app\n/,
    );
    expect(restored?.annotations).toEqual([]);
    expect(sessionFiles(scenario.job)).toEqual([]);
  });

  it('does so after a later step has failed, with a discharge fetched anew where that has ended', async () => {
    const scenario = await open({ settings: { aaa: { lifetimeMs: 600_000 } } });
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: ALL });
    const later = await scenario.job.step({ uses: './stop', with: { machines: 'nowhere' } });
    expect(later.conclusion).toBe('failure');
    scenario.shiftFlysClock(3_600_000);
    const restored = await restoring(scenario);
    expect(restored.conclusion).toBe('success');
    expect(lines(restored).join('\n')).toContain('Discharge of');
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
  });

  it('works by the root action as well', async () => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP });
    await scenario.job.step({
      uses: './',
      with: { command: 'stop', token, app: APP, machines: WEB, restore: 'true' },
    });
    expect(scenario.fly.machine(APP, WEB).state).toBe('stopped');
    expect(await restoring(scenario)).toMatchObject({ conclusion: 'success' });
    expect(scenario.fly.machine(APP, WEB).state).toBe('started');
  });

  it('tells what it left alone, without turning red', async () => {
    const scenario = await open();
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: ALL });
    await scenario.job.step({ uses: './suspend', with: { machines: FIRST } });
    const restored = await restoring(scenario);
    expect(restored).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(restored.annotations).toMatchObject([
      {
        level: 'warning',
        title: "fly start, at the job's end: 1 of 3 left alone in my-app",
        message: expect.stringContaining(`${FIRST} (worker-1): it is suspended, not started`),
      },
    ]);
    expect(states(scenario)).toEqual(['suspended', 'stopped', 'stopped']);
  });
});

onOneNode('When the job is cancelled while a step changes machines', (open) => {
  itWhere(SIGNALS)('puts back what had changed, and what was on its way', async () => {
    const scenario = await open({ job: { cancelTimes: { interrupt: 5_000, terminate: 1 } } });
    scenario.fly.machine(APP, SECOND).behaviour.bootMs = 600_000;
    await auth(scenario);
    scenario.whenAsked(new RegExp(`${SECOND}/wait`), () => scenario.job.cancel());
    const step = await scenario.job.step({ uses: './start', with: ALL });
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 1, stderr: '' });
    expect(scenario.fly.machine(APP, SECOND).state).toBe('starting');
    const restored = await restoring(scenario);
    expect(restored).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(said(restored, 'warning')).toEqual([]);
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
  });
});

onOneNode('When a step is killed', (open) => {
  it('puts back what came of it, as its state was written before', async () => {
    const scenario = await open({ settings: { latencyMs: 50 } });
    await auth(scenario);
    const kill = new AbortController();
    // Fly has the request, and nobody will hear its answer.
    scenario.whenAsked(/\/start$/, () => kill.abort());
    const step = { uses: './start', with: { ...ALL, 'max-concurrent': '1' }, kill: kill.signal };
    const killed = await scenario.job.step(step);
    expect(killed).toMatchObject({ conclusion: 'failure', exitCode: 137 });
    expect(killed.state['restore']).not.toBe('');
    expect(states(scenario).filter((state) => state !== 'stopped')).toHaveLength(1);
    const restored = await restoring(scenario);
    expect(restored).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(lastLine(restored)).toMatch(/^put back: stopped 1, failed 0 of 1 in my-app, /);
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
  });
});

onOneNode('When the token is an input of the step', (open) => {
  it('leaves a private file for its post, which removes it, and gives nothing away', async () => {
    const scenario = await open();
    const { job, fly } = scenario;
    const search = new LeakSearch();
    const token = fly.mintToken({ app: APP });
    search.token(token);
    const step = await job.step({ uses: './start', with: { ...ALL, token, app: APP } });
    const [file, ...others] = ownFiles(job);
    expect(others).toEqual([]);
    const path = join(job.temp, basename(file?.path ?? ''));
    expect(statSync(path).mode & 0o777).toBe(PRIVATE_MODE);
    for (const { text } of JSON.parse(readFileSync(path, 'utf8')).discharges) search.token(text);
    expect(sessionFiles(job)).toEqual([]);
    const restored = await restoring(scenario);
    expect(restored.conclusion).toBe('success');
    expect(ownFiles(job)).toEqual([]);
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
    for (const result of [step, restored]) {
      expect(search.printed(result)).toEqual([]);
      expect(search.left(result, [])).toEqual([]);
    }
  });
});

onOneNode('When the session changes hands before the post', (open) => {
  it('puts back what was changed under it all the same', async () => {
    const scenario = await open();
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: ALL });
    await auth(scenario);
    await auth(scenario, { scope: 'read' });
    const posts = await scenario.job.post();
    expect(posts.flatMap((post) => said(post, 'warning'))).toEqual([]);
    expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
    expect([...sessionFiles(scenario.job), ...ownFiles(scenario.job)]).toEqual([]);
  });
});

onOneNode('When the copy for the post is gone', (open) => {
  it('warns, and the job stays as it is', async () => {
    const scenario = await open();
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: ALL });
    for (const { path } of ownFiles(scenario.job)) rmSync(join(scenario.job.temp, basename(path)));
    const posts = await scenario.job.post();
    expect(posts.map(({ conclusion }) => conclusion)).toEqual(posts.map(() => 'success'));
    const warnings = posts.flatMap((post) => said(post, 'warning'));
    expect(warnings).toEqual([expect.stringMatching(/^input: The file with the token .* is gone.*by hand/)]);
    expect(states(scenario)).toEqual(['started', 'started', 'started']);
  });
});

onOneNode('When the post itself is in trouble', (open) => {
  it('says what was not put back, and the job stays as it is', async () => {
    const scenario = await open({
      faults: [{ path: /\/stop$/, fault: { status: 403, body: { error: 'no' } } }],
    });
    await auth(scenario);
    await scenario.job.step({ uses: './start', with: ALL });
    const restored = await restoring(scenario);
    expect(restored).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(restored.annotations).toMatchObject([
      { level: 'warning', title: "fly start, at the job's end: 3 of 3 failed in my-app" },
    ]);
    expect(restored.summary).toMatch(/^### 🔴 start, at the job's end: 3 machines failed in my-app\n/);
    expect(lastLine(restored)).toMatch(/^put back: nothing, failed 3 of 3 in my-app, /);
  });
});

onOneNode(
  'When posts are given the state of the last step, as in a composite action that is used twice',
  (open) => {
    it('puts back what all have changed, and leaves nothing that is secret', async () => {
      const scenario = await open({ job: { sharesState: true } });
      const { job, fly } = scenario;
      const given = { token: fly.mintToken({ app: APP }), app: APP, restore: 'true' };
      await job.step({ uses: './start', with: { ...given, machines: FIRST } });
      await job.step({ uses: './start', with: { ...given, machines: SECOND } });
      // One that has nothing to put back.
      const last = await job.step({ uses: './start', with: { ...given, machines: WEB } });
      expect(last.conclusion).toBe('success');
      expect(states(scenario)).toEqual(['started', 'started', 'stopped']);
      const posts = await job.post();
      expect(states(scenario)).toEqual(['stopped', 'stopped', 'stopped']);
      expect(posts.flatMap((post) => said(post, 'warning'))).toEqual([]);
      expect(ownFiles(job)).toEqual([]);
    });
  },
);

describe('When the post itself is interrupted', () => {
  itWhere(SIGNALS)('says what was not put back, and ends well', async () => {
    const scenario = await openScenario(process.execPath, { settings: { stopMs: 600_000 } });
    await auth(scenario);
    scenario.fly.machine(APP, FIRST).config = { stop_config: { timeout: '1h' } };
    const step = await scenario.job.step({ uses: './start', with: { machines: FIRST, restore: 'true' } });
    const state = Object.entries(step.state).map(([name, value]) => [`STATE_${name}`, value]);
    const child = spawn(process.execPath, ['dist/post.js'], {
      env: { ...Object.fromEntries(state), RUNNER_TEMP: scenario.job.temp },
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    scenario.whenAsked(/\/wait/, () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('close', resolve));
    await scenario.close();
    expect(code).toBe(0);
    expect(printed).toMatch(
      new RegExp(`^::warning title=[^:]+1 of 1 failed in my-app::${FIRST} .*cancelled`, 'm'),
    );
    expect(printed).toMatch(/^put back: nothing, failed 1 of 1 in my-app/m);
  });
});
