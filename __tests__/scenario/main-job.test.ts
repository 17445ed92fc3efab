import { readFileSync } from 'node:fs';
import { checkSummary } from '../../fuzz/check-summary.js';
import { rowsOf } from '../support/pages.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, lines, machineRows, output, said } from '../support/scenarios/results.js';
import type { Scenario } from '../support/scenarios/scenario.js';
import { APP, WEB, WORKERS } from '../support/scenarios/scenario.js';

const DISCHARGE = 'POST /aaa/v1/.well-known/macfly/3p 201';
const LIST = `GET /v1/apps/${APP}/machines 200`;
const [FIRST, SECOND, THIRD] = WORKERS;

/** The requests since the last call, without the queries of the waits. */
function newRequests({ fly }: Scenario): string[] {
  return asked(fly.requests.splice(0)).map((line) => line.replace(/\?\S+/, ''));
}

const changes = (action: string, ids: readonly string[]) =>
  ids.flatMap((id) =>
    [`POST .../${id}/${action}`, `GET .../${id}/wait`, `GET .../${id}`].map(
      (it) => `${it.replace('...', `/v1/apps/${APP}/machines`)} 200`,
    ),
  );

onOneNode('When a job uses one token from its start to its end', (open) => {
  it('lists, starts a group, refreshes what nears its end, stops, and leaves nothing', async () => {
    const scenario = await open();
    const { fly, job } = scenario;
    const token = fly.mintToken({ app: APP });

    const auth = await job.step({ uses: './auth', with: { token, app: APP } });
    expect(auth.conclusion).toBe('success');
    expect(newRequests(scenario)).toEqual([DISCHARGE]);

    const list = await job.step({ uses: './list' });
    expect(list.conclusion).toBe('success');
    expect(newRequests(scenario)).toEqual([LIST]);

    const start = await job.step({ uses: './start', with: { 'process-group': 'worker' } });
    expect(start.conclusion).toBe('success');
    expect(newRequests(scenario).sort()).toEqual([LIST, ...changes('start', WORKERS)].sort());

    // Nine of the discharge's ten minutes and a half pass; the list's answer tells the step.
    scenario.shiftFlysClock(540_000);
    const stop = await job.step({ uses: './stop', with: { 'process-group': 'worker' } });
    expect(stop.conclusion).toBe('success');
    expect(lines(stop)[2]).toMatch(/^Discharge of http:\S+\/aaa\/v1 refreshed, valid until .*\(10 min /);
    const requests = newRequests(scenario);
    expect(requests.slice(0, 2)).toEqual([LIST, DISCHARGE]);
    expect(requests.slice(2).sort()).toEqual(changes('stop', WORKERS).sort());
    expect(fly.machines(APP).map(({ state }) => state)).toEqual(['started', 'stopped', 'stopped', 'stopped']);

    const post = (await job.post()).at(-1);
    expect(post).toMatchObject({
      conclusion: 'success',
      stdout: expect.stringContaining('session is closed'),
    });
    expect(job.files().filter(({ path }) => path.includes('session'))).toEqual([]);
    expect(job.status).toBe('success');
  });
});

onOneNode('When a discharge is past half of its short life', (open) => {
  it('is refreshed before the step uses it, and the next step has the fresh one', async () => {
    const scenario = await open({ settings: { aaa: { lifetimeMs: 6_000 } } });
    const { fly, job } = scenario;
    await job.step({ uses: './auth', with: { token: fly.mintToken({ app: APP }), app: APP } });
    fly.settings.aaa.lifetimeMs = 630_000;
    await fly.clock.sleep(3_100);
    await job.step({ uses: './list' });
    await job.step({ uses: './list' });
    expect(newRequests(scenario)).toEqual([DISCHARGE, DISCHARGE, LIST, LIST]);
    expect(job.status).toBe('success');
  });
});

onOneNode('When the requests of a step are counted', (open) => {
  it('costs a cold start one per missing ticket, a list, and a start, a wait and a look per machine', async () => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'] });
    const start = await scenario.job.step({
      uses: './start',
      with: { token, app: APP, machines: 'worker-1, worker-2' },
    });
    expect(start.conclusion).toBe('success');
    expect(newRequests(scenario).sort()).toEqual(
      [DISCHARGE, DISCHARGE.replace('aaa', 'own'), LIST, ...changes('start', [FIRST, SECOND])].sort(),
    );
  });

  it('sends nothing but the list for machines that are there already', async () => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const step = { uses: './stop', with: { token, app: APP, 'process-group': 'worker' } };
    const result = await scenario.job.step(step);
    expect(newRequests(scenario)).toEqual([LIST]);
    expect(Object.values(machineRows(result)).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('unchanged'),
    );
    expect(result.summary).toBe('');
  });
});

