import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOADS } from '../../emulator/metrics/load.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { stepWith, writes } from '../support/scenarios/steps.js';

const STARTED = 'd891000000001';
const STOPPED = 'd891000000002';
const SUSPENDED = 'd891000000003';
const IAD = 'd891000000004';
const CORDONED = 'd891000000005';
const checks = { alive: { type: 'http', port: 8080, path: '/up' } };

const machines = [
  { id: STARTED },
  { id: STOPPED, state: 'stopped' as const },
  { id: SUSPENDED, state: 'suspended' as const },
  { id: IAD, region: 'iad', state: 'stopped' as const },
  { id: CORDONED, state: 'stopped' as const, cordoned: true },
];
const apps = [{ name: APP, machines }];

function outcomesOf(result: Parameters<typeof machineRows>[0]): Record<string, string> {
  return Object.fromEntries(Object.entries(machineRows(result)).map(([id, it]) => [id, it.outcome]));
}

function states({ fly }: Scenario): string[] {
  return fly.machines(APP).map(({ state }) => state);
}

/** Answers as an app would, by a script whose last status stays. */
async function serveApp(statuses: readonly number[]) {
  const asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    response.statusCode = statuses[Math.min(asked.length, statuses.length - 1)] ?? 200;
    asked.push({ url, authorization: headers.authorization });
    response.end('as it is');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/up?key=value`, asked, close };
}

onOneNode('When machines are warmed up', (open) => {
  it.each<[string, string[]]>([
    ['1', []],
    ['2', [SUSPENDED]],
    ['fra=2, iad=1', [SUSPENDED, IAD]],
    ['all', [STOPPED, SUSPENDED, IAD]],
  ])(
    'starts what `count: %s` lacks, the suspended first, and none that is cordoned',
    async (count, changed) => {
      const scenario = await open({ apps });
      const result = await stepWith(scenario, './warm-up', { count });
      expect(result.conclusion).toBe('success');
      expect(output(result, 'changed-ids')).toEqual(changed);
      expect(writes(scenario).sort()).toEqual(changed.map((id) => `POST ${id}/start`).sort());
      expect(scenario.fly.machine(APP, CORDONED).state).toBe('stopped');
      const needed = { '1': 1, '2': 2, 'fra=2, iad=1': 3, all: 4 }[count];
      const times = changed.length === 0 ? '' : '; to started max .*; to ready max ';
      expect(lines(result).at(-1)).toMatch(new RegExp(`^${needed} of ${needed} ready: started.*${times}`));
      for (const id of changed)
        expect(machineRows(result)[id]?.reason).toMatch(/^started after .*, ready after /);
    },
  );

  it('shows in a dry run what it would start, and what will be missing', async () => {
    const scenario = await open({ apps });
    const would = await stepWith(scenario, './warm-up', { count: '3', 'dry-run': 'true' });
    expect(would.conclusion).toBe('success');
    expect(machineRows(would)[SUSPENDED]?.reason).toBe('dry run: would start');
    expect(machineRows(would)[IAD]?.reason).toBe('not needed unless another fails');
    const short = await stepWith(scenario, './warm-up', { count: '5', 'dry-run': 'true' });
    expect(short.conclusion).toBe('failure');
    expect(said(short, 'error')[0]).toContain('has 4 machines that can be warmed up, and `count` wants 5');
    expect(writes(scenario)).toEqual([]);
  });

  it('puts the next in the place of one that fails, and is green', async () => {
    const scenario = await open({ apps });
    scenario.fly.machine(APP, SUSPENDED).behaviour.start = 'no-capacity';
    const result = await stepWith(scenario, './warm-up', { count: '2' });
    expect(result.conclusion).toBe('success');
    expect(outcomesOf(result)).toMatchObject({ [SUSPENDED]: 'failed', [STOPPED]: 'changed' });
    expect(said(result, 'warning')).toEqual([
      expect.stringMatching(`^Machine ${SUSPENDED} did not become ready, and another took its place: `),
    ]);
  });
});

onOneNode('When machines are not to be had', (open) => {
  it('takes another where somebody holds a lease, and says whose', async () => {
    const scenario = await open({ apps });
    const machine = scenario.fly.machine(APP, SUSPENDED);
    machine.lease = {
      ...{ nonce: 'nonce-of-other', owner: 'somebody@tokens.fly.io', description: 'deploy' },
      ...{ version: machine.instanceId, expiresAt: Math.floor(scenario.fly.clock.now() / 1_000) + 3_600 },
    };
    const result = await stepWith(scenario, './warm-up', { count: '2' });
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual([STOPPED]);
    expect(machineRows(result)[SUSPENDED]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(/^lease held by somebody@tokens\.fly\.io until .*; not needed: 2 are/),
    });
  });

  it('says so where all are left alone', async () => {
    const scenario = await open({ apps: [{ name: APP, machines: machines.slice(-1) }] });
    const result = await stepWith(scenario, './warm-up', { count: 'all' });
    expect(result.conclusion).toBe('success');
    expect(said(result, 'notice')).toEqual(['Nothing to warm up: 1 machine selected, all left alone.']);
  });
});

onOneNode('When too few machines become ready', (open) => {
  it('is red at the deadline, and says which were not, and why', async () => {
    const unhealthy = { checksPassMs: Number.POSITIVE_INFINITY };
    const late = { id: STOPPED, state: 'stopped' as const, config: { checks }, behaviour: unhealthy };
    const scenario = await open({ apps: [{ name: APP, machines: [{ id: STARTED }, late] }] });
    const result = await stepWith(scenario, './warm-up', { count: '2', timeout: '5s' });
    expect(result.conclusion).toBe('failure');
    const text = said(result, 'error').join('\n');
    expect(text).toContain(`1 of 2 machines of ${APP} is ready; not ready: ${STOPPED}`);
    expect(text).toMatch(new RegExp(`${STOPPED}.*check alive`, 's'));
    expect(result.summary).toMatch(/^### 🔴 warm-up: 1 of 2 ready in my-app\n/);
    expect(outcomesOf(result)).toEqual({ [STARTED]: 'unchanged', [STOPPED]: 'failed' });
    expect(lines(result).at(-1)).toMatch(/^1 of 2 ready: /);
  });

  it('is red at once where nothing is left to be started', async () => {
    const broken = { id: STOPPED, state: 'stopped' as const, behaviour: { start: 'no-capacity' as const } };
    const scenario = await open({ apps: [{ name: APP, machines: [broken] }] });
    const result = await stepWith(scenario, './warm-up', { count: '1' });
    expect(result.conclusion).toBe('failure');
    expect(said(result, 'error').join('\n')).toContain('no other machine is left to start');
  });
});

onOneNode('When the app is probed as well', (open) => {
  it('is green once it has answered well so many times in a row, and gets no token', async () => {
    const scenario = await open({ apps });
    const app = await serveApp([503, 200, 500, 200, 302]);
    try {
      const inputs = { count: '1', 'probe-url': app.url, 'probe-successes': '2' };
      const result = await stepWith(scenario, './warm-up', inputs);
      expect(result.conclusion).toBe('success');
      expect(app.asked).toEqual(app.asked.map(() => ({ url: '/up?key=value', authorization: undefined })));
      expect(app.asked).toHaveLength(5);
    } finally {
      await app.close();
    }
  });

  it('is red at the one deadline where it never does, and shows no query', async () => {
    const scenario = await open({ apps });
    const app = await serveApp([503]);
    try {
      const inputs = { count: '1', 'probe-url': app.url, 'probe-status': '204', timeout: '4s' };
      const result = await stepWith(scenario, './warm-up', inputs);
      expect(result.conclusion).toBe('failure');
      // All machines are ready: what has failed is the app.
      expect(result.summary).toMatch(/^### 🔴 warm-up failed: /);
      expect(said(result, 'error')[0]).toMatch(
        /timeout: GET http:\/\/127\.0\.0\.1:\d+\/up: .*0 of 3 good answers in a row; before that: status 503/,
      );
      expect(lines(result).join('\n')).not.toContain('key=value');
    } finally {
      await app.close();
    }
  });
});

onOneNode('When the job ends after a warm-up', (open) => {
  it('puts back what that started, and nothing else', async () => {
    const scenario = await open({ apps });
    await stepWith(scenario, './warm-up', { count: '3', restore: 'true' });
    expect(states(scenario)).toEqual(['started', 'started', 'started', 'stopped', 'stopped']);
    const posts = await scenario.job.post();
    expect(posts.map(({ conclusion }) => conclusion)).not.toContain('failure');
    expect(states(scenario)).toEqual(['started', 'stopped', 'suspended', 'stopped', 'stopped']);
  });

  it('leaves what it holds to nobody who looks for idleness', async () => {
    const idle = { state: 'stopped' as const, behaviour: { load: LOADS.idle } };
    const scenario = await open({
      apps: [{ name: APP, machines: [{ id: STOPPED, ...idle }] }],
      settings: { metricsAccess: 'allowed' },
    });
    await stepWith(scenario, './warm-up', { count: '1', hold: '75m' });
    const held = machineRows(await stepWith(scenario, './stop-idle', {}))[STOPPED];
    expect(held).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/^keep-alive-until 20/) });
    scenario.shiftFlysClock(90 * 60_000);
    const later = await stepWith(scenario, './stop-idle', {});
    expect(output(later, 'changed-ids')).toEqual([STOPPED]);
  });
});
