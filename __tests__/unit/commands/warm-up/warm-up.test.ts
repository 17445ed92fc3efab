import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { ActionError } from '../../../../src/errors.js';
import { answer, scripted } from '../../../support/fakes/scripted-transport.js';
import { selector } from '../../../support/machines.js';
import { countOf, counts, many, outcomes, phasesOf } from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import {
  APP,
  createMachinesRig,
  type MachinesRigOptions,
  thrownBy,
} from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const CHECKS = { checks: { web: { type: 'http', port: 8080 } } };
const rigOf = (machines: readonly MachineSpec[], options: MachinesRigOptions = {}) =>
  createMachinesRig({ machines, settings: { bootMs: 1_000, resumeMs: 200 }, ...options });
const told = async (work: ReturnType<typeof runWarmUp>) => {
  const changed = await work;
  const reasons = changed.result.machines.map(({ machine, reason, error }) => [
    machine.id,
    error?.headline ?? reason,
  ]);
  return { ...changed, reasons: Object.fromEntries(reasons) as Record<string, string> };
};

describe('when machines are warmed up', () => {
  it('takes what is started, then the suspended, then the stopped, each in the order of their ids', async () => {
    const states = ['stopped', 'suspended', 'started', 'stopped', 'suspended'] as const;
    const rig = rigOf(many(5, (index) => ({ state: states[index] ?? 'stopped' })));
    const { result, reasons } = await told(runWarmUp(rig, 4));
    expect(reasons).toEqual({
      m000: 'started after 1 s, ready after 1 s; has no health checks, so started counts as ready',
      m001: 'started after 200 ms, ready after 200 ms; has no health checks, so started counts as ready',
      m002: 'already started and ready; has no health checks, so started counts as ready',
      m003: 'not needed: 4 are ready without it',
      m004: expect.stringContaining('started after 200 ms'),
    });
    expect(result.failures).toEqual([]);
    expect(result.line).toBe(
      '4 of 4 ready: started 3, already started 1, skipped 1, failed 0 of 5 in my-app; to started max 1 s; to ready max 1 s',
    );
    expect(rig.asked().filter((line) => line.startsWith('POST'))).toEqual([
      'POST m001/start 200',
      'POST m004/start 200',
      'POST m000/start 200',
    ]);
  });

  it('counts as its own what a start did whose answer was lost, whatever speaks against another', async () => {
    const faults = [{ path: /start$/, times: 1, fault: 'reset' as const, afterEffect: true }];
    const rig = rigOf(many(1), { faults });
    void rig.clock.sleep(500).then(() => {
      rig.fly.machine(APP, 'm000').cordoned = true;
    });
    const { result } = await runWarmUp(rig, 1);
    expect([outcomes({ result }), countOf(rig, 'POST start')]).toEqual([{ m000: 'changed' }, 1]);
  });

  it.each(['all', 2] as const)(
    'is done where a list of machines came out empty (count %s)',
    async (count) => {
      const rig = rigOf(many(2));
      const { result } = await runWarmUp(rig, count, { selector: selector({ machines: [] }) });
      expect([result.machines, result.failures]).toEqual([[], []]);
      expect(result.line).toBe('0 of 0 ready: started 0, already started 0, failed 0 of 0 in my-app');
      expect(counts(rig)).toEqual({ 'GET machines': 1 });
    },
  );

  it('costs one list where enough are ready', async () => {
    const rig = rigOf(many(3, () => ({ state: 'started', config: CHECKS })));
    const { done, result } = await runWarmUp(rig, 2);
    expect([counts(rig), done, result.failures]).toEqual([{ 'GET machines': 1 }, [], []]);
    expect(outcomes({ result })).toEqual({ m000: 'unchanged', m001: 'unchanged', m002: 'skipped' });
  });

  it('leaves special machines, standbys, cordoned and scheduled ones alone, unless named by id', async () => {
    const odd: MachineSpec[] = [
      { id: 'a', processGroup: 'fly_app_release_command' },
      { id: 'b', config: { standbys: ['x'] } },
      { id: 'c', cordoned: true },
      { id: 'd', config: { schedule: 'hourly' } },
      { id: 'e', state: 'replaced' },
      { id: 'f' },
      { id: 'g' },
    ].map((spec) => ({ state: 'stopped', ...spec }) as MachineSpec);
    const exclude = { selector: selector({ exclude: ['f'] }) };
    const { reasons } = await told(runWarmUp(rigOf(odd), 'all', exclude));
    expect(reasons).toEqual({
      a: 'a release command machine',
      b: 'a standby of other machines',
      c: 'cordoned, so it gets no traffic',
      d: 'runs on a schedule (hourly)',
      e: 'replaced by another machine',
      f: 'excluded by f',
      g: expect.stringContaining('started after 1 s'),
    });
    const named = await runWarmUp(rigOf(odd), 'all', { selector: selector({ machines: ['c', 'd'] }) });
    expect(outcomes(named)).toEqual({ c: 'changed', d: 'changed' });
  });

  it('tells of a choice that was left alone as a whole', async () => {
    const rig = rigOf(many(2, () => ({ cordoned: true })));
    const { result } = await runWarmUp(rig, 'all');
    expect(result.failures).toEqual([]);
    expect(result.notices).toEqual(['Nothing to warm up: 2 machines selected, all left alone.']);
    const { result: some } = await runWarmUp(rigOf(many(2, (index) => ({ cordoned: index === 0 }))), 'all');
    expect(some.notices).toEqual([]);
  });

  it('takes over what is said of a hold that it finds', async () => {
    const metadata = { 'keep-alive-until': '9999-12-31T23:59:59Z' };
    const rig = rigOf(many(2, (index) => ({ state: index === 0 ? 'started' : 'stopped', metadata })));
    const { reasons } = await told(runWarmUp(rig, 2, { hold: 60_000 }));
    expect(reasons['m000']).toMatch(/; held for good already$/);
    expect(reasons['m001']).toMatch(/^started after 1 s.*; held for good already$/);
    const bare = rigOf(many(1));
    const { reasons: held } = await told(runWarmUp(bare, 1, { hold: 60_000 }));
    expect(held['m000']).toMatch(/^started after.*; has no health [^;]*; held until 20[^;]*$/);
  });

  it('counts in each region for itself', async () => {
    const regions = ['fra', 'iad', 'fra', 'iad', 'ams', 'fra'];
    const rig = rigOf(many(6, (index) => ({ region: regions[index] ?? '' })));
    const { result, reasons } = await told(
      runWarmUp(
        rig,
        new Map([
          ['fra', 2],
          ['iad', 1],
        ]),
      ),
    );
    expect(outcomes({ result })).toEqual({
      ...{ m000: 'changed', m001: 'changed', m002: 'changed' },
      ...{ m003: 'skipped', m004: 'skipped', m005: 'skipped' },
    });
    expect([reasons['m003'], reasons['m004'], reasons['m005']]).toEqual([
      'not needed: 1 is ready without it',
      '`count` has no ams',
      'not needed: 2 are ready without it',
    ]);
  });

  it('counts in each app for itself, and says which lacks what', async () => {
    const otherApps = [{ name: 'other', machines: many(1) }];
    const rig = rigOf(many(3), { otherApps });
    const { result } = await runWarmUp(rig, 2, { apps: [APP, 'other'] });
    expect(result.machines.map(({ outcome }) => outcome)).toEqual([
      'changed',
      'changed',
      'skipped',
      'changed',
    ]);
    expect(result.failures.map(({ app, error }) => [app, error.class, error.message])).toEqual([
      [undefined, 'wrong state', '1 of 2 machines of other is ready; no other machine is left to start'],
    ]);
  });

  it('starts no more than its limit', async () => {
    const rig = rigOf(many(4));
    const { result, reasons } = await told(runWarmUp(rig, 'all', { limit: 2 }));
    expect(result.failures).toEqual([]);
    expect([reasons['m002'], reasons['m003']]).toEqual(['limit of 2 reached', 'limit of 2 reached']);
    const short = await runWarmUp(rigOf(many(4)), 3, { limit: 2 });
    expect(short.result.failures).toHaveLength(1);
    expect(countOf(rig, 'POST start')).toBe(2);
  });

  it('chooses by speed what its limit lets start', async () => {
    const rig = rigOf(many(2, (index) => ({ state: index === 0 ? 'stopped' : 'suspended' })));
    expect(outcomes(await runWarmUp(rig, 1, { limit: 1 }))).toEqual({ m000: 'skipped', m001: 'changed' });
  });

  it('says where autostop may undo it', async () => {
    const services = [{ internal_port: 80, autostop: 'stop' as const }];
    for (const dryRun of [true, false]) {
      const rig = rigOf(many(2, () => ({ config: { services } })));
      const { result } = await runWarmUp(rig, 1, { dryRun });
      expect(result.standing).toEqual([expect.stringMatching(/^m000 [^,]*: `autostop` is on/)]);
    }
  });

  it('leaves nodes of Postgres alone where it sweeps over apps', async () => {
    const db = { config: { image: 'flyio/postgres-flex:16' } };
    const rig = rigOf(many(2, (index) => (index === 0 ? db : {})));
    const wish = { apps: ['my-*'], org: 'my-org', selector: selector({ processGroup: ['app'] }) };
    expect(outcomes(await runWarmUp(rig, 1, wish))).toEqual({ m000: 'skipped', m001: 'changed' });
  });

  it('says of an app that can not be listed no more than that', async () => {
    const faults = [{ path: '/v1/apps/other/', fault: { status: 403 } }];
    const rig = rigOf(many(1), { otherApps: [{ name: 'other', machines: many(1) }], faults });
    const { result } = await runWarmUp(rig, 1, { apps: [APP, 'other'] });
    expect(result.failures.map(({ app, error }) => [app, error.class])).toEqual([['other', 'forbidden']]);
    expect(result.line).toMatch(/^1 of 1 ready: .*, 1 app not reached; to started/);
  });

  it('shows in a dry run what it would do, and what will be missing', async () => {
    const rig = rigOf(many(3, (index) => (index === 2 ? { state: 'started' } : {})));
    const { result, reasons } = await told(runWarmUp(rig, 2, { dryRun: true, hold: 60_000 }));
    expect(reasons).toEqual({
      m000: 'dry run: would start',
      m001: 'not needed unless another fails',
      m002: 'already started',
    });
    expect(result.line).toBe('dry run: would start 1, already started 1, skipped 1, failed 0 of 3 in my-app');
    const short = await runWarmUp(rig, 4, { dryRun: true });
    expect(short.result.failures.map(({ error }) => error.message)).toEqual([
      'my-app has 3 machines that can be warmed up, and `count` wants 4',
    ]);
    expect(counts(rig)).toEqual({ 'GET machines': 2 });
  });

  it('does not warm up each app of an organization unless more is said', async () => {
    const error = await thrownBy(runWarmUp(rigOf(many(1)), 1, { apps: [], org: 'my-org' }));
    expect(error.message).toContain('This would warm up everything in every app');
  });
});

