import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { counting } from '../../../support/fakes/fly-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { COUNTS_NONE } from '../../../support/rigs/counts-none.js';
import {
  countOf,
  counts,
  leaseOfOther,
  many,
  only,
  outcomes,
  phasesOf,
  rigWithToken,
  run,
} from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const LEASE = { lease: 'fly-machines-action 7' } as const;
const NEVER: MachineSpec = { behaviour: { boot: 'never' } };

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'stopped', ...spec }], ...options });
}

const held = (rig: MachinesRig) =>
  rig.fly
    .machines(APP)
    .filter(({ lease }) => lease !== undefined && lease.expiresAt * 1000 > rig.clock.now());

/** What was sent to the lease, and with which nonce the change was. */
function watched(options: MachinesRigOptions): { rig: MachinesRig; nonces: (string | undefined)[] } {
  const nonces: (string | undefined)[] = [];
  const rig = createMachinesRig({
    ...options,
    around: (inner) => (request) => {
      if (/start$/.test(request.url.pathname)) nonces.push(request.headers['fly-machine-lease-nonce']);
      return inner(request);
    },
  });
  return { rig, nonces };
}

describe('when machines are changed under leases', () => {
  it.each(['envelope', 'bare'] as const)('takes, uses and gives back each: %s', async (leaseReply) => {
    const { rig, nonces } = watched({ machines: many(3), settings: { leaseReply } });
    const done = await run(rig, 'start', LEASE);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed', m002: 'changed' });
    expect(counts(rig)).toEqual({
      'GET machines': 1,
      'POST lease': 3,
      // Whoever held it before may have changed the machine.
      'GET machine': 6,
      'POST start': 3,
      'GET wait': 3,
      'DELETE lease': 3,
    });
    expect(new Set(nonces).size).toBe(3);
    expect(nonces).not.toContain(undefined);
    expect(held(rig)).toEqual([]);
    expect(done.said).toEqual([]);
  });

  it('takes them side by side', async () => {
    let most = () => 0;
    const rig = createMachinesRig({
      machines: many(30),
      settings: { latencyMs: 100 },
      around: (inner) => {
        const { transport, most: count } = counting(inner, 'POST');
        most = count;
        return transport;
      },
    });
    const done = await run(rig, 'start', LEASE);
    expect(most()).toBe(20);
    expect(rig.deadline.elapsed).toBeLessThan(2_500);
    expect(phasesOf(done.result.machines[0] ?? fail())).toEqual(['lease', 'request', 'state']);
  });

  it('keeps one alive for as long as the wait takes', async () => {
    const rig = rigOf({ behaviour: { bootMs: 200_000 } });
    expect(only(await run(rig, 'start', LEASE)).outcome).toBe('changed');
    expect(countOf(rig, 'POST lease')).toBe(1 + 9);
    expect(held(rig)).toEqual([]);
  });

  it('gives it back after a failure', async () => {
    const rig = rigOf({ behaviour: { start: 'no-capacity' } });
    expect(only(await run(rig, 'start', LEASE)).error?.class).toBe('no capacity');
    expect(held(rig)).toEqual([]);
  });

  it('gives all back at the deadline', async () => {
    const rig = createMachinesRig({
      machines: many(20, () => NEVER),
      timeoutMs: 70_000,
      settings: { latencyMs: 50 },
    });
    const done = await run(rig, 'start', { ...LEASE, timeout: 70_000 });
    expect(new Set(done.result.machines.map(({ error }) => error?.class))).toEqual(new Set(['timeout']));
    expect(held(rig)).toEqual([]);
    expect(done.warned).toEqual([]);
  });

  it('takes none for what only has to be waited for', async () => {
    const rig = rigOf();
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    leaseOfOther(rig, 'm000', 3_600);
    expect(only(await run(rig, 'start', { ...LEASE, onLease: 'skip' }))).toMatchObject({
      outcome: 'unchanged',
      state: 'started',
    });
    expect(countOf(rig, 'POST lease')).toBe(0);
  });
});

describe('when the job is cancelled', () => {
  it.each([50, 150, 1_000, 30_000])('gives all back within 3 seconds: after %i ms', async (ms) => {
    const machines = many(20, () => NEVER);
    const rig = createMachinesRig({ machines, settings: { latencyMs: 100 }, maxConcurrent: 5 });
    void rig.clock.sleep(100 + ms).then(rig.cancel);
    const done = await run(rig, 'start', LEASE);
    expect(new Set(done.result.machines.map(({ error }) => error?.class))).toEqual(new Set(['cancelled']));
    expect(rig.deadline.elapsed).toBeLessThanOrEqual(100 + ms + 3_000);
    expect(held(rig)).toEqual([]);
    expect(done.warned).toEqual([]);
    const after = rig.fly.requests.filter(({ at }) => at - startOf(rig) > 100 + ms);
    expect(after.filter(({ path, method }) => !path.endsWith('/lease') || method === 'POST')).toEqual([]);
  });

  it('is over within 3 seconds although the release hangs, and says what is left', async () => {
    const rig = rigOf(NEVER, { faults: [{ method: 'DELETE', path: /lease/, fault: 'hang' }] });
    void rig.clock.sleep(5_000).then(rig.cancel);
    const done = await run(rig, 'start', LEASE);
    expect(rig.deadline.elapsed).toBe(8_000);
    expect(done.warned).toEqual([
      expect.stringMatching(/^The lease of machine m000 could not be given back and ends within 60 s/),
    ]);
  });

  it('is over within 3 seconds although everything is slow', async () => {
    const rig = rigOf(NEVER, { settings: { latencyMs: 2_000 } });
    void rig.clock.sleep(3_000).then(rig.cancel);
    await run(rig, 'start', LEASE);
    expect(rig.deadline.elapsed).toBeLessThanOrEqual(6_000);
  });
});

