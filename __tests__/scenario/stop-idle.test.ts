import type { AppSpec, MachineSpec } from '../../emulator/machines/build.js';
import { LOADS } from '../../emulator/metrics/load.js';
import { LeakSearch } from '../support/scenarios/leaks.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { asked, lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { stepWith, writes } from '../support/scenarios/steps.js';

const idle = { behaviour: { load: LOADS.idle } };
const busy = { behaviour: { load: LOADS.busy } };
const until = (ms: number) => new Date(Date.now() + ms).toISOString();
const service = { config: { services: [{ autostart: true }] } };

/** One of each kind; what is idle and in nobody's way comes first and last. */
const FLEET: readonly (MachineSpec & { readonly why: string })[] = [
  { id: 'c000000000001', ...idle, ...service, why: '' },
  { id: 'c000000000002', ...busy, why: 'busy: up to 1 request at once' },
  { id: 'c000000000003', behaviour: { load: LOADS.spiky }, why: 'busy: up to 1 request at once' },
  { id: 'c000000000004', behaviour: { load: LOADS.unmeasured }, why: 'no metrics' },
  { id: 'c000000000005', ...idle, sinceMs: 600_000, why: 'up for 10 min' },
  { id: 'c000000000006', ...idle, state: 'suspended', why: 'already suspended' },
  {
    ...{ id: 'c000000000007', ...idle, metadata: { 'keep-alive-until': until(600_000) } },
    why: 'keep-alive-until 20',
  },
  { id: 'c000000000008', ...idle, metadata: { 'keep-alive': 'true' }, why: 'keep-alive is set' },
  { id: 'c000000000009', ...idle, metadata: { 'keep-alive-until': 'monday' }, why: 'no time with a zone' },
  { id: 'c000000000010', ...idle, cordoned: true, why: 'cordoned' },
  { id: 'c000000000011', ...idle, config: { auto_destroy: true }, why: 'destroyed for good' },
  { id: 'c000000000012', ...idle, config: { schedule: 'daily' }, why: 'runs on a schedule (daily)' },
  { id: 'c000000000013', ...idle, metadata: { 'keep-alive-until': until(-600_000) }, why: '' },
];
const IDLE = FLEET.filter(({ why }) => why === '').map(({ id }) => id);
const apps: readonly AppSpec[] = [{ name: APP, machines: FLEET }];
/** Fly's own answer to a token of one app isn't known. */
const settings = { metricsAccess: 'allowed' } as const;

function reasonsOf(result: Parameters<typeof machineRows>[0]): Record<string, string> {
  return Object.fromEntries(Object.entries(machineRows(result)).map(([id, { reason }]) => [id, reason]));
}

function started({ fly }: Scenario, app = APP): string[] {
  return fly
    .machines(app)
    .filter(({ state }) => state === 'started')
    .map(({ id }) => id);
}

onOneNode('When idle machines are swept', (open) => {
  it('shows the same table in a dry run, and then stops all and only those that are idle', async () => {
    const scenario = await open({ apps, settings });
    const dry = await stepWith(scenario, './stop-idle', { 'dry-run': 'true' });
    expect(dry.conclusion).toBe('success');
    expect(writes(scenario)).toEqual([]);
    const before = started(scenario);
    const real = await stepWith(scenario, './stop-idle', {});
    expect(real.conclusion).toBe('success');
    expect(output(real, 'changed-ids')).toEqual(IDLE);
    expect(before.filter((id) => !started(scenario).includes(id))).toEqual(IDLE);
    const shown = reasonsOf(real);
    for (const { id = '', why } of FLEET) {
      expect([id, shown[id]]).toEqual([id, expect.stringContaining(why)]);
      if (why !== '') expect([id, reasonsOf(dry)[id]?.slice(0, 5)]).toEqual([id, shown[id]?.slice(0, 5)]);
      else expect([id, reasonsOf(dry)[id]]).toEqual([id, 'dry run: would stop']);
    }
    const line =
      'stopped 2, already down 1, skipped 10, failed 0 of 13 in my-app; at least 1 machine-hour was running idle';
    expect(lines(real).at(-1)).toContain(`${line}, `);
    expect(real.summary).toContain(line);
    expect(real.summary).toContain('no metrics');
    for (const result of [dry, real]) {
      expect(said(result, 'warning')).toEqual([expect.stringMatching(/^c000000000001 .*`autostart` is on/)]);
      expect(said(result, 'notice')).toEqual(['At least 1 machine-hour was running idle.']);
    }
  });

  it('lists, asks for the organization and for metrics once, and no more', async () => {
    const scenario = await open({ apps, settings });
    await stepWith(scenario, './stop-idle', { 'dry-run': 'true' });
    expect(asked(scenario.fly.requests)).toEqual([
      `GET /v1/apps/${APP}/machines?include_leases=true 200`,
      `GET /v1/apps/${APP} 200`,
      expect.stringMatching(/^GET \/prometheus\/my-org\/api\/v1\/query_range\?query=.* 200$/),
    ]);
  });

  it('leaves enough up, in the region of each', async () => {
    const machines = ['fra', 'fra', 'iad'].map((region, at) => ({
      id: `d89100000000${at}`,
      region,
      ...idle,
    }));
    const scenario = await open({ apps: [{ name: APP, machines }], settings });
    const result = await stepWith(scenario, './stop-idle', { keep: 'region=1' });
    expect(output(result, 'changed-ids')).toEqual(['d891000000000']);
    expect(reasonsOf(result)).toMatchObject({
      d891000000001: 'kept: 1 started at least per region',
      d891000000002: 'kept: 1 started at least per region',
    });
  });

  it('suspends instead, and stops what can not be suspended', async () => {
    const machines = [
      { id: 'd891000000001', ...idle },
      { id: 'd891000000002', behaviour: { load: LOADS.idle, suspend: 'refused' as const } },
    ];
    const scenario = await open({ apps: [{ name: APP, machines }], settings });
    const result = await stepWith(scenario, './stop-idle', { 'down-action': 'suspend', fallback: 'stop' });
    expect(result.conclusion).toBe('success');
    expect(scenario.fly.machines(APP).map(({ state }) => state)).toEqual(['suspended', 'stopped']);
  });

  it('leaves alone what somebody has a lease on', async () => {
    const scenario = await open({ apps: [{ name: APP, machines: FLEET.slice(0, 1) }], settings });
    const [id = ''] = IDLE;
    const machine = scenario.fly.machine(APP, id);
    machine.lease = {
      ...{ nonce: 'n', owner: 'somebody@tokens.fly.io', description: 'deploy', version: machine.instanceId },
      expiresAt: Math.floor(Date.now() / 1000) + 600,
    };
    const result = await stepWith(scenario, './stop-idle', {});
    expect(result.conclusion).toBe('success');
    expect(reasonsOf(result)[id]).toMatch(/^lease held by somebody@tokens\.fly\.io until 20/);
    expect(writes(scenario)).toEqual([]);
  });

  it("judges by Fly's clock where the runner's is wrong", async () => {
    const scenario = await open({
      apps: [{ name: APP, machines: [{ id: 'd891000000001', ...idle }] }],
      settings,
    });
    scenario.shiftFlysClock(86_400_000);
    const late = await stepWith(scenario, './stop-idle', { 'idle-for': '24h' });
    expect(output(late, 'changed-ids')).toEqual(['d891000000001']);
  });
});

