import { onOneNode } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, WORKERS } from '../support/scenarios/scenario.js';
import { shareTemp } from '../support/scenarios/session.js';
import { writes } from '../support/scenarios/steps.js';

const [FIRST, SECOND] = WORKERS;

onOneNode('When a step hears nothing of a cancel and outlives its post, as in a container', (open) => {
  it('starts nothing any more that the post has put back, or would have', async () => {
    const scenario = await open();
    const { job, fly } = scenario;
    const token = fly.mintToken({ app: APP });
    const { env } = await job.step({ uses: './auth', with: { token, app: APP } });
    await job.step({ uses: './start', with: { machines: FIRST, restore: 'true' } });
    // The same job, in whose container the runner has left a process behind.
    const container = scenario.anotherJob({ env });
    shareTemp(container, job);
    const held = fly.machine(APP, SECOND);
    held.lease = {
      ...{ nonce: 'n', owner: 'deploy@example.com', description: 'deploy', version: 'v' },
      expiresAt: Math.ceil(Date.now() / 1000) + 3_600,
    };
    const refused = new Promise<void>((resolve) =>
      scenario.whenAsked(new RegExp(`^POST .*${SECOND}/start`), resolve),
    );
    const orphan = container.step({ uses: './start', with: { machines: `${FIRST}, ${SECOND}` } });
    await refused;
    await job.post();
    held.lease = undefined;
    const result = await orphan;
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error').join()).toContain("the job's end has begun");
    expect([FIRST, SECOND].map((id) => fly.machine(APP, id).state)).toEqual(['stopped', 'stopped']);
    expect(writes(scenario).at(-1)).toContain(`${FIRST}/stop`);
  });
});