const startOf = (rig: MachinesRig) => rig.clock.now() - rig.deadline.elapsed;

describe('when the answer to taking a lease is lost', () => {
  it.each(['reset', { status: 502 }, 'garbage'] as const)('finds and uses its own: %j', async (fault) => {
    const rule = { method: 'POST', path: /lease/, times: 1, fault, afterEffect: true };
    const { rig, nonces } = watched({ machines: many(1), faults: [rule] });
    expect(only(await run(rig, 'start', LEASE)).outcome).toBe('changed');
    expect(countOf(rig, 'POST lease')).toBe(1);
    expect(nonces).toEqual([expect.stringMatching(/^[0-9a-f]+$/)]);
    expect(held(rig)).toEqual([]);
  });

  it('does not take that of somebody else for its own', async () => {
    const rule = { method: 'POST', path: /lease/, times: 1, fault: { status: 502 } };
    const { rig, nonces } = watched({ machines: many(1), faults: [rule] });
    leaseOfOther(rig, 'm000', 3_600);
    const { outcome } = only(await run(rig, 'start', { ...LEASE, onLease: 'fail' }));
    expect(outcome).toBe('failed');
    expect(nonces).toEqual([]);
  });

  it('asks again where it did not come about', async () => {
    const rule = { method: 'POST', path: /lease/, times: 1, fault: 'reset' as const };
    const rig = rigOf({}, { faults: [rule] });
    expect(only(await run(rig, 'start', LEASE)).outcome).toBe('changed');
    expect(held(rig)).toEqual([]);
  });
});

describe('when the answer to taking a lease is lost, and reading it back fails', () => {
  const lost = { method: 'POST', path: /lease/, fault: 'reset' as const, afterEffect: true };
  const unread = { method: 'GET', path: /lease/, fault: { status: 503 } };
  const UNTIL = /may be held by this step until 20\d\d-\d\d-\d\dT[\d:]{8}Z/;
  const told = async (rig: MachinesRig, onLease: 'wait' | 'skip' | 'fail') => {
    const done = await run(rig, 'start', { ...LEASE, onLease });
    const { outcome, reason, error } = only(done);
    expect(done.warned[0]).toMatch(UNTIL);
    const until = Date.parse(/until (\S+Z)/.exec(done.warned[0] ?? '')?.[1] ?? '');
    const ends = (rig.fly.machine(APP, 'm000').lease?.expiresAt ?? 0) * 1_000;
    // Rather later than it ends, and never long after a lease could.
    expect(until).toBeGreaterThanOrEqual(ends - 1_000);
    expect(until).toBeLessThanOrEqual(rig.clock.now() + 60_000);
    return { outcome, words: error?.message ?? reason };
  };

  it.each(['wait', 'skip', 'fail'] as const)(
    'says that it may be held, and until when: %s',
    async (onLease) => {
      const { outcome, words } = await told(rigOf({}, { faults: [lost, unread] }), onLease);
      expect([outcome, words]).toEqual(['failed', expect.stringMatching(UNTIL)]);
    },
  );

  it.each(['skip', 'fail'] as const)(
    'says so where our own is what refuses the next: %s',
    async (onLease) => {
      const rig = rigOf({}, { faults: [{ ...lost, times: 1 }, unread] });
      const { words } = await told(rig, onLease);
      expect(words).toMatch(/lease .*held by .*; its lease may be held by this step until /);
    },
  );

  it('says so where the job is cancelled meanwhile', async () => {
    const hangs = { method: 'GET', path: /lease/, fault: 'hang' as const };
    const rig = rigOf({}, { faults: [{ ...lost, fault: 'hang' }, hangs] });
    void rig.clock.sleep(1_000).then(rig.cancel);
    const { outcome, words } = await told(rig, 'wait');
    expect([outcome, words]).toEqual(['failed', expect.stringMatching(UNTIL)]);
    expect(rig.deadline.elapsed).toBeLessThanOrEqual(4_000);
  });

  it.each([{ status: 403, body: { error: 'no' } }, { status: 429 }])(
    'says so where what comes next is refused: %j',
    async (fault) => {
      const refused = { method: 'POST', path: /lease/, fault };
      const { words } = await told(rigOf({}, { faults: [{ ...lost, times: 1 }, unread, refused] }), 'wait');
      expect(words).toMatch(UNTIL);
    },
  );

  it('says nothing once a read tells, nor of a machine that is gone', async () => {
    const later = await run(rigOf({}, { faults: [lost, { ...unread, times: 1 }] }), 'start', LEASE);
    expect([only(later).outcome, later.warned]).toEqual(['changed', []]);
    const never = rigOf({}, { faults: [{ ...lost, afterEffect: false }] });
    const failed = await run(never, 'start', LEASE);
    expect([only(failed).outcome, failed.warned]).toEqual(['failed', []]);
    const gone = { path: /m000/, fault: { status: 404, body: { error: 'machine not found' } } };
    const lostOnce = { ...lost, times: 1, afterEffect: false };
    const left = await run(
      rigOf(
        {},
        {
          faults: [
            lostOnce,
            gone,
            { path: /machines$/, from: 2, fault: { status: 200, body: [] } },
            COUNTS_NONE,
          ],
        },
      ),
      'start',
      LEASE,
    );
    expect([only(left).outcome, left.warned]).toEqual(['skipped', []]);
  });
});

