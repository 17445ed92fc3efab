import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { leaseOfOther, many, outcomes, run, type Wish } from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

/** A rig of started machines, which tells of each restart right after Fly has answered it. */
function rigOf(
  machines: readonly MachineSpec[],
  answered: (id: string, rig: MachinesRig) => void = () => undefined,
  options: MachinesRigOptions = {},
): MachinesRig {
  const rig: MachinesRig = createMachinesRig({
    machines: machines.map((spec) => ({ ...spec, state: 'started' })),
    timeoutMs: 300_000,
    around: (inner) => async (request) => {
      const answer = await inner(request);
      const id = /(m\d+)\/restart$/.exec(request.url.pathname)?.[1];
      if (id !== undefined) answered(id, rig);
      return answer;
    },
    ...options,
  });
  return rig;
}

const restart = (rig: MachinesRig, wish: Wish = {}) =>
  run(rig, 'restart', { most: { machines: 1 }, halts: true, wait: 'checks', settle: 'auto', ...wish });

describe('when the answer to a restart is lost', () => {
  it('fails where somebody else has taken a lease since, be leases skipped or not', async () => {
    const lost = { path: /m000.restart/, times: 1, fault: { status: 503, body: { error: 'later' } } };
    const rig = rigOf(many(3), (id) => id === 'm000' && leaseOfOther(rig, id, 600), { faults: [lost] });
    const done = await restart(rig, { onLease: 'skip' });
    expect(outcomes(done)).toEqual({ m000: 'failed', m001: 'skipped', m002: 'skipped' });
    expect(done.result.machines[0]?.error).toMatchObject({
      class: 'lease held',
      message: expect.stringContaining('a restart was sent before, and its answer was lost'),
    });
    expect(done.result.machines[1]?.reason).toMatch(/^not begun: machine m000 .* failed$/);
  });
});

describe('when each machine ends with code 0 before it has settled', () => {
  it.each([
    [
      'counts them as down, and ends once no more may be',
      'on-failure',
      1,
      { m000: 'changed', m001: 'changed', m002: 'failed', m003: 'skipped', m005: 'skipped' },
    ],
    ['takes that for well where they are to run only once', 'no', 2, { m000: 'changed', m005: 'changed' }],
  ])('%s', async (_, policy, expected, ends) => {
    const underWay = new Set<string>();
    let most = 0;
    const rig = rigOf(
      many(6, () => ({ config: { restart: { policy } } })),
      (id) => {
        underWay.add(id);
        most = Math.max(most, underWay.size);
        void rig.clock.sleep(3_000).then(() => {
          underWay.delete(id);
          rig.fly.endMachine(APP, id, { exitCode: 0 });
        });
      },
    );
    const done = await restart(rig, { most: { machines: 2 } });
    expect(outcomes(done)).toMatchObject(ends);
    expect(most).toBe(expected);
  });
});

describe('when the token is refused once a restart has been sent', () => {
  it('says that it was sent', async () => {
    const refused = { status: 403, body: { error: 'no longer' } };
    const rig = rigOf(many(2), () => undefined, {
      faults: [{ method: 'GET', path: /m000.wait/, fault: refused }],
    });
    const { result } = await restart(rig);
    expect(result.machines[0]?.error).toMatchObject({
      class: 'forbidden',
      message: expect.stringMatching(/; the restart was sent; it was \w+ when it was last read$/),
    });
    expect(result.machines[1]).toMatchObject({ outcome: 'skipped' });
  });
});
