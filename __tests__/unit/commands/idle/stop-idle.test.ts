import { LOADS } from '../../../../emulator/metrics/load.js';
import type { IdleMetrics } from '../../../../src/commands/idle/idle-metrics.js';
import { ActionError } from '../../../../src/errors.js';
import { selector } from '../../../support/machines.js';
import { countOf, counts, leaseOfOther, outcomes } from '../../../support/rigs/engine-rig.js';
import { type IdleWish, reasons, runStopIdle, traffic } from '../../../support/rigs/idle-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const MINUTE = 60_000;
const idle = { behaviour: { load: LOADS.idle } };
const busy = { behaviour: { load: LOADS.busy } };
const autostart = { config: { services: [{ autostart: true }] } };

/** Metrics whose reading fails for an app. */
function failingFor(app: string, rig: MachinesRig, error: ActionError): IdleMetrics {
  const { read, ...rest } = traffic(rig);
  return {
    ...rest,
    read: (asked, window, signal) => (asked === app ? Promise.reject(error) : read(asked, window, signal)),
  };
}

const FORBIDDEN = new ActionError('forbidden', 'query metrics: answered 403');

const FLEET = [
  { id: 'm000', ...idle },
  { id: 'm001', ...busy },
  { id: 'm002', behaviour: { load: LOADS.spiky } },
  { id: 'm003', behaviour: { load: LOADS.unmeasured } },
  { id: 'm004', ...idle, sinceMs: 10 * MINUTE },
  { id: 'm005', ...idle, state: 'stopped' as const },
  { id: 'm006', ...idle, state: 'suspended' as const },
  { id: 'm007', ...idle, metadata: { 'keep-alive': 'true' } },
  { id: 'm008', ...idle, cordoned: true },
  { id: 'm009', ...idle, config: { auto_destroy: true } },
  { id: 'm010', ...idle, config: { schedule: 'hourly' } },
  { id: 'm011', ...idle, config: { standbys: ['m000'] } },
  { id: 'm012', ...idle, state: 'stopping' as const },
  { id: 'm013', ...idle },
];

