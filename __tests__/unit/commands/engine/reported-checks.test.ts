import type { MachineConfig } from '../../../../emulator/machines/machine.js';
import type { Transport } from '../../../../src/http/transport.js';
import { many, only, outcomes, run } from '../../../support/rigs/engine-rig.js';
import { createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const CHECKED = { containers: [{ name: 'web', healthchecks: [{}] }, { name: 'proxy' }] };
const CHECKS = { wait: 'checks' } as const;

/** A rig in which Fly tells more of started machines, by how long it has been asked. */
function rigOf(
  more: (ms: number) => object,
  config: MachineConfig = {},
  state: 'stopped' | 'started' = 'stopped',
) {
  const around = (inner: Transport): Transport => {
    return async (request) => {
      const answer = await inner(request);
      if (request.method !== 'GET' || !/machines(\/m\d+)?$/.test(request.url.pathname)) return answer;
      const body = JSON.parse(answer.body) as { state?: string } | { state?: string }[]; // As the emulator writes it.
      const shown = Array.isArray(body) ? body.map(told) : told(body);
      return { ...answer, body: JSON.stringify(shown) };
    };
  };
  const rig: MachinesRig = createMachinesRig({ machines: many(1, () => ({ config, state })), around });
  const begun = rig.clock.now();
  const told = (machine: { state?: string }) =>
    machine.state === 'started'
      ? { ...machine, containers: undefined, ...more(rig.clock.now() - begun) }
      : machine;
  return rig;
}

const check = (status: string) => ({ checks: [{ name: 'odd', status, output: 'no' }] });
const containers = (state: string) => ({
  containers: [
    { name: 'web', state },
    { name: 'proxy', state: 'started' },
  ],
});

describe('when checks are reported that nothing has configured', () => {
  const late = (ms: number) => check(ms < 20_000 ? 'critical' : 'passing');

  it.each(['stopped', 'started'] as const)('waits for them: %s', async (state) => {
    const rig = rigOf(late, {}, state);
    const outcome = state === 'started' ? 'unchanged' : 'changed';
    expect(only(await run(rig, 'start', CHECKS)).outcome).toBe(outcome);
    expect(rig.deadline.elapsed).toBeGreaterThan(19_000);
  });

  it('waits until they are reported again after a restart', async () => {
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started', behaviour: { reports: ['odd'], checksPassMs: 20_000 } })),
    });
    expect(only(await run(rig, 'restart', CHECKS)).outcome).toBe('changed');
    expect(rig.deadline.elapsed).toBeGreaterThan(19_000);
  });

  it('waits for none that a restart has ended', async () => {
    const rig = rigOf((ms) => (ms < 300 ? check('passing') : {}), {}, 'started');
    expect(only(await run(rig, 'restart', CHECKS)).outcome).toBe('changed');
    expect(rig.deadline.elapsed).toBeLessThan(15_000);
  });

  it.each(['stopped', 'started'] as const)('takes none for ready before they pass: %s', async (state) => {
    const rig = rigOf(late, {}, state);
    await runWarmUp(rig, 1);
    expect(rig.deadline.elapsed).toBeGreaterThan(19_000);
  });
});

describe('when a machine is made of containers that have checks', () => {
  it('waits for what is reported of them, be it not at once', async () => {
    const states = (ms: number) => (ms < 5_000 ? {} : containers(ms < 20_000 ? 'started' : 'healthy'));
    const rig = rigOf(states, CHECKED);
    const { result, warned } = await run(rig, 'start', CHECKS);
    expect([outcomes({ result }), warned]).toEqual([{ m000: 'changed' }, []]);
    expect(rig.deadline.elapsed).toBeGreaterThan(19_000);
  });

  it('says at the deadline which one is not healthy', async () => {
    const rig = rigOf(() => containers('unhealthy'), CHECKED);
    const { error } = only(await run(rig, 'start', CHECKS));
    expect([error?.class, error?.message]).toEqual([
      'timeout',
      expect.stringContaining('container web is unhealthy'),
    ]);
  });

  it.each(['stopped', 'started'] as const)('warns where nothing is reported of them: %s', async (state) => {
    const rig = rigOf(() => ({}), CHECKED, state);
    const changed = await run(rig, 'start', CHECKS);
    expect(only(changed).error).toBeUndefined();
    expect(only(changed).reason).toContain('nothing is reported of the health checks of its containers');
    expect(changed.warned).toEqual([expect.stringContaining("can't be waited for")]);
    expect(rig.deadline.elapsed).toBeLessThan(20_000);
  });

  it('does not wait for containers without checks', async () => {
    const rig = rigOf(() => containers('starting'), { containers: [{ name: 'web' }] });
    expect(only(await run(rig, 'start', CHECKS)).reason).toBe('has no health checks to wait for');
  });

  it('is warm with a warning, too', async () => {
    const { result, warned } = await runWarmUp(
      rigOf(() => ({}), CHECKED),
      1,
    );
    expect([outcomes({ result }), warned.length]).toEqual([{ m000: 'changed' }, 1]);
  });
});
