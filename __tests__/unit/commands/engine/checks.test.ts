import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { countOf, counts, only, phasesOf, run } from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const CHECKS = { wait: 'checks' } as const;
const ONE = { checks: { web: { type: 'http', port: 8080 } } };

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({
    machines: [{ id: 'm000', state: 'stopped', config: ONE, ...spec }],
    settings: { bootMs: 1_000 },
    ...options,
  });
}

describe('when a start waits for checks', () => {
  it('takes an empty list for no proof, and goes on until they pass', async () => {
    const rig = rigOf({ behaviour: { checksPassMs: 10_000 } });
    const result = only(await run(rig, 'start', CHECKS));
    expect(result).toMatchObject({ outcome: 'changed', state: 'started', reason: '' });
    expect(rig.deadline.elapsed).toBeGreaterThanOrEqual(11_000);
    expect(rig.deadline.elapsed).toBeLessThan(16_000);
    expect(phasesOf(result)).toEqual(['state', 'checks']);
  });

  it('names the check that never passes, with what it says', async () => {
    const rig = rigOf({ behaviour: { checksPassMs: Number.POSITIVE_INFINITY } }, { timeoutMs: 40_000 });
    const { outcome, state, error } = only(await run(rig, 'start', { ...CHECKS, timeout: 40_000 }));
    expect([outcome, state, error?.class]).toEqual(['failed', 'started', 'timeout']);
    expect(error?.message).toContain('check web is critical: connection refused');
    expect(rig.deadline.elapsed).toBe(40_000);
  });

  it('does not show what a check says as it is', async () => {
    const output = `::error::x\n${'y'.repeat(5_000)}`;
    const rig = rigOf(
      { behaviour: { checks: { web: { status: 'critical', output } } } },
      { timeoutMs: 20_000 },
    );
    const { error } = only(await run(rig, 'start', { ...CHECKS, timeout: 20_000 }));
    expect(error?.message.length).toBeLessThan(600);
    expect(error?.message).not.toContain('\n');
  });

  it('takes a warning for no pass', async () => {
    const behaviour = { checks: { web: { status: 'warning', output: 'slow' } } } as const;
    const { error } = only(await run(rigOf({ behaviour }, { timeoutMs: 20_000 }), 'start', CHECKS));
    expect(error?.message).toContain('check web is warning: slow');
  });

  it('waits for each of several, those of services and informational ones included', async () => {
    const config = {
      checks: { web: { type: 'http' }, disk: { type: 'tcp', kind: 'informational' } },
      services: [{ internal_port: 8080, checks: [{ type: 'http' }, { type: 'tcp' }] }],
    };
    for (const name of ['web', 'disk', 'servicecheck-00-http-8080', 'servicecheck-01-tcp-8080']) {
      const behaviour = { checks: { [name]: { status: 'critical', output: '' } } } as const;
      const rig = rigOf({ config, behaviour }, { timeoutMs: 20_000 });
      const { error } = only(await run(rig, 'start', { ...CHECKS, timeout: 20_000 }));
      expect(error?.message).toContain(`check ${name} is critical`);
    }
    const fine = rigOf({ config, behaviour: { checksPassMs: 100 } });
    expect(only(await run(fine, 'start', CHECKS)).outcome).toBe('changed');
  });

  it.each(['passing', 'critical'] as const)(
    'does not count what is made up for old clients: %s',
    async (compatChecks) => {
      const rig = rigOf({ behaviour: { checksPassMs: 10_000 } }, { settings: { compatChecks } });
      expect(only(await run(rig, 'start', CHECKS)).outcome).toBe('changed');
      expect(rig.deadline.elapsed).toBeGreaterThanOrEqual(10_000);
    },
  );

  it('says of a machine without checks that there was nothing to wait for', async () => {
    const rig = rigOf({ config: {} });
    expect(only(await run(rig, 'start', CHECKS))).toMatchObject({
      outcome: 'changed',
      reason: 'has no health checks to wait for',
    });
    expect(countOf(rig, 'GET machine')).toBe(1);
  });

  it('waits for one that is started already and not healthy yet, without starting it', async () => {
    const rig = rigOf({ state: 'started', sinceMs: 0, behaviour: { checksPassMs: 7_000 } });
    expect(only(await run(rig, 'start', CHECKS))).toMatchObject({ outcome: 'unchanged', state: 'started' });
    expect(rig.deadline.elapsed).toBeGreaterThanOrEqual(7_000);
    expect(countOf(rig, 'POST start')).toBe(0);
  });

  it('costs one list where all is healthy', async () => {
    const rig = rigOf({ state: 'started' });
    expect(only(await run(rig, 'start', CHECKS))).toMatchObject({
      outcome: 'unchanged',
      reason: 'already started',
    });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });

  it('gives up on one that is stopped again meanwhile', async () => {
    const behaviour = { boot: 'exits', exitAfterMs: 4_000, checksPassMs: 60_000 } as const;
    const rig = rigOf({ behaviour });
    const { state, error } = only(await run(rig, 'start', CHECKS));
    expect(error?.class).toBe('wrong state');
    expect(error?.message).toContain('is stopped before its checks passed');
    expect(state).toBe('stopped');
    expect(rig.deadline.elapsed).toBeLessThan(12_000);
  });

  it('goes on through a deploy, and gives up on one that is destroyed', async () => {
    const rig = rigOf({ behaviour: { checksPassMs: 5_000 } });
    void rig.clock.sleep(3_000).then(() => rig.fly.replaceMachine(APP, 'm000'));
    expect(only(await run(rig, 'start', CHECKS))).toMatchObject({ outcome: 'changed' });
    expect(rig.deadline.elapsed).toBeGreaterThan(11_000);
    const gone = rigOf({ behaviour: { checksPassMs: 50_000 } });
    void gone.clock.sleep(3_000).then(() => {
      gone.fly.machine(APP, 'm000').state = 'destroyed';
    });
    expect(only(await run(gone, 'start', CHECKS)).outcome).toBe('failed');
    expect(gone.deadline.elapsed).toBeLessThan(60_000);
  });

  it('reports the state that was read last when time runs out while it restarts over and over', async () => {
    const behaviour = { boot: 'exits', exitAfterMs: 3_000, exitCode: 1, checksPassMs: 60_000 } as const;
    const rig = rigOf({ behaviour }, { timeoutMs: 30_000 });
    const { outcome, error } = only(await run(rig, 'start', { ...CHECKS, timeout: 30_000 }));
    expect(outcome).toBe('failed');
    expect(['timeout', 'wrong state']).toContain(error?.class);
  });
});