describe('when machines of every kind are up', () => {
  it('stops all and only the idle ones, and says why of the others', async () => {
    const rig = createMachinesRig({ machines: FLEET });
    leaseOfOther(rig, 'm013', 600);
    const changed = await runStopIdle(rig);
    expect(reasons(changed)).toMatchObject({
      m001: 'busy: up to 1 request at once',
      m002: 'busy: up to 1 request at once',
      m003: 'no metrics: idle-signal network or cpu may have some',
      m004: 'up for 10 min only',
      m005: 'already stopped',
      m006: 'already suspended',
      m007: 'keep-alive is set in its metadata',
      m008: 'cordoned: a person or another job may be working on it',
      m009: 'destroyed for good when it stops',
      m010: 'runs on a schedule (hourly)',
      m011: 'a standby of other machines',
      m012: 'is stopping',
      m013: expect.stringMatching(/^lease held by somebody@tokens\.fly\.io until /),
    });
    expect(changed.done).toEqual(['m000']);
    expect(rig.fly.machines(APP).filter(({ state }) => state === 'started')).toHaveLength(10);
    expect(rig.fly.machine(APP, 'm006').state).toBe('suspended');
    expect(changed.result.line).toBe(
      'stopped 1, already down 2, skipped 11, failed 0 of 14 in my-app; at least 0.5 machine-hours were running idle',
    );
    expect(changed.result.notices).toEqual(['At least 0.5 machine-hours were running idle.']);
    expect(changed.result).toMatchObject({
      idleHours: 0.5,
      accounts: [
        {
          state: 'idle',
          rows: [{ app: APP, size: 'shared-cpu-1x 256 MB', machines: 1, hours: 0.5 }],
        },
      ],
    });
  });

  it('lists with leases, asks for metrics once, and changes nothing else', async () => {
    const rig = createMachinesRig({ machines: FLEET });
    await runStopIdle(rig);
    expect(rig.asked()[0]).toBe('GET machines?include_leases=true 200');
    expect(counts(rig)).toEqual({
      ...{ 'GET machines': 1, 'GET /prometheus/my-org/api/v1/query_range': 1 },
      // Each is looked at once more right before it is stopped.
      ...{ 'GET machine': 4, 'POST stop': 2, 'GET wait': 2 },
    });
  });

  it.each<[string, (rig: MachinesRig) => void, RegExp]>([
    [
      'held',
      ({ fly }) => {
        const machine = fly.machine(APP, 'm000');
        machine.config = { ...machine.config, metadata: { 'keep-alive-until': '2999-01-01T00:00:00Z' } };
      },
      /^keep-alive-until 2999/,
    ],
    [
      'cordoned',
      ({ fly }) => {
        fly.machine(APP, 'm000').cordoned = true;
      },
      /^cordoned/,
    ],
  ])('leaves alone what is %s while the metrics of another app are waited for', async (_, change, reason) => {
    const otherApps = [{ name: 'other', machines: [{ id: 'x1', ...idle }] }];
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], otherApps });
    const known = traffic(rig);
    const metrics: IdleMetrics = {
      ...known,
      read: async (app, window, signal) => {
        if (app === 'other') {
          await rig.clock.sleep(20_000, signal);
          change(rig);
        }
        return known.read(app, window, signal);
      },
    };
    const { result } = await runStopIdle(rig, { apps: [APP, 'other'], metrics });
    const [machine] = result.machines;
    expect(machine).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(reason) });
    expect(rig.fly.machine(APP, 'm000').state).toBe('started');
  });

  it('does not go by a verdict that is minutes old', async () => {
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }] });
    const known = traffic(rig);
    let waited = 0;
    const read: IdleMetrics['read'] = async (...asked) => {
      const series = await known.read(...asked);
      waited = 200_000;
      return series;
    };
    const now = () => rig.clock.now() + waited;
    const { result } = await runStopIdle(rig, { metrics: { ...known, read }, now });
    expect(result.machines).toMatchObject([
      { outcome: 'skipped', reason: expect.stringMatching(/^found quiet 3 min 20 s ago/) },
    ]);
  });

  it('shows the same table in a dry run, and sends nothing that changes', async () => {
    const wish: IdleWish = { keeps: [{ per: 'app', least: 6 }] };
    const real = await runStopIdle(createMachinesRig({ machines: FLEET }), wish);
    expect([real.done, reasons(real)['m013']]).toEqual([['m000'], 'kept: 6 started at least per app']);
    const rig = createMachinesRig({ machines: FLEET });
    const dry = await runStopIdle(rig, { ...wish, dryRun: true });
    const table = (rows: Record<string, string>, would: readonly string[]) =>
      Object.fromEntries(Object.entries(rows).map(([id, it]) => [id, would.includes(id) ? 'would' : it]));
    const wouldIds = dry.result.machines.filter((it) => it.wouldChange === 'stop').map((it) => it.machine.id);
    expect(table(reasons(dry), wouldIds)).toEqual(table(reasons(real), real.done));
    expect(rig.asked().filter((line) => !line.startsWith('GET '))).toEqual([]);
  });
});

describe('when metrics are not asked', () => {
  it.each([
    ['uptime alone tells', { metrics: undefined }, ['m000', 'm001']],
    ['nothing could be stopped', { selector: selector({ state: ['stopped'] }) }, []],
  ])('since %s', async (_, wish, stopped) => {
    const rig = createMachinesRig({
      machines: [
        { id: 'm000', ...idle },
        { id: 'm001', ...busy },
        { id: 'm002', state: 'stopped' },
      ],
    });
    const { done, result } = await runStopIdle(rig, wish);
    expect([done, result.idleHours]).toEqual([stopped, stopped.length / 2]);
    expect(rig.asked().join('\n')).not.toContain('prometheus');
  });
});

