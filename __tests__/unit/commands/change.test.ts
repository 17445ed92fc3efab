import type { MachineSpec } from '../../../emulator/machines/build.js';
import { counting } from '../../support/fakes/fly-transport.js';
import { selector } from '../../support/machines.js';
import { changes } from '../../support/rigs/changes.js';
import { type Changed, counts, many, outcomes, run } from '../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, thrownBy } from '../../support/rigs/machines-rig.js';

describe('when machines are started', () => {
  it('costs one list, a start, a wait and a look for each, and nothing else', async () => {
    const rig = createMachinesRig({ machines: many(7) });
    const done = await run(rig, 'start');
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'POST start': 7, 'GET wait': 7, 'GET machine': 7 });
    expect(new Set(Object.values(outcomes(done)))).toEqual(new Set(['changed']));
    expect(done.result.failures).toEqual([]);
    expect(done.result.line).toBe('started 7, already started 0, failed 0 of 7 in my-app');
  });

  it('costs only the list where all are there already', async () => {
    const rig = createMachinesRig({ machines: many(5, () => ({ state: 'started' })) });
    const { result } = await run(rig, 'start');
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
    expect(result.machines.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual(
      Array.from({ length: 5 }, () => 'unchanged: already started'),
    );
    expect(result.notices).toEqual([]);
  });

  it('works on a hundred side by side', async () => {
    const settings = { latencyMs: 100, bootMs: 2_000 };
    const alone = createMachinesRig({ machines: many(1), settings });
    await run(alone, 'start');
    const rig = createMachinesRig({ machines: many(100), settings, maxConcurrent: 100 });
    const done = await run(rig, 'start');
    expect(done.result.line).toBe('started 100, already started 0, failed 0 of 100 in my-app');
    expect(rig.deadline.elapsed).toBe(alone.deadline.elapsed);
    expect(counts(rig)).toEqual({
      ...{ 'GET machines': 1, 'POST start': 100, 'GET wait': 100, 'GET machine': 100 },
    });
  });

  it('tells of each machine as soon as it is done, and reports them in their order', async () => {
    const machines = many(3, (index) => ({ behaviour: { bootMs: 3_000 - 1_000 * index } }));
    const done = await run(createMachinesRig({ machines }), 'start');
    expect(done.done).toEqual(['m002', 'm001', 'm000']);
    expect(done.result.machines.map(({ machine, durationMs }) => [machine.id, durationMs])).toEqual([
      ['m000', 3_000],
      ['m001', 2_000],
      ['m002', 1_000],
    ]);
  });

  it('reports the state that was there and the one that was read back', async () => {
    const { result } = await run(
      createMachinesRig({ machines: many(1, () => ({ state: 'suspended' })) }),
      'start',
    );
    expect(result.machines[0]).toMatchObject({ machine: { state: 'suspended' }, state: 'started' });
  });
});

describe('when requests are limited', () => {
  it.each([1, 4])('has never more than %i changes in flight', async (maxConcurrent) => {
    let most = () => 0;
    const rig = createMachinesRig({
      machines: many(12),
      settings: { latencyMs: 50 },
      maxConcurrent,
      around: (inner) => {
        const { transport, most: count } = counting(inner, 'POST');
        most = count;
        return transport;
      },
    });
    await run(rig, 'start');
    expect(most()).toBe(maxConcurrent);
  });

  it('holds no place while it waits', async () => {
    const rig = createMachinesRig({
      machines: many(10),
      settings: { bootMs: 60_000, latencyMs: 50 },
      maxConcurrent: 1,
    });
    await run(rig, 'start');
    expect(rig.deadline.elapsed).toBeLessThan(65_000);
  });

  it('holds no place while a lease or a state in between passes', async () => {
    const machines = many(3, (index) =>
      index === 0 ? { state: 'created', behaviour: { createdMs: 60_000 } } : {},
    );
    const done = await run(createMachinesRig({ machines, maxConcurrent: 1 }), 'start');
    expect(done.done).toEqual(['m001', 'm002', 'm000']);
  });
});