describe('when ready means healthy', () => {
  it('waits for the checks of what it starts, and of what is started already', async () => {
    const rig = rigOf(
      many(2, (index) => ({
        state: index === 0 ? 'started' : 'stopped',
        sinceMs: 0,
        config: CHECKS,
        behaviour: { checksPassMs: 4_000 },
      })),
    );
    const { result, reasons } = await told(runWarmUp(rig, 2));
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['unchanged', 'changed']);
    expect(reasons['m000']).toMatch(/^already started, ready after [4-8](\.\d)? s$/);
    expect(reasons['m001']).toMatch(/^started after 1 s, ready after ([5-9])(\.\d)? s$/);
    expect(result.machines.map(phasesOf)).toEqual([['checks'], ['state', 'checks']]);
    expect(result.machines[1]?.durationMs).toBeGreaterThanOrEqual(5_000);
    // What was started already says nothing of how long a start takes.
    expect(result.line).toContain('; to started max 1 s;');
  });

  it('prefers what is healthy already over what is not', async () => {
    const rig = rigOf(
      many(2, (index) => ({
        state: 'started',
        config: CHECKS,
        behaviour: { checksPassMs: index === 0 ? Number.POSITIVE_INFINITY : 0 },
      })),
    );
    expect(outcomes(await runWarmUp(rig, 1))).toEqual({ m000: 'skipped', m001: 'unchanged' });
  });

  it('says at the deadline which are not ready, and why', async () => {
    const rig = rigOf(
      many(3, (index) => ({
        config: CHECKS,
        behaviour: { checksPassMs: index === 1 ? Number.POSITIVE_INFINITY : 1_000 },
      })),
      { timeoutMs: 20_000 },
    );
    const { result, reasons } = await told(runWarmUp(rig, 2));
    expect(rig.deadline.elapsed).toBe(20_000);
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped' });
    expect(result.failures.map(({ error }) => [error.class, error.message])).toEqual([
      ['timeout', '1 of 2 machines of my-app is ready; not ready: m001'],
    ]);
    expect(reasons['m001']).toContain('check web is critical: connection refused');
    expect(reasons['m002']).toBe('the step ended before its turn');
    expect(result.machines[1]?.replaced).toBeUndefined();
  });
});