describe('when metrics can not be read', () => {
  it('fails the app, stops none of its machines, and goes on with the others', async () => {
    const rig = createMachinesRig({
      machines: [{ id: 'm000', ...idle }],
      otherApps: [{ name: 'refused', machines: [{ id: 'm100', ...idle }] }],
    });
    const metrics = failingFor('refused', rig, FORBIDDEN);
    const changed = await runStopIdle(rig, { apps: ['refused', APP], metrics });
    expect(outcomes(changed)).toEqual({ m000: 'changed', m100: 'skipped' });
    expect(reasons(changed)['m100']).toBe("metrics can't be read (forbidden)");
    expect(changed.result.failures).toEqual([{ app: 'refused', error: FORBIDDEN }]);
  });

  it.each([
    [429, 'rate limited'],
    [500, 'Fly failure'],
    [503, 'Fly failure'],
  ])('says what they answer each time, %d, in a short step, too', async (status, errorClass) => {
    const headers = { 'retry-after': '2' };
    const faults = [{ path: '/prometheus', fault: { status, headers } }];
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], faults, timeoutMs: 10_000 });
    const changed = await runStopIdle(rig);
    expect(reasons(changed)).toEqual({ m000: `metrics can't be read (${errorClass})` });
    expect(changed.result.failures).toMatchObject([{ app: APP, error: { class: errorClass, status } }]);
  });

  it('is nothing that a deadline or a cancel hides', async () => {
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], timeoutMs: 5_000 });
    const metrics: IdleMetrics = {
      ...traffic(rig),
      read: (_, __, signal) =>
        new Promise((___, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const changed = await runStopIdle(rig, { metrics });
    expect(outcomes(changed)).toEqual({ m000: 'skipped' });
    expect(changed.result.failures).toMatchObject([{ app: APP, error: { class: 'timeout' } }]);
    expect(rig.fly.machine(APP, 'm000').state).toBe('started');
  });
});

describe('when metrics hang', () => {
  const hanging: IdleMetrics['read'] = (_, __, signal) =>
    new Promise((___, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it.each([1, 15])('goes on with the apps that have answered: %d hang', async (count) => {
    const otherApps = Array.from({ length: count }, (_, at) => ({
      name: `slow-${at}`,
      machines: [{ id: `x${at}`, ...idle }],
    }));
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], otherApps, timeoutMs: 300_000 });
    const known = traffic(rig);
    const read: IdleMetrics['read'] = (app, ...rest) => (app === APP ? known.read : hanging)(app, ...rest);
    const apps = [...otherApps.map(({ name }) => name), APP];
    const { result, done } = await runStopIdle(rig, { apps, metrics: { ...known, read } });
    expect(done).toEqual(['m000']);
    expect(result.failures).toHaveLength(count);
    expect(result.failures[0]).toMatchObject({ app: 'slow-0', error: { class: 'timeout' } });
  });
});

describe('when no app has metrics', () => {
  const machines = [{ id: 'm000', behaviour: { load: LOADS.unmeasured } }];
  const none: IdleMetrics['read'] = async () => [];
  const run = (metrics: Partial<IdleMetrics>, more: readonly object[] = []) => {
    const rig = createMachinesRig({ machines: [...machines, ...more] });
    return runStopIdle(rig, { metrics: { ...traffic(rig), ...metrics } });
  };

  it('warns, since machines without services have no traffic', async () => {
    const { result } = await run({});
    expect(result.failures).toEqual([]);
    expect(result.warnings).toEqual([
      expect.stringMatching(/^No app has metrics for `idle-signal: traffic`/),
    ]);
  });

  it('fails where every machine has such', async () => {
    const { result } = await run({ signal: 'cpu', read: none });
    expect(result.failures).toMatchObject([{ app: undefined, error: { class: 'input' } }]);
    expect(result.warnings).toEqual([]);
  });

  it('says nothing where one machine has', async () => {
    const { result } = await run({}, [{ id: 'm001', ...busy }]);
    expect([result.failures, result.warnings]).toEqual([[], []]);
  });
});