describe('when one machine fails', () => {
  it('does not hide the others', async () => {
    const behaviours = [{ start: 'no-capacity' }, { start: 'error' }, {}, { boot: 'fails' }, {}] as const;
    const machines = many(5, (index) => ({ behaviour: behaviours[index] ?? {}, name: `web-${index}` }));
    const done = await run(createMachinesRig({ machines }), 'start');
    expect(outcomes(done)).toEqual({
      m000: 'failed',
      m001: 'failed',
      m002: 'changed',
      m003: 'failed',
      m004: 'changed',
    });
    expect(done.result.failures).toEqual([]);
    expect(done.result.machines.map(({ error }) => error?.class)).toEqual([
      ...['no capacity', 'Fly failure', undefined, 'wrong state', undefined],
    ]);
    expect(done.result.machines[0]?.error?.message).toMatch(/^start machine m000: Fly answered 409/);
    expect(done.result.line).toBe('started 2, already started 0, failed 3 of 5 in my-app');
  });

  it('reports the state that was read last, not the one that was hoped for', async () => {
    const machines = many(1, () => ({ behaviour: { boot: 'fails' } }));
    const { result } = await run(createMachinesRig({ machines }), 'start');
    expect(result.machines[0]).toMatchObject({
      machine: { state: 'stopped' },
      state: 'failed',
      outcome: 'failed',
    });
  });

  it('gives every machine an outcome at the deadline', async () => {
    const machines = many(4, (index) => ({ behaviour: index < 2 ? { boot: 'never' } : {} }));
    const rig = createMachinesRig({ machines, timeoutMs: 30_000 });
    const done = await run(rig, 'start', { timeout: 30_000 });
    expect(Object.values(outcomes(done))).toEqual(['failed', 'failed', 'changed', 'changed']);
    expect(done.result.machines.flatMap(({ error }) => error?.class ?? [])).toEqual(['timeout', 'timeout']);
    expect(rig.deadline.elapsed).toBe(30_000);
  });

  it('gives every machine an outcome when the job is cancelled, and sends nothing more', async () => {
    const rig = createMachinesRig({ machines: many(30), settings: { latencyMs: 100 }, maxConcurrent: 2 });
    void rig.clock.sleep(250).then(rig.cancel);
    const done = await run(rig, 'start');
    expect(rig.deadline.elapsed).toBe(250);
    expect(new Set(done.result.machines.flatMap(({ error }) => error?.class ?? []))).toEqual(
      new Set(['cancelled']),
    );
    expect(done.result.machines).toHaveLength(30);
    expect(counts(rig)['POST start']).toBeLessThan(7);
  });
});

describe('when several apps are worked on', () => {
  it('works on the others where one does not exist', async () => {
    const rig = createMachinesRig({ machines: many(2) });
    const done = await run(rig, 'start', { apps: ['nowhere', APP] });
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
    expect(done.result.failures.map(({ app, error }) => `${app}: ${error.class}`)).toEqual([
      'nowhere: not found',
    ]);
  });

  it('does not call a name misspelt that an app may have which cannot be listed', async () => {
    const otherApps = [{ name: 'other-app', machines: [{ id: 'x001', name: 'web-9' }] }];
    const faults = [{ path: '/v1/apps/other-app', fault: { status: 403, body: { error: 'no' } } }];
    const rig = createMachinesRig({ machines: many(1), otherApps, faults });
    const options = { apps: [APP, 'other-app'], selector: selector({ machines: ['m000', 'web-9'] }) };
    const done = await run(rig, 'start', options);
    expect(outcomes(done)).toEqual({ m000: 'changed' });
    expect(done.result.failures.map(({ error }) => error.class)).toEqual(['forbidden']);
  });
});

describe('when nothing is to be done', () => {
  it.each([selector(), selector({ exclude: ['m000'] })])(
    'is an input error before any request: %#',
    async (it) => {
      const rig = createMachinesRig({ machines: many(1) });
      const error = await thrownBy(run(rig, 'stop', { selector: it }));
      expect(error.class).toBe('input');
      expect(error.message).toContain('No machines chosen to stop');
      expect(rig.asked()).toEqual([]);
    },
  );

  it('throws for a typo, and changes nothing', async () => {
    const rig = createMachinesRig({ machines: many(2) });
    const it = selector({ machines: ['m000', 'm999'] });
    expect(await thrownBy(run(rig, 'start', { selector: it }))).toMatchObject({ class: 'not found' });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });

  it.each([
    [
      { machines: [] as string[] },
      'No machine was selected, since `machines` is an empty list; there are 2 (2 stopped).',
    ],
    [
      { state: ['failed'] },
      'No machine was selected, since none is in state failed; there are 2 (2 stopped).',
    ],
    [
      { machines: 'all' as const, exclude: ['m000', 'm001'] },
      'Nothing to start: 2 machines selected, all left alone.',
    ],
  ])('says so and succeeds: %j', async (changes, notice) => {
    const { result } = await run(createMachinesRig({ machines: many(2) }), 'start', {
      selector: selector(changes),
    });
    expect(result.notices).toEqual([notice]);
    expect(result.failures).toEqual([]);
  });
});

describe('when it is a dry run', () => {
  it('shows the same table, with what would be changed', async () => {
    const machines = many(5, (index) => ({
      state: index === 0 ? 'stopped' : 'started',
      ...(index === 1 ? { config: { standbys: ['m000'] } } : {}),
    }));
    const options = { limit: 2, selector: selector({ machines: 'all', exclude: ['m002'] }) };
    const rig = createMachinesRig({ machines });
    const dry = await run(rig, 'stop', { ...options, dryRun: true });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
    const real = await run(createMachinesRig({ machines }), 'stop', options);
    const table = ({ result }: Changed) =>
      result.machines.map(({ machine, outcome, reason }) => [machine.id, outcome, reason]);
    expect(table(real)).toEqual([
      ['m000', 'unchanged', 'already stopped'],
      ['m001', 'skipped', 'a standby of other machines'],
      ['m002', 'skipped', 'excluded by m002'],
      ['m003', 'changed', ''],
      ['m004', 'changed', ''],
    ]);
    expect(table(dry)).toEqual(
      table(real).map((row) => (row[1] === 'changed' ? [row[0], 'skipped', 'dry run: would stop'] : row)),
    );
  });
});