describe('when the token may not lease', () => {
  it.each(['403', '401'] as const)('says so once and works on without: %s', async (missingAction) => {
    const settings = { leaseAction: 'w', missingAction } as const;
    const rig = rigWithToken({ actions: 'rC' }, { machines: many(25), settings });
    const done = await run(rig, 'start', LEASE);
    expect(done.result.line).toBe('started 25, already started 0, failed 0 of 25 in my-app');
    expect(done.warned).toEqual(['The token may not take leases (`lease: true`); the step goes on without.']);
    expect(countOf(rig, 'DELETE lease')).toBe(0);
  });
});

describe('when a lease is lost in the middle', () => {
  it.each(['ignored', 'refused'] as const)(
    'warns and works on (a nonce without a lease is %s)',
    async (unheldNonce) => {
      const rig = rigOf({ behaviour: { bootMs: 90_000 } }, { settings: { unheldNonce } });
      void rig.clock.sleep(5_000).then(() => {
        rig.fly.machine(APP, 'm000').lease = undefined;
      });
      const done = await run(rig, 'start', LEASE);
      expect(only(done).outcome).toBe('changed');
      expect(done.warned).toEqual([expect.stringMatching(/^The lease of machine m000 was lost/)]);
      expect(held(rig)).toEqual([]);
    },
  );

  it.each(['ignored', 'refused'] as const)(
    'still sends its change (a nonce without a lease is %s)',
    async (unheldNonce) => {
      const rig = rigOf(
        { state: 'created', behaviour: { createdMs: 45_000, bootMs: 1 } },
        { settings: { unheldNonce } },
      );
      rig.fly.machine(APP, 'm000').plan.splice(0);
      void rig.clock.sleep(50_000).then(() => {
        rig.fly.machine(APP, 'm000').state = 'stopped';
      });
      void rig.clock.sleep(5_500).then(() => {
        rig.fly.machine(APP, 'm000').lease = undefined;
      });
      const done = await run(rig, 'start', LEASE);
      expect(only(done)).toMatchObject({ outcome: 'changed', state: 'started' });
      expect(done.warned.length).toBeGreaterThan(0);
    },
  );

  it('does not keep another one that Fly makes of the refresh', async () => {
    const rig = rigOf({ behaviour: { bootMs: 35_000 } });
    void rig.clock.sleep(5_000).then(() => {
      rig.fly.machine(APP, 'm000').lease = undefined;
    });
    const done = await run(rig, 'start', LEASE);
    expect(done.warned).toEqual([expect.stringMatching(/^The lease of machine m000 was lost/)]);
    expect(held(rig)).toEqual([]);
  });

  it('warns where somebody else has taken it', async () => {
    const rig = rigOf({ behaviour: { bootMs: 90_000 } });
    void rig.clock.sleep(5_000).then(() => leaseOfOther(rig, 'm000', 3_600));
    const done = await run(rig, 'start', LEASE);
    expect(only(done).outcome).toBe('changed');
    expect(done.warned[0]).toMatch(/^The lease of machine m000 was lost: lease held/);
    expect(rig.fly.machine(APP, 'm000').lease?.nonce).toBe('nonce-of-other');
  });
});

describe('when the host of a machine is unreachable', () => {
  it('fails that one, and leaves no lease', async () => {
    const machines = many(2, (index) => (index === 0 ? { behaviour: { unreachable: true } } : {}));
    const rig = createMachinesRig({ machines });
    const done = await run(rig, 'start', LEASE);
    expect(outcomes(done)).toEqual({ m000: 'failed', m001: 'changed' });
    expect(done.result.machines[0]?.error?.class).toBe('timeout');
    expect(held(rig)).toEqual([]);
  });
});
