import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { leaseOfOther, many, outcomes, run, type Wish } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRigOptions } from '../../../support/rigs/machines-rig.js';

const started = (count: number, spec: (index: number) => MachineSpec = () => ({})) =>
  many(count, (index) => ({ state: 'started', ...spec(index) }));

const rigOf = (machines: readonly MachineSpec[], options: MachinesRigOptions = {}) =>
  createMachinesRig({ machines, timeoutMs: 300_000, ...options });

const restart = (rig: ReturnType<typeof rigOf>, wish: Wish = {}) =>
  run(rig, 'restart', { most: { machines: 1 }, halts: true, wait: 'checks', ...wish });

/** Ids in the order of their requests. */
const sent = (rig: ReturnType<typeof rigOf>) =>
  rig.asked().flatMap((line) => /POST (m\d+)\/restart.* 200$/.exec(line)?.[1] ?? []);

const CHECKED = { config: { checks: { alive: { type: 'http', port: 80, interval: '10s' } } } } as const;
const NEVER_PASSES = { behaviour: { checksPassMs: Number.POSITIVE_INFINITY } } as const;

/** Notes, whenever a restart is asked for, how many machines are not up before it. */
function downAtRequests() {
  const down: number[] = [];
  const seen: { rig?: ReturnType<typeof rigOf> } = {};
  const around: MachinesRigOptions['around'] = (inner) => (request) => {
    const { rig } = seen;
    if (rig !== undefined && request.url.pathname.endsWith('/restart'))
      down.push(rig.fly.machines(APP).filter(({ state }) => state !== 'started').length);
    return inner(request);
  };
  return { down, around, seen };
}

describe('when machines are restarted a few at a time', () => {
  it('begins the next only once one is back, in the order of their ids', async () => {
    const rig = rigOf(started(4));
    const done = await restart(rig);
    expect(sent(rig)).toEqual(['m000', 'm001', 'm002', 'm003']);
    expect(done.done).toEqual(['m000', 'm001', 'm002', 'm003']);
    expect(done.result.line).toBe('restarted 4, failed 0 of 4 in my-app');
    expect(done.said).toEqual([
      'This may take up to 5 min.',
      '4 machines of app in my-app to restart, at most 1 at once, in 4 rounds.',
      'round',
      'round',
      'round',
    ]);
  });

  it('waits until the checks of one pass before the next is begun', async () => {
    const rig = rigOf(started(3, () => ({ ...CHECKED, behaviour: { checksPassMs: 20_000 } })));
    const { result } = await restart(rig);
    expect(result.machines.every(({ durationMs }) => durationMs > 20_000)).toBe(true);
    expect(rig.deadline.elapsed).toBeGreaterThan(60_000);
  });

  it('has as many down at once as may be, after the first one, which is down alone', async () => {
    const { down, around, seen } = downAtRequests();
    const rig = rigOf(started(9), { around });
    seen.rig = rig;
    expect(outcomes(await restart(rig, { most: { percent: 33 } }))).toMatchObject({ m008: 'changed' });
    expect(down).toHaveLength(9);
    expect(down.slice(0, 2)).toEqual([0, 0]);
    expect(Math.max(...down)).toBe(1);
  });

  it('has the next one go alone where the first was left alone', async () => {
    const { down, around, seen } = downAtRequests();
    const rig = rigOf(started(6), { around });
    seen.rig = rig;
    leaseOfOther(rig, 'm000', 600);
    const done = await restart(rig, { most: { machines: 3 }, onLease: 'skip' });
    expect(outcomes(done)).toMatchObject({ m000: 'skipped', m001: 'changed', m005: 'changed' });
    // The first request was refused; the second has its machine down alone.
    expect(down.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Math.max(...down)).toBe(2);
  });

  it('keeps one up of those that others have left up', async () => {
    const { down, around, seen } = downAtRequests();
    const rig = rigOf(started(4), { around });
    seen.rig = rig;
    rig.clock.sleep(3_000).then(
      () => {
        for (const id of ['m001', 'm002']) rig.fly.machine(APP, id).state = 'stopped';
      },
      () => undefined,
    );
    const done = await restart(rig, { most: { machines: 3 }, settle: 5_000 });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped', m002: 'skipped', m003: 'changed' });
    expect(down).toEqual([0, 2]);
  });

  it('begins with those that serve nobody', async () => {
    const rig = rigOf(started(4, (index) => (index === 2 ? { ...CHECKED, behaviour: { checks: {} } } : {})));
    const unwell = rig.fly.machine(APP, 'm003');
    unwell.state = 'failed';
    await restart(rig);
    expect(sent(rig)[0]).toBe('m003');
  });

  it('restarts groups and apps side by side, each with places of its own', async () => {
    const rig = createMachinesRig({
      machines: started(4, (index) => ({ processGroup: index < 2 ? 'web' : 'worker' })),
      otherApps: [{ name: 'other', machines: [{ id: 'm100', state: 'started' }] }],
    });
    const { said } = await restart(rig, { apps: [APP, 'other'] });
    expect(said.slice(0, 4)).toEqual([
      'This may take up to 5 min.',
      '2 machines of web in my-app to restart, at most 1 at once, in 2 rounds.',
      '2 machines of worker in my-app to restart, at most 1 at once, in 2 rounds.',
      'One machine of app in other to restart: any share of it is that machine, which is down meanwhile.',
    ]);
    expect(new Set(sent(rig).slice(0, 2))).toEqual(new Set(['m000', 'm002']));
  });

  it('skips what is stopped, and gives it no place', async () => {
    const rig = rigOf(started(4, (index) => (index % 2 === 0 ? { state: 'stopped' } : {})));
    const done = await restart(rig, { most: { percent: 50 } });
    expect(outcomes(done)).toEqual({ m000: 'skipped', m001: 'changed', m002: 'skipped', m003: 'changed' });
    expect(done.said[1]).toContain('2 machines of app in my-app to restart, at most 1 at once');
  });

  it('gives each machine its share of the time that is left', async () => {
    const rig = rigOf(
      started(3, () => ({ ...CHECKED, ...NEVER_PASSES })),
      { timeoutMs: 90_000 },
    );
    const { result } = await restart(rig, { timeout: 90_000 });
    const [first] = result.machines;
    expect(first?.error?.message).toContain(
      'not done within 30 s, its share of the 1 min 30 s that were left',
    );
    expect(rig.deadline.elapsed).toBeLessThan(32_000);
  });

  it('has room for all rounds, two hours at the most, unless the step has a time of its own', async () => {
    const slow = { ...CHECKED, behaviour: { checksPassMs: 100_000 } };
    const rig = rigOf(started(4, () => slow));
    const done = await restart(rig);
    expect(outcomes(done)).toMatchObject({ m000: 'changed', m003: 'changed' });
    expect(done.said).toContain('This may take up to 9 min.');
    const many = rigOf(started(200));
    expect((await restart(many)).said).toContain('This may take up to 2 h.');
    const own = rigOf(
      started(4, () => slow),
      { timeoutMs: 60_000 },
    );
    expect((await restart(own, { timeout: 60_000 })).said).toContain('This may take up to 1 min.');
  });
});

