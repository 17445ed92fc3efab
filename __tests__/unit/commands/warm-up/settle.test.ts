import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { answer, scripted } from '../../../support/fakes/scripted-transport.js';
import { counts, many, outcomes, phasesOf } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRigOptions } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const CRASHES = { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 } as const;
const CHECKS = { checks: { web: { type: 'http', port: 8080 } } };
const AUTO = { settle: 'auto' } as const;
const PROBE = {
  url: new URL('https://my-app.fly.dev/up'),
  status: [{ least: 200, most: 399 }],
  successes: 1,
};

function rigOf(specs: readonly MachineSpec[], options: MachinesRigOptions = {}) {
  const machines = many(specs.length, (index) => specs[index] ?? {});
  return createMachinesRig({ machines, settings: { bootMs: 1_000 }, ...options });
}

describe('when a warm-up looks at machines once more', () => {
  it('costs one read for each that it started, and leaves the pause out of what it says of readiness', async () => {
    const rig = rigOf([{}, { state: 'started' }]);
    const { result } = await runWarmUp(rig, 2, AUTO);
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'unchanged' });
    expect(result.machines[0]?.reason).toContain('started after 1 s, ready after 1 s');
    expect(result.machines.map((it) => phasesOf(it).includes('settle'))).toEqual([true, false]);
    expect(rig.deadline.elapsed).toBe(6_000);
    const plain = rigOf([{}, { state: 'started' }]);
    await runWarmUp(plain, 2);
    expect(counts(rig)).toEqual({ ...counts(plain), 'GET machine': 2 });
  });

  it('replaces one that crashes, and tells of its end', async () => {
    const rig = rigOf([{ behaviour: CRASHES }, {}]);
    const { result } = await runWarmUp(rig, 1, AUTO);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed' });
    expect(result.machines[0]?.error?.message).toContain(
      'did not stay up: it started and ended, exit code 1',
    );
    expect(result.failures).toEqual([]);
  });

  it.each<[string, string, Parameters<ReturnType<typeof rigOf>['fly']['endMachine']>[2] | 'stop']>([
    ['ended with code 0', 'started and ended, exit code 0', {}],
    ['was stopped by a person', 'stopped again by another client', 'stop'],
  ])('does not count one as ready that %s', async (_, what, end) => {
    const rig = rigOf([{}, {}]);
    void rig.clock.sleep(3_000).then(() => {
      if (end === 'stop') rig.fly.person(APP, 'm000', 'stop', 'anna');
      else rig.fly.endMachine(APP, 'm000', end);
    });
    const { result } = await runWarmUp(rig, 1, AUTO);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed' });
    expect(result.machines[0]?.error?.message).toBe(`machine m000 ${what}`);
    expect(result.machines[0]?.state).toBe('stopped');
  });

  it('needs no pause where checks have told, or a probe will', async () => {
    const checked = rigOf([{ config: CHECKS }]);
    const { result } = await runWarmUp(checked, 1, AUTO);
    expect(result.machines.flatMap(phasesOf)).not.toContain('settle');
    const probed = rigOf([{}]);
    const { transport } = scripted(answer(200));
    const done = await runWarmUp(probed, 1, { ...AUTO, probe: PROBE, transport });
    expect(done.result.machines.flatMap(phasesOf)).not.toContain('settle');
  });

  it('looks at what was up already only where that is asked for', async () => {
    const specs = [{ state: 'started' }] as const;
    const [auto, asked] = [rigOf(specs), rigOf(specs)];
    await runWarmUp(auto, 1, AUTO);
    expect(counts(auto)).toEqual({ 'GET machines': 1 });
    await runWarmUp(asked, 1, { settle: 3_000 });
    expect(counts(asked)).toEqual({ 'GET machines': 1, 'GET machine': 1 });
    expect(asked.deadline.elapsed).toBe(3_000);
  });

  it('takes no machine for slow that only settles, and has room for that', async () => {
    const rig = rigOf([{}, {}]);
    const { result } = await runWarmUp(rig, 1, { settle: 400_000 });
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'skipped' });
    expect(rig.deadline.elapsed).toBe(401_000);
  });

  it('holds a machine before it has settled', async () => {
    const rig = rigOf([{}]);
    let held: string | undefined;
    void rig.clock.sleep(3_000).then(() => {
      held = rig.fly.machine(APP, 'm000').config.metadata?.['keep-alive-until'];
    });
    await runWarmUp(rig, 1, { settle: 20_000, hold: 600_000 });
    expect(held).toBeDefined();
  });

  it('ends at once when the job is cancelled meanwhile', async () => {
    const rig = rigOf([{}]);
    void rig.clock.sleep(2_345).then(rig.cancel);
    const { result } = await runWarmUp(rig, 1, AUTO);
    expect(result.machines[0]?.error?.class).toBe('cancelled');
    expect(rig.deadline.elapsed).toBe(2_345);
  });
});
