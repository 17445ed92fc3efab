import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { refusal } from '../support/scenarios/refusal.js';
import { said } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';

onOneNode('When what is wrong lies in the job', (open) => {
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
    const env = { NODE_OPTIONS: requiring(script) };
    const result = await job.step({ uses: './stop', with: inputs, env });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toMatch(/^input: Inputs were lost on the way.*`process-group`.*by hand/);
    expect(fly.requests).toEqual([]);
  });

  it('puts back at the end of the job all the same', async () => {
    const { job, fly } = await open();
    const script = join(job.workspace, 'dash.cjs');
    const env = { NODE_OPTIONS: requiring(script) };
    writeFileSync(script, '');
    const token = fly.mintToken({ app: APP, withDischarge: true });
    const inputs = { token, app: APP, machines: 'web-1', restore: 'true' };
    expect((await job.step({ uses: './stop', with: inputs, env })).conclusion).toBe('success');
    writeFileSync(script, LIKE_DASH);
    await job.post();
    expect(fly.machines(APP).find(({ name }) => name === 'web-1')?.state).toBe('started');
  });
});
