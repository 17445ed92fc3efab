import type { StepResult } from '../../runner/step-result.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WORKERS } from '../support/scenarios/scenario.js';
import { stepWith, writes } from '../support/scenarios/steps.js';
import { itWhere, SIGNALS } from '../support/where.js';

const [FIRST] = WORKERS;
const ALL = { 'process-group': 'worker', lease: 'true' };

/** Somebody else's lease, for far longer than a step takes. */
function leaseOfOther({ fly }: Scenario, id: string): string {
  const expiresAt = Math.floor(fly.clock.now() / 1_000) + 3_600;
  const { instanceId: version } = fly.machine(APP, id);
  fly.machine(APP, id).lease = {
    ...{ nonce: 'nonce-of-other', owner: 'deployer@tokens.fly.io', description: 'deploy', version },
    expiresAt,
  };
  return `deployer@tokens.fly.io until ${new Date(expiresAt * 1_000).toISOString().replace('.000Z', 'Z')}`;
}

const held = ({ fly }: Scenario) => fly.machines(APP).filter(({ lease }) => lease !== undefined);

/** Kinds of what was sent to a machine, and whether each came with the nonce that Fly gave out. */
function sentTo({ arrivals }: Scenario, id: string): string[] {
  return arrivals
    .filter(({ method, path }) => method !== 'GET' && path.includes(`/${id}/`))
    .map(({ method, path, headers }) => {
      const nonce = headers['fly-machine-lease-nonce'];
      return `${method} ${path.split('/').at(-1)}${nonce === undefined ? '' : ' with a nonce'}`;
    });
}

const LEASED = ['POST lease', 'POST start with a nonce', 'DELETE lease with a nonce'];

onOneNode('When a step holds leases', (open) => {
  it('sends each change under the lease, gives all back, and never shows a nonce', async () => {
    const scenario = await open();
    const nonces = new Set<string>();
    scenario.whenAsked(new RegExp(`${FIRST}/start$`), () => {
      for (const { lease } of held(scenario)) nonces.add(lease?.nonce ?? '');
    });
    const result = await stepWith(scenario, './start', ALL);
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual(WORKERS);
    for (const id of WORKERS) expect(sentTo(scenario, id)).toEqual(LEASED);
    expect(held(scenario)).toEqual([]);
    expect(nonces.size).toBeGreaterThan(0);
    const shown = result.stdout + JSON.stringify(result.outputs) + result.summary;
    expect([...nonces].filter((nonce) => shown.includes(nonce))).toEqual([]);
  });

  it('gives them back after failures of every kind', async () => {
    const scenario = await open();
    const [first, second, third] = WORKERS.map((id) => scenario.fly.machine(APP, id).behaviour);
    Object.assign(first ?? {}, { start: 'no-capacity' });
    Object.assign(second ?? {}, { boot: 'fails' });
    Object.assign(third ?? {}, { boot: 'never' });
    const result = await stepWith(scenario, './start', { ...ALL, timeout: '6s' });
    expect(result.conclusion).toBe('failure');
    expect(output(result, 'failed-ids')).toEqual(WORKERS);
    const errors = Object.values(machineRows(result)).map(({ error }) => error?.split(':')[0]);
    expect(errors).toEqual(['no capacity', 'wrong state', 'timeout']);
    expect(held(scenario)).toEqual([]);
  });

  itWhere(SIGNALS)('gives them back when the job is cancelled in the middle of a wait', async () => {
    const scenario = await open({
      job: { cancelTimes: { interrupt: 5_000, terminate: 1 } },
      settings: { bootMs: 600_000 },
    });
    scenario.whenAsked(/\/wait/, () => {
      expect(held(scenario).length).toBeGreaterThan(0);
      scenario.job.cancel();
    });
    const result = await stepWith(scenario, './start', ALL);
    expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: 1, stderr: '' });
    expect(held(scenario)).toEqual([]);
    expect(said(result, 'warning')).toEqual([]);
  });

  itWhere(SIGNALS)(
    'gives back what it was granted when the job is cancelled before the answer is there',
    async () => {
      const scenario = await open({
        job: { cancelTimes: { interrupt: 5_000, terminate: 1 } },
      });
      const { settings } = scenario.fly;
      scenario.whenAsked(/POST .*\/lease$/, () => {
        settings.latencyMs = 60_000;
        scenario.job.cancel();
      });
      scenario.whenAsked(/GET .*\/lease$/, () => {
        settings.latencyMs = 0;
      });
      const result = await stepWith(scenario, './start', ALL);
      expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: 1, stderr: '' });
      const sent = writes(scenario).map((line) => line.split('/')[1]);
      expect(sent).not.toContain('start');
      expect(writes(scenario).filter((line) => line.startsWith('DELETE')).length).toBeGreaterThan(0);
      expect(held(scenario)).toEqual([]);
    },
  );

  it('goes on without where the token may not lease, with one warning', async () => {
    const scenario = await open({ settings: { leaseAction: 'w' } });
    const result = await stepWith(scenario, './start', ALL, { actions: 'rC' });
    expect(result.conclusion).toBe('success');
    expect(output(result, 'changed-ids')).toEqual(WORKERS);
    expect(said(result, 'warning')).toEqual([expect.stringContaining('The token may not take leases')]);
    expect(writes(scenario).filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });
});