describe('when a machine fails to become ready', () => {
  const REFUSED = { start: 'no-capacity' } as const;

  it('is replaced by the next, and the step lacks nothing', async () => {
    const rig = rigOf(
      many(4, (index) => ({
        state: index === 2 ? 'suspended' : 'stopped',
        ...(index === 2 && { behaviour: REFUSED }),
      })),
    );
    const { result, done } = await runWarmUp(rig, 2);
    expect(outcomes({ result })).toEqual({
      ...{ m000: 'changed', m001: 'changed', m002: 'failed', m003: 'skipped' },
    });
    expect([result.failures, done.length]).toEqual([[], 3]);
    expect(result.machines[2]).toMatchObject({ replaced: true, error: { class: 'no capacity' } });
    expect(result.warnings).toEqual([
      expect.stringMatching(/^Machine m002 did not become ready, and another took its place: no capacity: /),
    ]);
  });

  it('is replaced too where it stops before its checks pass', async () => {
    const exits = { boot: 'exits', exitAfterMs: 2_000, checksPassMs: 60_000 } as const;
    const rig = rigOf(
      many(2, (index) => ({ config: CHECKS, behaviour: index === 0 ? exits : { checksPassMs: 500 } })),
    );
    const { result } = await runWarmUp(rig, 1);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed' });
    expect(result.failures).toEqual([]);
  });

  it('fails the step once no candidate is left, without waiting for the deadline', async () => {
    const rig = rigOf(many(3, (index) => (index < 2 ? { behaviour: REFUSED } : {})));
    const { result } = await runWarmUp(rig, 2);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'failed', m002: 'changed' });
    expect(result.machines[0]?.replaced).toBeUndefined();
    expect(result.warnings).toEqual([]);
    expect(result.failures.map(({ error }) => [error.class, error.message])).toEqual([
      [
        'no capacity',
        '1 of 2 machines of my-app is ready; not ready: m000, m001; no other machine is left to start',
      ],
    ]);
    expect(rig.deadline.elapsed).toBeLessThan(10_000);
  });

  it('does not take a machine that is gone for a name that is misspelt', async () => {
    const fault = { status: 404, body: { error: 'not_found: machine not found, id: m000' } };
    const rig = rigOf(many(1), { faults: [{ method: 'POST', path: /start$/, fault }] });
    const { result } = await runWarmUp(rig, 1);
    expect(result.machines[0]?.error?.class).toBe('not found');
    expect(result.failures.map(({ error }) => error.class)).toEqual(['wrong state']);
  });

  it('does not take a host that answers late for the end of the step', async () => {
    const rig = rigOf(
      many(1, () => ({ behaviour: { unreachable: true } })),
      { settings: { unreachableMs: 1_000 } },
    );
    const { result } = await runWarmUp(rig, 1);
    expect(result.machines[0]?.error?.class).toBe('timeout');
    expect(result.failures[0]?.error.message).toContain('no other machine is left to start');
  });

  it('takes a lease that is not waited for as a reason to take another', async () => {
    const rig = rigOf(many(2));
    const machine = rig.fly.machine(APP, 'm000');
    const expiresAt = Math.floor(rig.clock.now() / 1_000) + 600;
    machine.lease = { nonce: 'n', owner: 'o', description: '', version: '', expiresAt };
    expect(outcomes(await runWarmUp(rig, 1, { onLease: 'skip' }))).toEqual({
      m000: 'skipped',
      m001: 'changed',
    });
  });
});