describe('when the step does not wait', () => {
  it('reports what was requested, and does not claim a state', async () => {
    const rig = createMachinesRig({ machines: many(2) });
    const { result } = await run(rig, 'start', { wait: false });
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'POST start': 2 });
    expect(result.machines.map(({ outcome, state }) => [outcome, state])).toEqual([
      ['requested', 'stopped'],
      ['requested', 'stopped'],
    ]);
  });

  it('says of what was on its way already that it is', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'stopping' })) });
    const { result } = await run(rig, 'stop', { wait: false });
    expect(result.machines[0]).toMatchObject({
      outcome: 'unchanged',
      state: 'stopping',
      reason: 'stopping already',
    });
  });
});

describe('when a machine is on its way already', () => {
  it('is waited for without another request to change it', async () => {
    const rig = createMachinesRig({ machines: many(2) });
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    const { result } = await run(rig, 'start');
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'POST start': 2, 'GET wait': 2, 'GET machine': 2 });
    expect(result.machines[0]).toMatchObject({
      outcome: 'unchanged',
      state: 'started',
      machine: { state: 'starting' },
      reason: 'starting already',
    });
  });
});

describe('when machines are stopped', () => {
  it('hands on the signal and the kill timeout', async () => {
    const bodies: (string | undefined)[] = [];
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started' })),
      around: (inner) => (request) => {
        if (request.method === 'POST') bodies.push(request.body);
        return inner(request);
      },
    });
    await run(rig, 'stop', { wishes: { signal: 'SIGTERM', killTimeout: 30_000 } });
    expect(bodies).toEqual(['{"signal":"SIGTERM","timeout":"30s"}']);
  });

  const SLOW: MachineSpec = {
    state: 'started',
    behaviour: { ignoresSignal: true },
    config: { stop_config: { timeout: '8m' } },
  };

  it('has time for the longest kill timeout where no time was set', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => (index === 0 ? SLOW : { state: 'started' })),
    });
    const done = await run(rig, 'stop');
    expect(Object.values(outcomes(done))).toEqual(['changed', 'changed']);
    expect(rig.deadline.elapsed).toBe(480_000);
  });

  it('counts on Fly’s own kill timeout, and a minute, where the machine has none', async () => {
    const machines = many(1, () => ({ state: 'started', behaviour: { ignoresSignal: true } }));
    const rig = createMachinesRig({ machines, timeoutMs: 10_000 });
    await run(rig, 'stop');
    expect(rig.deadline.elapsed + rig.deadline.left).toBe(65_000);
  });

  it('has time for the kill timeout that was given', async () => {
    const rig = createMachinesRig({ machines: many(1, () => SLOW) });
    const done = await run(rig, 'stop', { wishes: { killTimeout: 600_000 } });
    expect(Object.values(outcomes(done))).toEqual(['changed']);
    expect(rig.deadline.elapsed).toBe(600_000);
  });

  it('keeps to the time that was set', async () => {
    const rig = createMachinesRig({ machines: many(1, () => SLOW) });
    const done = await run(rig, 'stop', { timeout: 300_000 });
    expect(Object.values(outcomes(done))).toEqual(['failed']);
    expect(rig.deadline.elapsed).toBe(300_000);
  });

  it('leaves machines out of that which it does not touch', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => (index === 0 ? SLOW : { state: 'started' })),
    });
    await run(rig, 'stop', { selector: selector({ machines: 'all', exclude: ['m000'] }) });
    expect(rig.deadline.left + rig.deadline.elapsed).toBe(300_000);
  });

  it('is not led into waiting for ever by a kill timeout without sense', async () => {
    const machines = many(1, () => ({ state: 'started', config: { stop_config: { timeout: 9e99 } } }));
    const rig = createMachinesRig({ machines });
    await run(rig, 'stop');
    expect(rig.deadline.left).toBeLessThanOrEqual(86_400_000);
  });
});

describe('when it is a dry run and a machine is on its way', () => {
  it('sends nothing but the list, and does not wait', async () => {
    const rig = createMachinesRig({ machines: [{ id: 'm1', state: 'stopping' }] });
    const { result } = await run(rig, 'stop', { dryRun: true });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
    expect(result.machines[0]).toMatchObject({ outcome: 'unchanged', reason: 'stopping already' });
  });
});

describe('when a machine that is named by its id destroys itself as it stops', () => {
  it('has done what it was asked once it is read back as stopped, or beyond', async () => {
    const machine = { id: 'm1', state: 'started' as const, config: { auto_destroy: true } };
    const { result } = await run(createMachinesRig({ machines: [machine] }), 'stop', {
      selector: selector({ machines: ['m1'] }),
    });
    expect(result.failures).toEqual([]);
    expect(result.machines[0]).toMatchObject({
      outcome: 'changed',
      state: expect.stringMatching(/^(stopped|destroyed)$/),
    });
  });
});