describe('when some must stay up', () => {
  const regions = ['fra', 'fra', 'iad', 'iad'].map((region, at) => ({ id: `m00${at}`, region, ...idle }));

  it.each<[string, IdleWish, string[]]>([
    ['none', {}, ['m000', 'm001', 'm002', 'm003']],
    ['one per app', { keeps: [{ per: 'app', least: 1 }] }, ['m000', 'm001', 'm002']],
    ['one per region', { keeps: [{ per: 'region', least: 1 }] }, ['m000', 'm002']],
    [
      'one per app, which may be one that was not chosen',
      { keeps: [{ per: 'app', least: 1 }], selector: selector({ region: ['fra'] }) },
      ['m000', 'm001'],
    ],
    [
      'one per app, which may be one that was excluded',
      { keeps: [{ per: 'app', least: 1 }], selector: selector({ exclude: ['m000'] }) },
      ['m001', 'm002', 'm003'],
    ],
    ['all beyond the limit', { limit: 1, keeps: [{ per: 'app', least: 1 }] }, ['m000']],
  ])('keeps %s', async (_, wish, stopped) => {
    const rig = createMachinesRig({ machines: regions });
    expect((await runStopIdle(rig, wish)).done.sort()).toEqual(stopped);
  });

  it('counts those that are busy', async () => {
    const rig = createMachinesRig({ machines: [...regions, { id: 'm009', ...busy }] });
    expect((await runStopIdle(rig, { keeps: [{ per: 'app', least: 1 }] })).done).toHaveLength(4);
  });

  it('takes no console for one of them, and a spared standby for none that went', async () => {
    const rig = createMachinesRig({
      machines: [
        { id: 'm000', ...idle, processGroup: 'fly_app_console' },
        { id: 'm001', ...idle, config: { standbys: ['m002'] } },
        ...[2, 3].map((at) => ({ id: `m00${at}`, ...idle })),
      ],
    });
    const changed = await runStopIdle(rig, { keeps: [{ per: 'app', least: 1 }] });
    expect(reasons(changed)).toMatchObject({
      m000: 'a console machine',
      m001: 'a standby of other machines',
      m003: 'kept: 1 started at least per app',
    });
    expect(changed.done).toEqual(['m002']);
  });

  it('leaves them up though jobs with a share each do not know of each other', async () => {
    const keeps = [{ per: 'app', least: 1 }] as const;
    const shares = await Promise.all(
      [0, 1].map((index) => {
        const rig = createMachinesRig({ machines: regions });
        return runStopIdle(rig, { keeps, shard: { index, total: 2 }, dryRun: true });
      }),
    );
    const stayed = shares.map((it) => Object.values(reasons(it)).filter((reason) => /^kept/.test(reason)));
    expect(stayed.map(({ length }) => length)).toEqual([1, 1]);
  });
});

describe('when an idle machine is not simply stopped', () => {
  it('suspends it where that is wished, and stops what can not be', async () => {
    const rig = createMachinesRig({
      machines: [
        { id: 'm000', ...idle },
        { id: 'm001', behaviour: { load: LOADS.idle, suspend: 'refused' } },
        { id: 'm002', state: 'stopped' },
      ],
    });
    const changed = await runStopIdle(rig, { action: 'suspend', wishes: { fallback: 'stop' } });
    expect(rig.fly.machines(APP).map(({ state }) => state)).toEqual(['suspended', 'stopped', 'stopped']);
    expect(reasons(changed)['m002']).toBe('already stopped');
    expect([countOf(rig, 'POST suspend'), countOf(rig, 'POST stop')]).toEqual([2, 1]);
  });

  it('looks again before it stops what can not be suspended', async () => {
    const behaviour = { load: LOADS.idle, suspend: 'refused' } as const;
    const fault = { status: 429, headers: { 'retry-after': '20' } };
    const faults = [{ method: 'POST', path: /stop$/, times: 3, fault }];
    const rig = createMachinesRig({ machines: [{ id: 'm000', behaviour }], faults });
    void rig.clock.sleep(10_000).then(() => {
      const machine = rig.fly.machine(APP, 'm000');
      machine.config = { ...machine.config, metadata: { 'keep-alive-until': '2999-01-01T00:00:00Z' } };
    });
    const changed = await runStopIdle(rig, { action: 'suspend', wishes: { fallback: 'stop' } });
    expect([outcomes(changed), rig.fly.machine(APP, 'm000').state]).toEqual([{ m000: 'skipped' }, 'started']);
    expect(reasons(changed)['m000']).toMatch(/^keep-alive-until 2999/);
    expect(countOf(rig, 'POST stop')).toBe(1);
  });

  it('leaves it to whom has taken a lease in the meantime', async () => {
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }] });
    const { read, ...rest } = traffic(rig);
    const metrics: IdleMetrics = {
      ...rest,
      read: (...asked) => {
        leaseOfOther(rig, 'm000', 600);
        return read(...asked);
      },
    };
    const changed = await runStopIdle(rig, { metrics });
    expect(outcomes(changed)).toEqual({ m000: 'skipped' });
    expect(changed.result.line).not.toContain('machine-hour');
  });

  it.each<[string, IdleWish, string]>([
    ['in a dry run', { dryRun: true }, '1 machine-hour was'],
    ['without a wait', { wait: false }, '1 machine-hour was'],
    ['over hours', { idleFor: 60 * MINUTE }, '2 machine-hours were'],
  ])('adds up what ran idle %s', async (_, wish, hours) => {
    const rig = createMachinesRig({
      machines: [0, 1, 2].map((at) => ({ id: `m00${at}`, ...(at < 2 ? idle : busy), sinceMs: 90 * MINUTE })),
    });
    const { result } = await runStopIdle(rig, wish);
    expect(result.line).toContain(`; at least ${hours} running idle`);
  });

  it('adds up what was idle though it could not be stopped', async () => {
    const fault = { method: 'POST', path: /m000\/stop$/, fault: { status: 403, body: { error: 'no' } } };
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], faults: [fault] });
    const { result } = await runStopIdle(rig);
    expect(result.line).toContain('failed 1 of 1 in my-app; at least 0.5 machine-hours');
  });

  it.each<[string, IdleWish, string]>([
    ['stop', {}, 'stopped'],
    ['suspend', { action: 'suspend' }, 'suspended'],
    ['suspend', { action: 'suspend', wishes: { fallback: 'stop' } }, 'suspended'],
  ])('counts as its own what a %s did whose answer was lost: %j', async (verb, wish, state) => {
    const faults = [{ path: new RegExp(`${verb}$`), times: 1, fault: 'reset' as const, afterEffect: true }];
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], faults });
    const { result } = await runStopIdle(rig, wish);
    expect(result.machines).toMatchObject([{ outcome: 'changed', state, reason: '' }]);
    expect(result.line).toContain('; at least 0.5 machine-hours were running idle');
    expect(countOf(rig, `POST ${verb}`)).toBe(1);
  });

  it('says that the first request may still come about where something speaks against the next', async () => {
    const faults = [{ path: /stop$/, times: 1, fault: 'reset' as const }];
    const rig = createMachinesRig({ machines: [{ id: 'm000', ...idle }], faults });
    void rig.clock.sleep(500).then(() => {
      rig.fly.machine(APP, 'm000').cordoned = true;
    });
    const changed = await runStopIdle(rig);
    expect(reasons(changed)['m000']).toBe(
      'cordoned: a person or another job may be working on it; a stop was sent before, and its answer was lost',
    );
  });

  it('warns of the autostart of what it stops, and of nothing that was down before', async () => {
    const machines = [
      { id: 'm000', ...idle, ...autostart },
      { id: 'm001', ...busy, ...autostart },
      { id: 'm002', state: 'stopped' as const, ...autostart },
    ];
    const warnings = async (wish: IdleWish) =>
      (await runStopIdle(createMachinesRig({ machines }), wish)).result.standing;
    const warned = [expect.stringMatching(/^m000 \([^)]*\): `autostart` is on/)];
    expect(await warnings({})).toEqual(warned);
    expect(await warnings({ dryRun: true })).toEqual(warned);
    expect(await warnings({ limit: 1, selector: selector({ machines: ['m001', 'm002'] }) })).toEqual([]);
  });
});

