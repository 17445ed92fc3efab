import type { AppSpec } from '../../emulator/machines/build.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';

const ORG = 'my-org';

const APPS: readonly AppSpec[] = [
  { name: 'staging-web', machines: [{ id: 'w1' }, { id: 'w2', processGroup: 'worker' }] },
  { name: 'staging-api', machines: [{ id: 'a1', processGroup: 'worker' }] },
  { name: 'staging-billing', machines: [{ id: 'b1', processGroup: 'worker' }] },
  { name: 'staging-db', machines: [{ id: 'd1', config: { image: 'flyio/postgres-flex:15.6' } }] },
  { name: 'prod-web', machines: [{ id: 'p1' }] },
];

onOneNode('When a session covers an organization’s apps by patterns', (open) => {
  it('works on these with every later step, and lists each app once', async () => {
    const scenario = await open({ apps: APPS });
    const { job, fly } = scenario;
    const opened = await job.step({
      uses: './auth',
      with: { token: fly.mintToken(), org: ORG, app: 'staging-*, !staging-billing' },
    });
    expect(opened.conclusion).toBe('success');
    expect(lines(opened)[0]).toMatch(/, apps staging-\*, !staging-billing of my-org, host /);
    expect(lines(opened).at(-1)).toMatch(/^session opened for staging-\*, !staging-billing of my-org, /);
    expect(fly.requests.filter(({ path }) => /apps|orgs/.test(path))).toEqual([]);

    const stopped = await job.step({ uses: './stop', with: { machines: 'all' } });
    expect(stopped.conclusion).toBe('success');
    const rows = machineRows(stopped);
    expect(Object.keys(rows)).toEqual(['a1', 'd1', 'w1', 'w2']);
    expect(rows['d1']).toMatchObject({ outcome: 'skipped', reason: 'a node of unmanaged Postgres' });
    expect(output(stopped, 'changed-ids')).toEqual(['a1', 'w1', 'w2']);
    expect(output(stopped, 'apps')).toEqual(['staging-api', 'staging-db', 'staging-web']);
    const listed = fly.requests.map(({ path }) => path).filter((path) => path.endsWith('/machines'));
    expect(listed).toEqual(
      ['staging-api', 'staging-db', 'staging-web'].map((it) => `/v1/apps/${it}/machines`),
    );

    const list = await job.step({ uses: './list', with: { app: 'staging-web' } });
    expect(lines(list)[0]).toMatch(/^Token from the job's session, app staging-web, /);
    expect(Object.keys(machineRows(list))).toEqual(['w1', 'w2']);

    const excluded = await job.step({ uses: './list', with: { app: 'staging-billing' } });
    expect(excluded.conclusion).toBe('failure');
    expect(said(excluded, 'error')[0]).toContain('There is no token for staging-billing.');
  });
});

onOneNode('When a step is about a whole organization', (open) => {
  it('needs more than `machines: all` to change something, and sends nothing without', async () => {
    const { job, fly } = await open({ apps: APPS });
    await job.step({ uses: './auth', with: { token: fly.mintToken({ thirdParty: false }), org: ORG } });
    const sent = fly.requests.length;
    const everything = await job.step({ uses: './stop', with: { machines: 'all' } });
    expect(everything.conclusion).toBe('failure');
    expect(said(everything, 'error')[0]).toContain('everything in every app of an organization');
    expect(fly.requests).toHaveLength(sent);

    const workers = await job.step({ uses: './stop', with: { 'process-group': 'worker' } });
    expect(output(workers, 'changed-ids')).toEqual(['a1', 'b1', 'w2']);
    expect(lines(workers)[0]).toContain(', all apps of my-org, ');
    expect(lines(workers).at(-1)).toMatch(/^stopped 3, .* in 5 apps, /);
  });

  it('is read by few requests, and what that leaves out is told', async () => {
    const { job, fly } = await open({ apps: APPS, settings: { orgPage: 4, orgErrorRegions: 'lhr' } });
    const token = fly.mintToken({ thirdParty: false });
    const result = await job.step({ uses: './list', with: { token, org: ORG } });
    expect(result.conclusion).toBe('success');
    expect(Object.keys(machineRows(result)).sort()).toEqual(['a1', 'b1', 'd1', 'p1', 'w1', 'w2']);
    expect(said(result, 'warning').join()).toContain('Fly could not read lhr');
    expect(said(result, 'notice').join()).toContain('lags behind');
    expect(fly.requests.map(({ path }) => path.replace(/cursor=.*/, 'cursor='))).toEqual([
      '/v1/apps?org_slug=my-org',
      '/v1/orgs/my-org/machines?limit=1000',
      '/v1/orgs/my-org/machines?limit=1000&cursor=',
    ]);
  });

  it('is refused to the token of one app, with what to do instead', async () => {
    const { job, fly } = await open({ apps: APPS });
    const token = fly.mintToken({ app: 'staging-web', thirdParty: false });
    const refused = await job.step({ uses: './list', with: { token, org: ORG, app: 'staging-*' } });
    expect(refused.conclusion).toBe('failure');
    expect(said(refused, 'error')[0]).toMatch(
      /list the apps of my-org: Fly answered 40[13].*name them in `app`/s,
    );
    const named = await job.step({ uses: './list', with: { token, app: 'staging-web' } });
    expect(named.conclusion).toBe('success');
  });
});

onOneNode('When jobs of a matrix share a fleet', (open) => {
  it('changes each machine in one of them, and `limit` holds for each', async () => {
    const machines = Array.from({ length: 12 }, (_, index) => ({ id: `d89100000000${10 + index}` }));
    const scenario = await open({ apps: [{ name: 'fleet', machines }] });
    const token = scenario.fly.mintToken({ thirdParty: false });
    const jobs = [scenario.job, scenario.anotherJob()];
    const results = await Promise.all(
      jobs.map((job, index) =>
        job.step({
          uses: './stop',
          with: { token, app: 'fleet', machines: 'all', shard: `${index}/2`, limit: '4' },
        }),
      ),
    );
    expect(results.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
    const ids = results.flatMap((result) => output(result, 'changed-ids'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(results.map((result) => output(result, 'changed-ids').length)).toEqual([4, 4]);
    const all = results.flatMap((result) => Object.keys(machineRows(result)));
    expect(all.sort()).toEqual(machines.map(({ id }) => id));
  });
});