onOneNode('When a step reports', (open) => {
  it('sets every output, a file of the same, a summary, and a first and a last line', async () => {
    const scenario = await open();
    const token = scenario.fly.mintToken({ app: APP, expires: 4_102_444_800 });
    await scenario.job.step({ uses: './auth', with: { token, app: APP, 'max-lifetime': '0' } });
    scenario.fly.machine(APP, SECOND).behaviour.start = 'no-capacity';
    const result = await scenario.job.step({
      uses: './start',
      with: { machines: `${FIRST}, ${SECOND}, ${THIRD}, ${WEB}`, exclude: 'worker-3' },
    });
    const rows = machineRows(result);
    expect(rows[FIRST]).toMatchObject({ previous_state: 'stopped', state: 'started', outcome: 'changed' });
    expect(rows[SECOND]).toMatchObject({ state: 'stopped', outcome: 'failed' });
    expect(rows[SECOND]?.error).toMatch(/^no capacity: start machine .* answered 409/);
    expect(rows[THIRD]).toMatchObject({ outcome: 'skipped', reason: 'excluded by worker-3' });
    expect(rows[WEB]).toMatchObject({ outcome: 'unchanged', error: null });
    expect(Object.keys(rows[WEB] ?? {})).toEqual(
      'app id name region process_group private_ip state previous_state outcome reason duration_ms error'.split(
        ' ',
      ),
    );
    expect(output(result, 'machine-ids')).toEqual([FIRST, SECOND, WEB]);
    expect(output(result, 'changed-ids')).toEqual([FIRST]);
    expect(output(result, 'failed-ids')).toEqual([SECOND]);
    expect(output(result, 'apps')).toEqual([APP]);
    expect(result.outputs).toMatchObject({ count: '3', 'changed-count': '1', 'failed-count': '1' });
    expect(result.outputs['token-expires-at']).toBe('2100-01-01T00:00:00Z');
    expect(result.outputs['expires-at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(result.outputs).not.toHaveProperty('token');
    const file = result.outputs['machines-file'] ?? '';
    expect(readFileSync(file, 'utf8')).toBe(result.outputs['machines']);

    const log = lines(result);
    expect(log[0]).toBe(`Token from the job's session, app ${APP}, host ${new URL(scenario.url).host}`);
    expect(log.at(-1)).toMatch(
      /^started 1, already started 1, skipped 1, failed 1 of 4 in my-app, [\d.]+ m?s → The host is full: /,
    );
    expect(said(result, 'error')).toHaveLength(1);
    expect(result.summary).toMatch(/^### 🔴 start: 1 of 4 machines failed in my-app\n\n🟩⬜⬜🟥<br>/);
    const [failed = '', changed = '', ...left] = rowsOf(result.summary).filter((row) =>
      /worker-|web-1/.test(row),
    );
    expect(failed).toMatch(new RegExp(`<code>${SECOND}</code>.* \\| <b>no capacity</b> `));
    expect(changed).toMatch(new RegExp(`<code>${FIRST}</code>.* \\| stopped → started \\| `));
    expect(left).toEqual(['| 1 | already started | web-1 |', '| 1 | excluded by worker-3 | worker-3 |']);
    checkSummary(result.summary);
    expect(result.conclusion).toBe('failure');
  });
});
