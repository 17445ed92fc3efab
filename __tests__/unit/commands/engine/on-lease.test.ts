import {
  countOf,
  leaseOfOther,
  many,
  only,
  outcomes,
  phasesOf,
  run,
} from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const HOUR_S = 3_600;
const UNTIL = '2025-01-15T13:00:00Z';

/** Three machines, of which somebody else holds the second for so long. */
function rigOf(seconds: number, leaseRefusal: 'error' | 'message' = 'error', latencyMs = 0): MachinesRig {
  const rig = createMachinesRig({ machines: many(3), settings: { leaseRefusal, latencyMs } });
  leaseOfOther(rig, 'm001', seconds);
  return rig;
}

describe.each([
  ['without a lease of its own', undefined],
  ['with a lease of its own', 'fly-machines-action 7'],
])('when somebody else holds a machine, %s', (_, lease) => {
  it.each(['error', 'message'] as const)(
    'waits for it by default, and says for whom (%s)',
    async (leaseRefusal) => {
      const rig = rigOf(40, leaseRefusal);
      const done = await run(rig, 'start', { lease });
      expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed', m002: 'changed' });
      expect(done.said).toEqual([
        'm001: lease held by somebody@tokens.fly.io until 2025-01-15T12:00:40Z; waiting for it',
      ]);
      expect(rig.deadline.elapsed).toBeLessThan(50_000);
      expect(done.done.at(-1)).toBe('m001');
      const waited = done.result.machines[1];
      expect(waited && phasesOf(waited)).toEqual(['lease', 'state']);
    },
  );

  it.each(['error', 'message'] as const)(
    'skips it where that is asked, and says why (%s)',
    async (leaseRefusal) => {
      const done = await run(rigOf(HOUR_S, leaseRefusal), 'start', { lease, onLease: 'skip' });
      expect(done.result.machines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
        ['changed', ''],
        ['skipped', `lease held by somebody@tokens.fly.io until ${UNTIL} (deploy)`],
        ['changed', ''],
      ]);
      expect(done.said).toEqual([]);
    },
  );

  it.each(['error', 'message'] as const)(
    'fails it where that is asked, at once (%s)',
    async (leaseRefusal) => {
      const rig = rigOf(HOUR_S, leaseRefusal);
      const done = await run(rig, 'start', { lease, onLease: 'fail' });
      const { outcome, error } = done.result.machines[1] ?? {};
      expect([outcome, error?.class]).toEqual(['failed', 'lease held']);
      expect(error?.message).toMatch(/held by somebody@tokens\.fly\.io.* \(deploy\)$/);
      expect(outcomes(done)).toMatchObject({ m000: 'changed', m002: 'changed' });
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
    },
  );

  it.each([0, 700, 1_300])(
    'is a lease that is held, and no timeout, at the deadline: latency %i',
    async (latencyMs) => {
      for (let timeout = 30_000; timeout < 36_000; timeout += 600) {
        const rig = createMachinesRig({ machines: many(1), settings: { latencyMs }, timeoutMs: timeout });
        leaseOfOther(rig, 'm000', HOUR_S);
        const { error } = only(await run(rig, 'start', { lease, timeout }));
        expect([error?.class, error?.message.includes(' (deploy)')]).toEqual(['lease held', true]);
        expect(rig.deadline.elapsed).toBeLessThanOrEqual(timeout + 3_000);
      }
    },
  );

  it('reads once what the holder says, and goes without where that can not be read', async () => {
    for (const faults of [[], [{ path: /m001(\?|$)/, fault: { status: 500 } }]]) {
      const rig = createMachinesRig({ machines: many(3), faults });
      leaseOfOther(rig, 'm001', HOUR_S);
      const done = await run(rig, 'start', { lease, onLease: 'fail' });
      const error = done.result.machines[1]?.error;
      expect([error?.class, error?.message.endsWith(' (deploy)')]).toEqual([
        'lease held',
        faults.length === 0,
      ]);
      if (faults.length === 0)
        expect(rig.asked().filter((it) => it.includes('m001?include_leases'))).toHaveLength(1);
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
    }
  });

  it('does not put the words of the next holder beside the name of the last', async () => {
    const rig: MachinesRig = createMachinesRig({
      machines: many(3),
      around: (transport) => (request) => {
        const machine = rig.fly.machine(APP, 'm001');
        if (request.url.search.includes('include_leases') && machine.lease !== undefined)
          machine.lease = { ...machine.lease, owner: 'another@tokens.fly.io', description: 'backup' };
        return transport(request);
      },
    });
    leaseOfOther(rig, 'm001', HOUR_S);
    const { error } = (await run(rig, 'start', { lease, onLease: 'fail' })).result.machines[1] ?? {};
    expect(error?.message).toMatch(/held by somebody@tokens\.fly\.io/);
    expect(error?.message).not.toMatch(/backup/);
  });

  it('ends with the job, and does not break what is held', async () => {
    const rig = rigOf(HOUR_S);
    void rig.clock.sleep(20_000).then(rig.cancel);
    const done = await run(rig, 'start', { lease });
    expect(done.result.machines[1]).toMatchObject({ outcome: 'failed', error: { class: 'cancelled' } });
    expect(rig.fly.machine(APP, 'm001').lease?.nonce).toBe('nonce-of-other');
    expect(countOf(rig, 'POST start')).toBeGreaterThan(1);
  });
});