describe('when the job is cancelled', () => {
  it('starts nothing more, and says how far it came', async () => {
    const rig = rigOf(many(3, (index) => ({ config: CHECKS, behaviour: { checksPassMs: index * 100_000 } })));
    void rig.clock.sleep(10_000).then(rig.cancel);
    const { result } = await runWarmUp(rig, 2);
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped' });
    expect(result.failures.map(({ error }) => error.class)).toEqual(['cancelled']);
    expect(countOf(rig, 'POST start')).toBe(2);
  });
});

describe('when the app is probed as well', () => {
  const probe = {
    url: new URL('https://my-app.fly.dev/up?key=secret'),
    status: [{ least: 200, most: 399 }],
    successes: 2,
  };

  it('does so once all machines are ready', async () => {
    const rig = rigOf(many(2));
    const { transport, requests } = scripted(answer(503), answer(200), answer(200));
    const { result, said } = await runWarmUp(rig, 2, { probe, transport });
    expect([result.failures, requests.length]).toEqual([[], 3]);
    expect(rig.deadline.elapsed).toBe(3_000);
    expect(said).toEqual(['Probing my-app.fly.dev', 'my-app.fly.dev answers as it should, after 2 s']);
  });

  it('fails the step at the one deadline, not the machines', async () => {
    const rig = rigOf(many(1), { timeoutMs: 4_500 });
    const { transport } = scripted(...Array(4).fill(answer(404)));
    const { result } = await runWarmUp(rig, 1, { probe, transport });
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed']);
    expect(result.failures.map(({ app, error }) => [app, error.class])).toEqual([[undefined, 'timeout']]);
    expect(result.failures[0]?.error.line).toContain('before that: status 404');
    expect(result.failures[0]?.error.line).not.toContain('secret');
    expect(rig.deadline.elapsed).toBe(4_500);
  });

  it('asks nothing where too few machines are ready, nor in a dry run', async () => {
    const { result } = await runWarmUp(rigOf(many(1)), 2, { probe });
    expect(result.failures).toHaveLength(1);
    const rehearsal = await runWarmUp(rigOf(many(1)), 1, { probe, dryRun: true });
    expect(rehearsal.result.failures).toEqual([]);
  });
});