describe('when a machine does not come back', () => {
  const CRASHES = { behaviour: { boot: 'ends', exitCode: 3 } } as const;

  it('begins no other, in any group or app, and says which machine was the cause', async () => {
    const rig = createMachinesRig({
      machines: started(6, (index) => ({
        processGroup: index < 3 ? 'web' : 'worker',
        ...(index === 0 ? CRASHES : { behaviour: { bootMs: 60_000 } }),
      })),
    });
    const done = await restart(rig);
    const [broken, ...others] = done.result.machines;
    expect(broken).toMatchObject({ outcome: 'failed', error: { class: 'wrong state' } });
    // The first of the other group was under way, and was brought to its end.
    expect(outcomes(done)).toMatchObject({ m003: 'changed', m001: 'skipped', m005: 'skipped' });
    const left = others.filter(({ outcome }) => outcome === 'skipped');
    expect(new Set(left.map(({ reason }) => reason))).toEqual(
      new Set([`not begun: machine m000 (${broken?.machine.name}) in my-app failed`]),
    );
    expect(sent(rig)).not.toContain('m001');
    expect(done.result.warnings).toEqual([
      `${left.length} machines not begun: machine m000 (${broken?.machine.name}) in my-app failed (\`on-failure: stop\`).`,
    ]);
  });

  it('says that its check failed before, too, and how to go on without it', async () => {
    const rig = rigOf(started(1, () => ({ ...CHECKED, ...NEVER_PASSES })));
    await rig.clock.advance(5_000);
    const { result } = await restart(rig);
    expect(result.machines[0]?.error).toMatchObject({
      class: 'timeout',
      message: expect.stringContaining('check alive is critical: connection refused, as it was before'),
      hint: expect.stringContaining('`wait: true`'),
    });
  });

  it('keeps its place where all are tried, so that no more are down than may be', async () => {
    const rig = rigOf(started(4, (index) => (index === 1 ? CRASHES : {})));
    const done = await restart(rig, { halts: false });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped', m003: 'skipped' });
    expect(done.result.machines[3]?.reason).toBe(
      'not begun: m001 did not come back, and no more machines of app in my-app may be down at once (`max-unavailable`)',
    );
  });

  it('frees its place where Fly refused to restart it', async () => {
    const rig = rigOf(started(3), {
      faults: [{ path: /m001.restart/, fault: { status: 403, body: { error: 'no' } } }],
    });
    expect(outcomes(await restart(rig, { halts: false }))).toEqual({
      m000: 'changed',
      m001: 'failed',
      m002: 'changed',
    });
  });

  it('frees its place where another client has destroyed it', async () => {
    const rig = rigOf(started(3), { settings: { forgetMs: 0 } });
    void rig.clock.sleep(300).then(() => rig.fly.destroyMachine(APP, 'm000'));
    expect(outcomes(await restart(rig))).toEqual({ m000: 'skipped', m001: 'changed', m002: 'changed' });
  });

  it('fails where nothing else has, and the only place stays taken by one that its restart may have destroyed', async () => {
    const rig = rigOf(
      started(3, () => ({ config: { auto_destroy: true } })),
      { settings: { forgetMs: 0 } },
    );
    void rig.clock.sleep(300).then(() => rig.fly.destroyMachine(APP, 'm000'));
    const { result } = await restart(rig, { halts: false });
    expect(outcomes({ result })).toEqual({ m000: 'skipped', m001: 'failed', m002: 'skipped' });
    expect(result.machines[1]?.error?.message).toContain('m000 did not come back');
    expect(result.machines[2]?.reason).toContain('not begun: m000 did not come back');
  });

  it('leaves a place to the others where there is one', async () => {
    const rig = rigOf(started(6, (index) => (index === 1 ? CRASHES : {})));
    const done = await restart(rig, { halts: false, most: { machines: 2 } });
    expect(Object.values(outcomes(done)).filter((it) => it === 'changed')).toHaveLength(5);
  });

  it('begins nothing where an app can not be listed', async () => {
    const rig = createMachinesRig({
      machines: started(2),
      otherApps: [{ name: 'other', machines: [] }],
      faults: [{ path: /other.machines/, fault: { status: 500, body: { error: 'boom' } } }],
    });
    const done = await restart(rig, { apps: [APP, 'other'] });
    expect(sent(rig)).toEqual([]);
    expect(done.result.machines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['skipped', 'not begun: app other could not be read'],
      ['skipped', 'not begun: app other could not be read'],
    ]);
    const rehearsed = await restart(rig, { apps: [APP, 'other'], dryRun: true });
    expect(rehearsed.result.machines[0]?.wouldChange).toBeUndefined();
  });

  it('does not count a machine that is skipped for its lease', async () => {
    const rig = rigOf(started(3));
    leaseOfOther(rig, 'm001', 600);
    expect(outcomes(await restart(rig, { onLease: 'skip' }))).toEqual({
      m000: 'changed',
      m001: 'skipped',
      m002: 'changed',
    });
  });

  it('fails, and begins nothing more, when the job is cancelled', async () => {
    const rig = rigOf(started(3, () => ({ behaviour: { bootMs: 20_000 } })));
    rig.clock.sleep(30_000).then(rig.cancel, () => undefined);
    const done = await restart(rig);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed', m002: 'skipped' });
    expect(done.result.machines[1]?.error?.class).toBe('cancelled');
    expect(done.result.machines[2]?.reason).toBe('not begun: the job was cancelled');
    expect(done.result.warnings).toEqual(['1 machine not begun: the job was cancelled.']);
  });
});

describe('when a rolling restart is rehearsed', () => {
  it('shows the order of each group', async () => {
    const rig = rigOf(started(4, (index) => ({ name: `web-${index}` })));
    rig.fly.machine(APP, 'm002').state = 'failed';
    const { result, said } = await restart(rig, { dryRun: true, most: { machines: 2 } });
    expect(result.machines[0]).toMatchObject({ outcome: 'skipped', reason: 'dry run: would restart' });
    expect(said).toEqual([
      'This may take up to 5 min.',
      '4 machines of app in my-app to restart, at most 2 at once, in 3 rounds.',
      '  round 1, ailing: m002 (web-2)',
      '  round 2, alone: m000 (web-0)',
      '  round 3: m001 (web-1), m003 (web-3)',
    ]);
    expect(sent(rig)).toEqual([]);
  });
});

describe('when several jobs restart shares of one app', () => {
  it('says that each takes its own', async () => {
    const rig = rigOf(started(12));
    const { result } = await restart(rig, { shard: { index: 0, total: 3 } });
    expect(result.warnings).toEqual([
      expect.stringContaining('3 jobs side by side may have some 3 machines'),
    ]);
    expect((await restart(rig, { shard: { index: 0, total: 1 } })).result.warnings).toEqual([]);
  });
});