onOneNode('When somebody else holds a lease', (open) => {
  const start = (scenario: Scenario, mode: string, more = {}) =>
    stepWith(scenario, './start', { 'process-group': 'worker', 'on-lease': mode, ...more });

  it.each(['false', 'true'])(
    'skips the machine, and shows by whom and until when, lease: %s',
    async (lease) => {
      const scenario = await open();
      const holder = leaseOfOther(scenario, FIRST);
      const result = await start(scenario, 'skip', { lease });
      expect(result.conclusion).toBe('success');
      expect(machineRows(result)[FIRST]).toMatchObject({
        outcome: 'skipped',
        reason: `lease held by ${holder} (deploy)`,
      });
      expect(output(result, 'changed-ids')).toEqual(WORKERS.slice(1));
      expect(result.summary).toContain('lease held by deployer');
      expect(held(scenario).map(({ id }) => id)).toEqual([FIRST]);
    },
  );

  it.each(['false', 'true'])('fails at once, lease: %s', async (lease) => {
    const scenario = await open();
    leaseOfOther(scenario, FIRST);
    const result = await start(scenario, 'fail', { lease });
    expect(result.conclusion).toBe('failure');
    expect(output(result, 'failed-ids')).toEqual([FIRST]);
    expect(said(result, 'error')[0]).toMatch(
      new RegExp(
        `^${FIRST} \\(worker-1\\): lease held: .* held by deployer@tokens.fly.io, expires at .* \\(deploy\\).*\\n→ Another client`,
      ),
    );
    const tries = writes(scenario).filter((line) => line.startsWith(`POST ${FIRST}/`));
    expect(tries).toEqual([`POST ${FIRST}/${lease === 'true' ? 'lease' : 'start'}`]);
  });

  const waited = (scenario: Scenario, result: StepResult, holder: string) => {
    expect(result.conclusion).toBe('success');
    expect(lines(result)).toContain(`${FIRST}: lease held by ${holder}; waiting for it`);
    expect(scenario.fly.machine(APP, FIRST).state).toBe('started');
    expect(output(result, 'changed-ids')).toEqual(WORKERS);
  };

  it('waits until it is given back', async () => {
    const scenario = await open();
    const holder = leaseOfOther(scenario, FIRST);
    scenario.whenAsked(new RegExp(`GET .*${FIRST}$`), () => {
      scenario.fly.machine(APP, FIRST).lease = undefined;
    });
    waited(scenario, await start(scenario, 'wait'), holder);
    expect(writes(scenario).filter((line) => line === `POST ${FIRST}/start`)).toHaveLength(2);
  });

  it('fails for the lease, not for the time, at the deadline', async () => {
    const scenario = await open();
    leaseOfOther(scenario, FIRST);
    const result = await start(scenario, 'wait', { timeout: '5s' });
    expect(result.conclusion).toBe('failure');
    expect(machineRows(result)[FIRST]?.error).toMatch(/^lease held: .*deployer@tokens\.fly\.io/);
    expect(output(result, 'changed-ids')).toEqual(WORKERS.slice(1));
  });
});
