import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';
import { sessionFiles } from '../support/scenarios/session.js';
import { itWhere, SIGNALS } from '../support/where.js';

const [FIRST, SECOND] = WORKERS;

/** A step that isn't gone five seconds after SIGINT is killed, and its exit code tells. */
const job = { cancelTimes: { interrupt: 5_000, terminate: 1 } };
const settings = { bootMs: 600_000 };

const auth = ({ job: { step }, fly }: Scenario) =>
  step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } });

const GONE_BY_ITSELF = { conclusion: 'cancelled', exitCode: 1, stderr: '' };

onOneNode('When the job is cancelled while machines are waited for', (open) => {
  itWhere(SIGNALS)(
    'ends as cancelled, with outputs and summary, and its post still closes the session',
    async () => {
      const scenario = await open({ job, settings });
      await auth(scenario);
      let waits = 0;
      const count = () => {
        waits += 1;
        if (waits === 2) scenario.job.cancel();
      };
      scenario.whenAsked(/\/wait/, count);
      scenario.whenAsked(/\/wait/, count);
      const result = await scenario.job.step({
        uses: './start',
        with: { machines: `${FIRST}, ${SECOND}, web-1` },
      });
      expect(result).toMatchObject(GONE_BY_ITSELF);
      expect(output(result, 'failed-ids')).toEqual([FIRST, SECOND]);
      expect(machineRows(result)[FIRST]).toMatchObject({
        outcome: 'failed',
        error: expect.stringMatching(/^cancelled: /),
      });
      expect(result.outputs).toMatchObject({ count: '3', 'changed-count': '0', 'failed-count': '2' });
      expect(result.outputs['machines-file']).not.toBe('');
      expect(result.summary).toMatch(/^### 🔴 start, cancelled: 2 of 3 machines failed in my-app\n/);
      expect(said(result, 'error')[0]).toContain('cancelled: the job was cancelled');
      expect(lines(result)).toContainEqual(
        expect.stringMatching(/^started 0, already started 1, failed 2 of 3/),
      );

      expect(sessionFiles(scenario.job)).toHaveLength(1);
      expect((await scenario.job.post()).map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
      expect(sessionFiles(scenario.job)).toEqual([]);
    },
  );

  itWhere(SIGNALS)('is red even with on-failure: warn', async () => {
    const scenario = await open({ job, settings });
    scenario.whenAsked(/\/wait/, () => scenario.job.cancel());
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const inputs = { token, app: APP, machines: FIRST, 'on-failure': 'warn' };
    expect(await scenario.job.step({ uses: './start', with: inputs })).toMatchObject(GONE_BY_ITSELF);
  });
});

onOneNode('When the job is cancelled earlier', (open) => {
  itWhere(SIGNALS)('changes nothing when that is during the list', async () => {
    const scenario = await open({ job, faults: [{ path: '/v1', fault: 'hang' }] });
    scenario.whenAsked(/machines$/, () => scenario.job.cancel());
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses: './start', with: { token, app: APP, machines: 'all' } });
    expect(result).toMatchObject({ ...GONE_BY_ITSELF, outputs: { machines: '[]', count: '0' } });
    expect(said(result, 'error')[0]).toBe('cancelled: the job was cancelled');
    expect(asked(scenario.fly.requests)).toHaveLength(1);
  });

  itWhere(SIGNALS)('opens no session when that is while a discharge is fetched', async () => {
    const scenario = await open({ job, faults: [{ path: '/aaa', fault: 'hang' }] });
    scenario.whenAsked(/3p$/, () => scenario.job.cancel());
    expect(await auth(scenario)).toMatchObject({ ...GONE_BY_ITSELF, state: {} });
    expect(sessionFiles(scenario.job)).toEqual([]);
  });

  itWhere(SIGNALS)('does not try again when that is between two tries', async () => {
    const scenario = await open({
      job,
      faults: [{ path: '/v1', fault: { status: 429, headers: { 'retry-after': '600' } } }],
    });
    scenario.whenAsked(/machines$/, () => setTimeout(() => scenario.job.cancel(), 100));
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const result = await scenario.job.step({ uses: './list', with: { token, app: APP } });
    expect(result).toMatchObject(GONE_BY_ITSELF);
    expect(asked(scenario.fly.requests)).toEqual([`GET /v1/apps/${APP}/machines 429`]);
  });
});

onOneNode('When a step is killed', (open) => {
  it('is red, and the post still closes the session', async () => {
    const scenario = await open({ settings });
    await auth(scenario);
    const kill = new AbortController();
    scenario.whenAsked(/\/wait/, () => kill.abort());
    const step = { uses: './start', with: { machines: FIRST }, kill: kill.signal };
    expect(await scenario.job.step(step)).toMatchObject({ conclusion: 'failure', exitCode: 137 });
    await scenario.job.post();
    expect(sessionFiles(scenario.job)).toEqual([]);
  });
});
