import type { Job } from '../../runner/job.js';
import type { StepResult } from '../../runner/step-result.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';

const [ID] = WORKERS;
const HELD = { machines: ID, hold: '75m', restore: 'true' };

const NOTHING_CHANGED = expect.stringMatching(
  /^put back: nothing, as before already 1, failed 0 of 1 in my-app, /,
);

const machine = ({ fly }: Scenario) => fly.machine(APP, ID);
const holdOf = (scenario: Scenario) => machine(scenario).config.metadata?.['keep-alive-until'];

/** A hold as it is told: in whole seconds. */
const told = (hold: string | undefined) => hold?.replace(/\.\d+Z$/, 'Z');

/** Starts the machine in a job of its own session, which must go well. */
async function startIn(job: Job, { fly }: Scenario): Promise<StepResult> {
  await job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } });
  const step = await job.step({ uses: './start', with: HELD });
  expect(step).toMatchObject({ conclusion: 'success', annotations: [] });
  return step;
}

/** Ends a job; what its posts said of what was put back, if anything was due. */
async function endOf(job: Job): Promise<{ readonly lines: string[]; readonly warnings: string[] }> {
  const posts = await job.post();
  expect(posts.map(({ conclusion }) => conclusion)).toEqual(posts.map(() => 'success'));
  return {
    lines: posts.flatMap(lines).filter((line) => line.startsWith('put back: ')),
    warnings: posts.flatMap((post) => said(post, 'warning')),
  };
}

onOneNode('When two jobs hold the same machine', (open) => {
  it('stays for either when the other ends, until the holds are over', async () => {
    const scenario = await open();
    const second = scenario.anotherJob();
    await startIn(scenario.job, scenario);
    const firstHold = holdOf(scenario);
    // It exits by itself, say, and the other job starts it again.
    machine(scenario).state = 'stopped';
    await startIn(second, scenario);
    const secondHold = holdOf(scenario);
    expect(secondHold).not.toBe(firstHold);
    expect(await endOf(scenario.job)).toEqual({
      lines: [expect.stringMatching(/^put back: nothing, left alone 1, failed 0 of 1 in my-app, /)],
      warnings: [expect.stringContaining(`${ID} (worker-1): held by another job until ${told(secondHold)}`)],
    });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['started', secondHold]);
    // Nothing tells the second that the first has ended: it wanted the machine until its hold is over.
    expect(await endOf(second)).toEqual({
      lines: [expect.stringMatching(/^put back: nothing, left alone 1, failed 0 of 1 in my-app, /)],
      warnings: [expect.stringContaining(`${ID} (worker-1): held by another job until ${told(firstHold)}`)],
    });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['started', firstHold]);
  });

  it.each([0, 1])(
    'stays for the other where both started it at the same moment: %d ends first',
    async (first) => {
      const scenario = await open();
      const jobs = [scenario.job, scenario.anotherJob()];
      await Promise.all(jobs.map((job) => startIn(job, scenario)));
      for (const [index, job] of jobs.entries()) if (index === first) await endOf(job);
      expect([machine(scenario).state, holdOf(scenario)]).toEqual(['started', expect.any(String)]);
    },
  );

  it('is put back by a job that holds it alone', async () => {
    const scenario = await open();
    await startIn(scenario.job, scenario);
    expect(await endOf(scenario.job)).toEqual({
      lines: [expect.stringMatching(/^put back: stopped 1, failed 0 of 1 in my-app, /)],
      warnings: [],
    });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['stopped', undefined]);
  });

  it('stays until the hold is over where the second found it started', async () => {
    const scenario = await open();
    const second = scenario.anotherJob();
    await startIn(scenario.job, scenario);
    const firstHold = holdOf(scenario);
    const step = await startIn(second, scenario);
    expect(lines(step).join('\n')).toContain('already started; held until ');
    const { warnings } = await endOf(scenario.job);
    expect(warnings).toEqual([expect.stringContaining('held by another job until ')]);
    expect(await endOf(second)).toEqual({ lines: [NOTHING_CHANGED], warnings: [] });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['started', firstHold]);
  });

  it('is stopped by the first where the second ends before it, and gives back its hold', async () => {
    const scenario = await open();
    const second = scenario.anotherJob();
    await startIn(scenario.job, scenario);
    await startIn(second, scenario);
    expect(await endOf(second)).toEqual({ lines: [NOTHING_CHANGED], warnings: [] });
    expect(machine(scenario).state).toBe('started');
    expect(await endOf(scenario.job)).toEqual({
      lines: [expect.stringMatching(/^put back: stopped 1, failed 0 of 1 in my-app, /)],
      warnings: [],
    });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['stopped', undefined]);
  });
});

onOneNode('When a step that holds is killed', (open) => {
  it.each(['stopped', 'started'] as const)('takes back what it wrote: %s before', async (state) => {
    const scenario = await open();
    const { job, fly } = scenario;
    machine(scenario).state = state;
    await job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } });
    const kill = new AbortController();
    // Fly writes it, and nobody will hear its answer.
    scenario.whenAsked(/keep-alive-until$/, () => kill.abort());
    const killed = await job.step({ uses: './start', with: HELD, kill: kill.signal });
    expect(killed).toMatchObject({ conclusion: 'failure', exitCode: 137 });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual(['started', expect.any(String)]);
    expect(await endOf(job)).toEqual({
      lines: [
        state === 'started' ? NOTHING_CHANGED : expect.stringMatching(/^put back: stopped 1, failed 0 of 1 /),
      ],
      warnings: [],
    });
    expect([machine(scenario).state, holdOf(scenario)]).toEqual([state, undefined]);
  });
});