describe('when what was started must be put back', () => {
  const states = ['started', 'stopped', 'suspended', 'stopped', 'stopped'] as const;
  const machines = many(5, (index) => ({
    state: states[index] ?? 'stopped',
    ...(index === 2 && { behaviour: { start: 'no-capacity' } }),
  }));

  it('keeps those that it starts, one by one, and none that is not needed', async () => {
    const { keeper, opened, closed } = kept();
    await runWarmUp(rigOf(machines), 3, { keeper });
    expect(opened.map((plan) => plan.machines.map(({ id }) => id).join(' '))).toEqual([
      'm002 m001',
      'm002 m001 m003',
    ]);
    expect(closed.map((all) => all.map(({ id, from, left }) => [id, from, left]))).toEqual([
      [
        ['m001', 'stopped', 'started'],
        ['m003', 'stopped', 'started'],
      ],
    ]);
  });

  it('keeps one that was started and never became healthy', async () => {
    const { keeper, closed } = kept();
    const behaviour = { checksPassMs: Number.POSITIVE_INFINITY };
    const rig = rigOf(
      many(1, () => ({ config: CHECKS, behaviour })),
      { timeoutMs: 20_000 },
    );
    await runWarmUp(rig, 1, { keeper });
    expect(closed).toEqual([[expect.objectContaining({ id: 'm000', left: 'started' })]]);
  });

  function full(after: number) {
    let opened = 0;
    return kept({
      open: () => {
        opened += 1;
        if (opened > after) throw new ActionError('input', 'no room');
      },
    });
  }

  it('starts nothing that it could not keep', async () => {
    const rig = rigOf(machines);
    const { keeper, closed } = full(1);
    const { result } = await runWarmUp(rig, 3, { keeper });
    expect(outcomes({ result })).toMatchObject({ m001: 'changed', m003: 'failed', m004: 'failed' });
    expect(countOf(rig, 'POST start')).toBe(2);
    expect(closed).toHaveLength(1);
    const first = rigOf(machines);
    await thrownBy(runWarmUp(first, 3, full(0)));
    expect(countOf(first, 'POST start')).toBe(0);
  });

  it('leaves a record where the job is cancelled', async () => {
    const rig = rigOf(many(2), { settings: { bootMs: 60_000 } });
    const { keeper, closed } = kept();
    void rig.clock.sleep(5_000).then(rig.cancel);
    await runWarmUp(rig, 1, { keeper });
    expect(closed).toEqual([[{ app: APP, id: 'm000', version: expect.any(String), from: 'stopped' }]]);
  });
});
