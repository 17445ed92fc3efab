import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { onEachNode } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';
import { writes } from '../support/scenarios/steps.js';
import { itWhere, SIGNALS } from '../support/where.js';

const [FIRST] = WORKERS;
const settings = { bootMs: 600_000 };
const inputs = ({ fly }: Scenario) => ({
  token: fly.mintToken({ app: APP, withDischarge: true }),
  ...{ app: APP, machines: FIRST, lease: 'true' },
});

const THROWN_AT_THE_FIRST_REQUEST = `
  const http = require('node:http');
  const { request } = http;
  http.request = (...args) => {
    http.request = request;
    setImmediate(() => { throw new Error('boom'); });
    return request(...args);
  };`;

/** Gone by itself, all told, and nothing held any more. */
function expectOrderly(scenario: Scenario, result: Awaited<ReturnType<Scenario['job']['step']>>): void {
  expect(result).toMatchObject({ exitCode: 1, stderr: '' });
  expect(result.outputs).toMatchObject({ count: '1', 'failed-count': '1' });
  expect(result.summary).toContain('cancelled');
  expect([undefined, `DELETE ${FIRST}/lease`]).toContain(writes(scenario).at(-1));
}

onEachNode('When a step is to go', (open) => {
  itWhere(SIGNALS).each(['SIGHUP', 'SIGTERM', 'SIGQUIT'] as const)(
    'ends as cancelled: %s',
    async (signal) => {
      const job = { cancelTimes: { interrupt: 5_000, terminate: 1, first: signal } };
      const scenario = await open({ job, settings });
      scenario.whenAsked(/\/wait/, () => scenario.job.cancel());
      expectOrderly(scenario, await scenario.job.step({ uses: './start', with: inputs(scenario) }));
    },
  );

  it('ends as cancelled when nobody reads what it says any more', async () => {
    const scenario = await open({ settings });
    const deafen = new AbortController();
    scenario.whenAsked(/machines$/, () => deafen.abort());
    const step = { uses: './start', with: inputs(scenario), deafen: deafen.signal };
    const result = await scenario.job.step(step);
    expectOrderly(scenario, result);
    expect(result.summary).toContain('EPIPE');
  });
});

onEachNode('When nobody reads what a post says', (open) => {
  it('puts back all the same', async () => {
    const scenario = await open();
    const { job, fly } = scenario;
    const { lease, ...given } = inputs(scenario);
    await job.step({ uses: './start', with: { ...given, restore: 'true' } });
    expect(fly.machine(APP, FIRST).state).toBe('started');
    const posts = await job.post({ deafen: AbortSignal.abort() });
    expect(posts.map(({ exitCode }) => exitCode)).toEqual([0]);
    expect(fly.machine(APP, FIRST).state).toBe('stopped');
  });
});

onEachNode('When something is thrown out of turn in a post', (open) => {
  it('puts back all the same, however long that takes, and says so', async () => {
    const scenario = await open();
    const { job, fly } = scenario;
    const meddle = join(job.workspace, 'meddle.cjs');
    writeFileSync(meddle, `if (process.argv[1].endsWith('post.js')) { ${THROWN_AT_THE_FIRST_REQUEST} }`);
    const { lease, ...given } = inputs(scenario);
    const env = { NODE_OPTIONS: requiring(meddle) };
    await job.step({ uses: './start', with: { ...given, restore: 'true' }, env });
    // Longer than a process stays that has nothing more to do.
    fly.settings.latencyMs = 1_500;
    const [post] = await job.post();
    expect(post).toMatchObject({ exitCode: 0 });
    expect(post && said(post, 'warning')).toContainEqual(expect.stringContaining('boom'));
    expect(fly.machine(APP, FIRST).state).toBe('stopped');
  });
});
