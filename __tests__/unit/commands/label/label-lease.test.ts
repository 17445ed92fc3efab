import type { GivenSettings } from '../../../../emulator/settings.js';
import { countOf, leaseOfOther, many, outcomes, runLabel } from '../../../support/rigs/engine-rig.js';
import {
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const LABELS = { a: '1' };

/** Two machines, of which somebody else holds the second for so long. */
function rigOf(seconds: number, settings: GivenSettings, options: MachinesRigOptions = {}): MachinesRig {
  const rig = createMachinesRig({ machines: many(2), settings, ...options });
  if (seconds > 0) leaseOfOther(rig, 'm001', seconds);
  return rig;
}

describe.each(['ignored', 'respected'] as const)(
  'when somebody else holds a lease, by which writes of metadata are %s',
  (metadataLease) => {
    const settings = { metadataLease } as const;

    it('waits for its end, says once for whom, and writes then', async () => {
      const rig = rigOf(40, settings);
      const done = await runLabel(rig, LABELS, { onLease: 'wait' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
      expect(done.said).toEqual([expect.stringMatching(/^m001: lease held by .* until .*; waiting for it$/)]);
      expect(countOf(rig, 'POST metadata/a')).toBe(2);
      expect(rig.deadline.elapsed).toBeGreaterThan(35_000);
    });

    it('says so when it still is held at the deadline', async () => {
      const { result } = await runLabel(rigOf(3_600, settings), LABELS, { onLease: 'wait' });
      expect(result.machines[1]?.error).toMatchObject({
        class: 'lease held',
        message: expect.stringMatching(/^held by .*; still so when time ran out; nothing was written$/),
        hint: expect.stringContaining('`on-lease: skip`'),
      });
    });

    it('skips the machine, by the list that it reads anyway', async () => {
      const rig = rigOf(3_600, settings);
      const done = await runLabel(rig, LABELS, { onLease: 'skip' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
      expect(done.result.machines[1]?.reason).toMatch(
        /^lease held by .* until 2025-01-15T13:00:00Z \(deploy\)$/,
      );
      expect(rig.asked()).toEqual([
        'GET machines?include_leases=true 200',
        'POST m000/metadata/a 204',
        'GET m000?include_leases=true 200',
      ]);
    });

    it('fails the machine at once', async () => {
      const rig = rigOf(3_600, settings);
      const { result } = await runLabel(rig, LABELS, { onLease: 'fail' });
      expect(result.machines[1]).toMatchObject({ outcome: 'failed', error: { class: 'lease held' } });
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
    });
  },
);

describe('when Fly refuses a write for a lease that no read has shown', () => {
  /** The lease is taken just before a key is written. */
  function rigWithRace(key: string, seconds: number): MachinesRig {
    let isTaken = false;
    const rig: MachinesRig = rigOf(
      0,
      { metadataLease: 'respected' },
      {
        around: (inner) => (request) => {
          if (!isTaken && request.url.pathname.endsWith(`/m001/metadata/${key}`)) {
            isTaken = true;
            leaseOfOther(rig, 'm001', seconds);
          }
          return inner(request);
        },
      },
    );
    return rig;
  }

  it('waits for its end', async () => {
    const rig = rigWithRace('a', 40);
    expect(outcomes(await runLabel(rig, LABELS))).toEqual({ m000: 'changed', m001: 'changed' });
    expect(rig.deadline.elapsed).toBeGreaterThan(35_000);
  });

  it('skips the machine, but not one that has a part of its labels', async () => {
    const onLease = 'skip' as const;
    expect(outcomes(await runLabel(rigWithRace('a', 3_600), LABELS, { onLease }))).toMatchObject({
      m001: 'skipped',
    });
    const { result } = await runLabel(rigWithRace('b', 3_600), { a: '1', b: '2' }, { onLease });
    expect(result.machines[1]).toMatchObject({
      outcome: 'failed',
      error: {
        class: 'lease held',
        message: expect.stringMatching(/; a may have been written all the same$/),
      },
    });
  });
});
