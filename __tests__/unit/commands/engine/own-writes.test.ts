import { many, only, outcomes, run } from '../../../support/rigs/engine-rig.js';
import { createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

/** Fly behind a node that has heard of nothing for ten seconds, unless a request bears the cookie that leads to another. */
const behind = (carries: boolean): MachinesRig =>
  createMachinesRig({
    machines: many(1),
    settings: { staleMs: 10_000 },
    around: (transport) => (request) => {
      const { cookie: _, ...bare } = request.headers;
      return transport(carries ? request : { ...request, headers: bare });
    },
  });

it.each([
  ['changed', true],
  ['unchanged', false],
])('what this step has just written is read as such, else a stop would be %s', async (outcome, carries) => {
  const rig = behind(carries);
  expect(outcomes(await run(rig, 'start', { wait: false }))).toEqual({ m000: 'requested' });
  await rig.clock.advance(600);
  const { result } = await run(rig, 'stop', { wait: false });
  expect(result.machines[0]?.outcome === 'unchanged' ? 'unchanged' : 'changed').toBe(outcome);
});

it('is waited for no longer than it takes', async () => {
  const carried = only(await run(behind(true), 'start'));
  const dropped = only(await run(behind(false), 'start'));
  expect([carried.outcome, carried.durationMs < 2_000, dropped.durationMs > 9_000]).toEqual([
    'changed',
    true,
    true,
  ]);
});
