import type { GivenSettings } from '../../../emulator/settings.js';
import { countOf, leaseOfOther, many, outcomes, runExec } from '../../support/rigs/engine-rig.js';
import { createMachinesRig, type MachinesRig } from '../../support/rigs/machines-rig.js';

const TRUE = { command: ['true'], timeout: 60_000 };

/** Two started machines, of which somebody else holds the second for so long. */
function rigOf(seconds: number, settings: GivenSettings): MachinesRig {
  const rig = createMachinesRig({ machines: many(2, () => ({ state: 'started' })), settings });
  leaseOfOther(rig, 'm001', seconds);
  return rig;
}

describe.each(['error', 'message'] as const)(
  'when Fly refuses commands for a lease, in its %s',
  (leaseRefusal) => {
    const settings = { execLease: 'respected', leaseRefusal } as const;

    it('waits for its end, and runs then, once', async () => {
      const rig = rigOf(40, settings);
      const done = await runExec(rig, { ...TRUE, onLease: 'wait' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
      expect(done.said).toEqual([expect.stringMatching(/^m001: lease held by .* until .*; waiting for it$/)]);
      expect(rig.asked().filter((it) => it === 'POST m001/exec 200')).toHaveLength(1);
      expect(rig.deadline.elapsed).toBeGreaterThan(35_000);
    });

    it('skips the machine, and says for whom', async () => {
      const rig = rigOf(3_600, settings);
      const done = await runExec(rig, { ...TRUE, onLease: 'skip' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
      expect(done.result.machines[1]?.reason).toMatch(/^lease held by .* until 2025-01-15T13:00:00Z$/);
      expect(countOf(rig, 'POST exec')).toBe(2);
    });

    it('fails the machine at once', async () => {
      const rig = rigOf(3_600, settings);
      const { result } = await runExec(rig, { ...TRUE, onLease: 'fail' });
      expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'failed']);
      expect(result.machines[1]?.error).toMatchObject({ class: 'lease held' });
      expect(result.machines[1]?.error?.message).not.toContain('may have run');
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
    });
  },
);

describe('when Fly runs commands whoever holds a lease', () => {
  it.each(['wait', 'skip', 'fail'] as const)('runs it: %s', async (onLease) => {
    const rig = rigOf(3_600, { execLease: 'ignored' });
    expect(outcomes(await runExec(rig, { ...TRUE, onLease }))).toEqual({ m000: 'changed', m001: 'changed' });
  });
});
