import type { GivenSettings } from '../../../emulator/settings.js';
import { countOf, leaseOfOther, many, outcomes, runExec } from '../../support/rigs/engine-rig.js';
import {
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../support/rigs/machines-rig.js';

const TRUE = { command: ['true'], timeout: 60_000 };

/** Two started machines, of which somebody else holds the second for so long. */
function rigOf(seconds: number, settings: GivenSettings, options: MachinesRigOptions = {}): MachinesRig {
  const rig = createMachinesRig({ machines: many(2, () => ({ state: 'started' })), settings, ...options });
  if (seconds > 0) leaseOfOther(rig, 'm001', seconds);
  return rig;
}

describe.each(['ignored', 'respected'] as const)(
  'when somebody else holds a lease, by which commands are %s',
  (execLease) => {
    const settings = { execLease } as const;

    it('waits for its end, and runs then, once', async () => {
      const rig = rigOf(40, settings);
      const done = await runExec(rig, { ...TRUE, onLease: 'wait' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
      expect(done.said).toEqual([expect.stringMatching(/^m001: lease held by .* until .*; waiting for it$/)]);
      expect(countOf(rig, 'POST exec')).toBe(2);
      expect(rig.deadline.elapsed).toBeGreaterThan(35_000);
    });

    it('says so when it still is held at the deadline', async () => {
      const rig = rigOf(3_600, settings);
      const { result } = await runExec(rig, { ...TRUE, onLease: 'wait' }, { timeout: 300_000 });
      expect(result.machines[1]?.error).toMatchObject({
        class: 'lease held',
        message: expect.stringMatching(/^held by .*; still so when time ran out; the command was not run$/),
        hint: expect.stringContaining('`on-lease: skip`'),
      });
    });

    it('skips the machine, and says for whom', async () => {
      const rig = rigOf(3_600, settings);
      const done = await runExec(rig, { ...TRUE, onLease: 'skip' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
      expect(done.result.machines[1]?.reason).toMatch(
        /^lease held by .* until 2025-01-15T13:00:00Z \(deploy\)$/,
      );
      expect(countOf(rig, 'POST exec')).toBe(1);
    });

    it('fails the machine at once', async () => {
      const rig = rigOf(3_600, settings);
      const { result } = await runExec(rig, { ...TRUE, onLease: 'fail' });
      expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'failed']);
      expect(result.machines[1]?.error).toMatchObject({ class: 'lease held' });
      expect(result.machines[1]?.error?.message).not.toContain('may have run');
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
    });

    it('knows it from the list that it reads anyway', async () => {
      const rig = rigOf(3_600, settings);
      await runExec(rig, { ...TRUE, onLease: 'skip' });
      expect(rig.asked()).toEqual(['GET machines?include_leases=true 200', 'POST m000/exec 200']);
    });

    it('learns of one that was taken while the command waited for its turn', async () => {
      const slow = { behaviour: { exec: () => ({ takesMs: 10_000 }) } };
      const rig = rigOf(0, settings, {
        machines: many(2, () => ({ state: 'started', ...slow })),
        maxConcurrent: 1,
      });
      rig.clock.sleep(5_000).then(
        () => leaseOfOther(rig, 'm001', 3_600),
        () => undefined,
      );
      const done = await runExec(rig, { ...TRUE, onLease: 'skip' }, { places: 1 });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
    });

    it('runs where the lease has ended', async () => {
      const rig = rigOf(2, settings);
      await rig.clock.advance(3_000);
      expect(outcomes(await runExec(rig, { ...TRUE, onLease: 'fail' }))).toMatchObject({ m001: 'changed' });
    });
  },
);

describe.each(['error', 'message'] as const)(
  'when Fly refuses a command for a lease that no read has shown, in its %s',
  (leaseRefusal) => {
    /** The lease is taken just before the command arrives. */
    function rigWithRace(seconds: number): MachinesRig {
      let taken = false;
      const settings = { execLease: 'respected', leaseRefusal } as const;
      const rig: MachinesRig = rigOf(0, settings, {
        around: (inner) => (request) => {
          if (!taken && request.url.pathname.endsWith('/m001/exec')) {
            taken = true;
            leaseOfOther(rig, 'm001', seconds);
          }
          return inner(request);
        },
      });
      return rig;
    }

    it('waits for its end', async () => {
      const rig = rigWithRace(40);
      const done = await runExec(rig, { ...TRUE, onLease: 'wait' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
      expect(rig.asked().filter((it) => it === 'POST m001/exec 200')).toHaveLength(1);
      expect(rig.deadline.elapsed).toBeGreaterThan(35_000);
    });

    it('skips the machine', async () => {
      const done = await runExec(rigWithRace(3_600), { ...TRUE, onLease: 'skip' });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
      expect(done.result.machines[1]?.reason).toMatch(/^lease held by /);
    });
  },
);
