import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WEB } from '../support/scenarios/scenario.js';
import { pathsAsked, type With } from '../support/scenarios/steps.js';

const OTHER = { name: 'shop', machines: [{ id: 'shop1' }] };
const MINE = { name: APP, machines: [{ id: WEB, name: 'web-1' }] };
const apps = [MINE, OTHER];

const auth = ({ job }: Scenario, token: string, inputs: With) =>
  job.step({ uses: './auth', with: { token, app: APP, ...inputs } });

const stop = { uses: './stop', with: { machines: 'web-1' } };

onOneNode('When a session is narrowed', (open) => {
  it('lists and neither stops nor runs anything with scope: read', async () => {
    const scenario = await open({ apps, settings: { execAction: 'r' } });
    const { job, fly } = scenario;
    const opened = await auth(scenario, fly.mintToken(), { scope: 'read' });
    expect(lines(opened)).toContain('  narrowed for this job: only read');
    expect((await job.step({ uses: './list' })).outputs['count']).toBe('1');
    for (const step of [stop, { uses: './exec', with: { machines: 'web-1', run: 'date' } }]) {
      const refused = await job.step(step);
      expect(refused.conclusion).toBe('failure');
      expect(said(refused, 'error')[0]).toContain('forbidden: ');
    }
    expect(fly.machine(APP, WEB).state).toBe('started');
    await job.post();
  });

  it.each([
    ['C', 'success', []],
    ['w', 'failure', [expect.stringContaining('forbidden: ')]],
  ] as const)(
    'starts and stops with scope: control; what needs %s beside ends in %s',
    async (bit, conclusion, refusals) => {
      const settings = { leaseAction: bit, cordonAction: bit, metadataAction: bit };
      const { job, fly, ...scenario } = await open({ apps, settings });
      await auth({ job, fly, ...scenario }, fly.mintToken(), { scope: 'control' });
      const stopped = await job.step({ ...stop, with: { ...stop.with, lease: 'true' } });
      expect(stopped).toMatchObject({ conclusion: 'success', outputs: { 'changed-count': '1' } });
      expect(said(stopped, 'warning')).toHaveLength(bit === 'C' ? 0 : 1);
      expect((await job.step({ uses: './start', with: stop.with })).conclusion).toBe('success');
      const cordon = await job.step({ uses: './cordon', with: stop.with });
      expect(cordon.conclusion).toBe(conclusion);
      expect(said(cordon, 'error')).toEqual(refusals);
    },
  );

  it('is held to its own app, and to what attenuate-with allows of it', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const machines = { type: 'Machines', body: { machines: { shop1: 'rC' } } };
    const caveat = { type: 'IfPresent', body: { ifs: [machines], else: 'r' } };
    const token = fly.mintToken();
    await auth(scenario, token, { scope: 'control', 'attenuate-with': JSON.stringify([caveat]) });
    expect((await job.step({ uses: './list' })).conclusion).toBe('success');
    expect(said(await job.step(stop), 'error')[0]).toContain('forbidden: ');
    // The same token again, for another app: what the last one says holds for both.
    const again = await auth(scenario, token, { app: 'shop' });
    expect(said(again, 'notice')).toEqual([
      expect.stringContaining('later steps without `app` are about my-app, shop'),
    ]);
    expect(said(again, 'warning')).toEqual([
      expect.stringMatching(/^The session is no longer narrowed: .* So far: only read, control; /),
    ]);
    expect((await job.step({ ...stop, with: { app: `${APP}, shop`, machines: 'all' } })).conclusion).toBe(
      'success',
    );
  });

  it('fails where its app is misspelt, and leaves the right one as it would be without', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const token = fly.mintToken();
    const wrong = await auth(scenario, token, { scope: 'control', app: 'my-ap' });
    expect(wrong.conclusion).toBe('failure');
    expect(said(wrong, 'error')[0]).toContain("not found: The session can't be narrowed to its apps: ");
    expect((await job.step({ ...stop, with: { ...stop.with, app: 'my-ap' } })).conclusion).toBe('failure');
    const right = await auth(scenario, token, { scope: 'control' });
    expect([...said(right, 'warning'), ...said(right, 'notice')]).toEqual([]);
    expect((await job.step(stop)).conclusion).toBe('success');
  });

  it('stands beside one that is not', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    await auth(scenario, fly.mintToken(), { scope: 'read' });
    await auth(scenario, fly.mintToken({ app: 'shop' }), { app: 'shop' });
    expect(said(await job.step({ ...stop, with: { app: APP, machines: 'all' } }), 'error')[0]).toContain(
      'forbidden: ',
    );
    expect((await job.step({ ...stop, with: { app: 'shop', machines: 'all' } })).conclusion).toBe('success');
  });

  it('exports the narrowed copy', async () => {
    const scenario = await open({ apps });
    const { fly } = scenario;
    const { env } = await auth(scenario, fly.mintToken(), { scope: 'read', 'export-token': 'env' });
    const headers = { authorization: `Bearer ${env['FLY_API_TOKEN']}` };
    const ask = (method: string, path: string) =>
      fly.handle({ method, path: `/v1/apps/${path}`, headers, body: '' });
    expect(await ask('GET', `${APP}/machines`)).toMatchObject({ status: 200 });
    expect(await ask('POST', `${APP}/machines/${WEB}/stop`)).toMatchObject({ status: 403 });
    expect(await ask('GET', 'shop/machines')).toMatchObject({ status: 403 });
  });
});

onOneNode('When a job outlives max-lifetime', (open) => {
  it('names that as the end, in steps and in what puts back', async () => {
    const scenario = await open({ apps });
    const { job, fly } = scenario;
    const token = fly.mintToken({ withDischarge: 3_600_000 });
    const opened = await auth(scenario, token, { 'max-lifetime': '20m' });
    expect(lines(opened).at(-1)).toMatch(/^session opened for my-app, usable until \S+Z, /);
    const end = opened.outputs['token-expires-at'];
    expect(opened.outputs['expires-at']).toBe(end);
    await job.step({ ...stop, with: { ...stop.with, restore: 'true' } });
    scenario.shiftFlysClock(1_300_000);
    const late = await job.step({ uses: './list' });
    const message = `The session's token ended at ${end}: \`max-lifetime\` of \`auth\` (20 min) is over`;
    expect(said(late, 'error')).toEqual([expect.stringContaining(`token expired: ${message}`)]);
    const [restore] = await job.post();
    expect(said(restore ?? late, 'warning').join()).toContain(message);
    expect(said(restore ?? late, 'warning').join()).toMatch(/longer `max-lifetime` next time.*by hand/);
    expect(fly.machine(APP, WEB).state).toBe('stopped');
    expect(pathsAsked(scenario).filter((path) => path.endsWith('/start'))).toEqual([]);
  });
});