describe('when it goes over an organization', () => {
  const machines = [{ id: 'm000', ...idle }];
  const otherApps = ['staging-a', 'staging-b', 'prod'].map((name, at) => ({
    name,
    machines: [{ id: `m${at + 1}00`, ...idle }],
  }));
  const postgres = {
    name: 'staging-db',
    machines: [{ id: 'm900', ...idle, config: { image: 'flyio/postgres-flex:15' } }],
  };

  it.each([
    ['all of it', [], ['m000', 'm100', 'm200', 'm300']],
    ['what fits patterns', ['staging-*', '!staging-b'], ['m100']],
  ])('stops in %s without being told which machines, but no database', async (_, apps, stopped) => {
    const rig = createMachinesRig({ machines, otherApps: [...otherApps, postgres] });
    const narrowed = selector({ state: ['started'] });
    const changed = await runStopIdle(rig, { org: 'my-org', apps, selector: narrowed });
    expect(changed.done.sort()).toEqual(stopped);
    expect(reasons(changed)['m900']).toBe('a node of unmanaged Postgres');
    const queried = rig.asked().filter((line) => line.includes('prometheus'));
    // The database alone is no reason to ask.
    expect(queried).toHaveLength(stopped.length);
  });

  it.each([[[]], [['*']], [['!prod']]])(
    'wants more than all of it, so as not to stop what nobody meant: %j',
    async (apps) => {
      const rig = createMachinesRig({ machines, otherApps });
      await expect(runStopIdle(rig, { org: 'my-org', apps })).rejects.toMatchObject({
        class: 'input',
        message: expect.stringContaining('Narrow it'),
      });
      expect(rig.fly.requests).toEqual([]);
    },
  );
});