onOneNode('When idleness is looked for in a whole organization', (open) => {
  const organization: readonly AppSpec[] = [
    { name: 'staging-a', machines: [{ id: 'a00000000001', ...idle }] },
    { name: 'staging-b', machines: [{ id: 'b00000000001', ...busy }] },
    {
      name: 'staging-db',
      machines: [{ id: 'd00000000001', ...idle, config: { image: 'flyio/postgres-flex:15' } }],
    },
    { name: 'prod', machines: [{ id: 'e00000000001', ...idle }] },
  ];

  it.each([
    ['staging-*', ['a00000000001']],
    ['auto', ['e00000000001', 'a00000000001']],
    ['!staging-a', ['e00000000001']],
  ])('stops in the apps of `app: %s`, and no database', async (app, stopped) => {
    const scenario = await open({ apps: organization });
    const token = scenario.fly.mintToken({ withDischarge: true });
    const inputs = { token, org: 'my-org', app, state: 'started' };
    const result = await scenario.job.step({ uses: './stop-idle', with: inputs });
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual(stopped);
    expect(reasonsOf(result)['d00000000001']).toBe('a node of unmanaged Postgres');
  });

  it.each(['./stop-idle', './warm-up'])(
    'is an input error of %s where nothing narrows that',
    async (uses) => {
      const scenario = await open({ apps: organization });
      const token = scenario.fly.mintToken({ withDischarge: true });
      const more = uses === './stop-idle' ? { 'idle-signal': 'uptime' } : {};
      const result = await scenario.job.step({ uses, with: { token, org: 'my-org', ...more } });
      expect(result.conclusion).toBe('failure');
      expect(said(result, 'error')[0]).toMatch(
        /^input: This would .* everything in every app of an organization. Narrow it/,
      );
      expect(scenario.arrivals).toEqual([]);
    },
  );

  it('is red where the metrics of an app are refused, though others could be stopped', async () => {
    const refused = { path: /query_range.*staging-a/, fault: { status: 403, body: { error: 'no' } } };
    const scenario = await open({ apps: organization, faults: [refused] });
    const token = scenario.fly.mintToken({ withDischarge: true });
    const inputs = { token, org: 'my-org', state: 'started', 'on-failure': 'warn' };
    const result = await scenario.job.step({ uses: './stop-idle', with: inputs });
    expect(result.conclusion).toBe('failure');
    expect(output(result, 'changed-ids')).toEqual(['e00000000001']);
    expect(said(result, 'error')[0]).toMatch(/staging-a.*forbidden: query metrics.*403/s);
    expect(result.summary).toContain('\n- <b>staging-a</b>: <b>forbidden</b> query metrics');
  });
});

onOneNode('When metrics have a token of their own', (open) => {
  it('is red without it where the token of the app may not read them', async () => {
    const scenario = await open({ apps });
    const result = await stepWith(scenario, './stop-idle', {});
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error')[0]).toMatch(/forbidden: query metrics.*`metrics-token`/s);
    expect(writes(scenario)).toEqual([]);
  });

  it('sends each token where it belongs, and shows neither', async () => {
    const scenario = await open({ apps, job: { debug: true } });
    const search = new LeakSearch();
    const token = scenario.fly.mintToken({ app: APP, withDischarge: true });
    const metricsToken = scenario.fly.mintToken({ withDischarge: true, actions: 'r' });
    search.token(token);
    search.token(metricsToken);
    const inputs = { token, app: APP, 'metrics-token': metricsToken };
    const result = await scenario.job.step({ uses: './stop-idle', with: inputs });
    expect(output(result, 'changed-ids')).toEqual(IDLE);
    for (const { path, headers } of scenario.arrivals)
      expect([path, headers['authorization']]).toEqual([
        path,
        path.includes('/prometheus/') ? metricsToken : token,
      ]);
    expect([...search.printed(result), ...search.left(result), ...search.files(scenario.job)]).toEqual([]);
  });
});
