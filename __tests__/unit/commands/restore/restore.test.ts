import type { Fault } from '../../../../emulator/faults.js';
import type {
  ChangedMachine,
  Restorable,
  RestoreRecord,
} from '../../../../src/commands/engine/restore-record.js';
import type { Hold } from '../../../../src/commands/keep-alive/hold.js';
import { restore } from '../../../../src/commands/restore/restore.js';
import type { CommandResult, MachineResult } from '../../../../src/commands/result/result.js';
import { changes } from '../../../support/rigs/changes.js';
import { COUNTS_NONE } from '../../../support/rigs/counts-none.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const progress = {
  planned: () => undefined,
  begin: () => undefined,
  done: () => undefined,
  end: () => undefined,
  turn: () => undefined,
  round: () => undefined,
  tell: () => undefined,
  note: () => undefined,
  warn: () => undefined,
};

function record(command: Restorable, machines: readonly Partial<ChangedMachine>[]): RestoreRecord {
  const each = machines.map(
    (it): ChangedMachine => ({ app: APP, id: 'm1', version: '', from: 'stopped', ...it }),
  );
  return { command, fallback: 'none', machines: each };
}

async function restored(rig: MachinesRig, kept: RestoreRecord): Promise<CommandResult> {
  const { client, clock, deadline } = rig;
  return clock.run(restore(kept, { client, clock, deadline, progress, now: () => clock.now() }));
}

function rowOf({ machines }: CommandResult, id: string): MachineResult {
  const row = machines.find(({ machine }) => machine.id === id);
  if (row === undefined) throw new Error(`there is no result of ${id}`);
  return row;
}

const started = (...ids: string[]): MachinesRigOptions => ({
  machines: ids.map((id) => ({ id, state: 'started' as const })),
});
const leftStarted = (id: string): Partial<ChangedMachine> => ({ id, left: 'started' });

describe('when machines are put back', () => {
  it('asks for all before it waits for any, even with one place', async () => {
    const ids = ['m1', 'm2', 'm3', 'm4'];
    const rig = createMachinesRig({ ...started(...ids), maxConcurrent: 1, settings: { latencyMs: 80 } });
    const result = await restored(rig, record('start', ids.map(leftStarted)));
    const asked = rig.asked();
    expect(asked.filter((it) => it.startsWith('POST'))).toEqual(ids.map((id) => `POST ${id}/stop 200`));
    expect(asked.findIndex((it) => it.includes('/wait'))).toBeGreaterThan(
      asked.lastIndexOf('POST m4/stop 200'),
    );
    expect(asked.filter((it) => it === 'GET machines 200')).toHaveLength(1);
    expect(result.line).toBe('put back: stopped 4, failed 0 of 4 in my-app');
    expect(rig.fly.machines(APP).map(({ state }) => state)).toEqual(ids.map(() => 'stopped'));
  });

  it.each<{ command: Restorable; from: string; left: string; state: 'started' | 'stopped' | 'suspended' }>([
    { command: 'start', from: 'suspended', left: 'started', state: 'started' },
    { command: 'stop', from: 'started', left: 'stopped', state: 'stopped' },
    { command: 'suspend', from: 'started', left: 'suspended', state: 'suspended' },
  ])('reads back that $command from $from is undone', async ({ command, from, left, state }) => {
    const rig = createMachinesRig({ machines: [{ id: 'm1', state }] });
    const result = await restored(rig, record(command, [{ from, left }]));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'changed', state: from });
    expect(rig.fly.machine(APP, 'm1').state).toBe(from);
  });

  it('takes them out of rotation and puts them back', async () => {
    const rig = createMachinesRig({ machines: [{ id: 'm1', state: 'started', cordoned: true }] });
    const result = await restored(rig, record('cordon', [{ from: 'uncordoned', left: 'cordoned' }]));
    expect(result.line).toBe('put back: uncordoned 1, failed 0 of 1 in my-app');
    expect(rig.fly.machine(APP, 'm1').cordoned).toBe(false);
  });

  it('lists each app once', async () => {
    const otherApps = [{ name: 'other', machines: [{ id: 'o1', state: 'started' as const }] }];
    const rig = createMachinesRig({ ...started('m1', 'm2'), otherApps });
    const kept = record('start', [
      leftStarted('m1'),
      { ...leftStarted('o1'), app: 'other' },
      leftStarted('m2'),
    ]);
    const result = await restored(rig, kept);
    expect(rig.asked().filter((it) => it.endsWith('machines 200'))).toHaveLength(2);
    expect(result.line).toBe('put back: stopped 3, failed 0 of 3 in my-app, other');
  });

  it('waits out what a cut-short step has begun', async () => {
    const rig = createMachinesRig({
      machines: [{ id: 'm1', state: 'started' }],
      settings: { stopMs: 5_000 },
    });
    const { client, deadline, clock } = rig;
    await clock.run(changes(client).stop({ app: APP, id: 'm1' }, {}, deadline.signal));
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopping');
    const result = await restored(rig, record('stop', [{ from: 'started' }]));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'changed', state: 'started' });
  });
});

describe('when something has happened in between', () => {
  it('notes a deploy, and puts the machine back all the same', async () => {
    const rig = createMachinesRig(started('m1'));
    const version = rig.fly.machine(APP, 'm1').instanceId;
    rig.fly.replaceMachine(APP, 'm1');
    await rig.clock.advance(10_000);
    const result = await restored(rig, record('start', [{ left: 'started', version }]));
    expect(rowOf(result, 'm1')).toMatchObject({
      outcome: 'changed',
      reason: 'a deploy has changed it in between',
    });
  });

  it('does not call the same version a deploy', async () => {
    const rig = createMachinesRig(started('m1'));
    const version = rig.fly.machine(APP, 'm1').instanceId;
    expect(rowOf(await restored(rig, record('start', [{ left: 'started', version }])), 'm1').reason).toBe('');
  });

  it('leaves alone what is gone or elsewhere, and asks nothing of it', async () => {
    const rig = createMachinesRig({
      machines: [
        { id: 'm2', state: 'suspended' },
        { id: 'm3', state: 'stopped' },
      ],
    });
    const result = await restored(
      rig,
      record('start', [leftStarted('m1'), leftStarted('m2'), leftStarted('m3')]),
    );
    expect(rowOf(result, 'm1')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('gone'),
    });
    expect(rowOf(result, 'm2')).toMatchObject({ outcome: 'skipped' });
    expect(rowOf(result, 'm3')).toMatchObject({ outcome: 'unchanged', reason: 'already stopped' });
    expect(result.line).toBe('put back: nothing, as before already 1, left alone 2, failed 0 of 3 in my-app');
    // What the list lacks is looked for twice, and in another list.
    expect(rig.asked()).toEqual(['GET machines 200', 'GET m1 404', 'GET m1 404', 'GET machines 200']);
  });

  it('puts the others back where a machine that the list lacks can’t be read', async () => {
    for (const fault of [{ status: 500, body: {} }, 'hang'] as const) {
      const rig = createMachinesRig(started('m1'));
      rig.fly.faults.push({ path: /machines\/m2$/, fault });
      const result = await restored(rig, record('start', [leftStarted('m1'), leftStarted('m2')]));
      expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'changed', state: 'stopped' });
      expect(rowOf(result, 'm2')).toMatchObject({
        outcome: 'failed',
        error: { class: fault === 'hang' ? 'timeout' : 'Fly failure' },
      });
    }
  });
});

describe('when machines are held', () => {
  const OURS = '2025-01-15T13:00:00.417Z';
  const THEIRS = '2025-01-15T13:00:01Z';
  const KEY = 'keep-alive-until';
  const heldUntil = (id: string, time: string, others = {}) =>
    ({ id, state: 'started', metadata: { [KEY]: time }, ...others }) as const;
  const held = (ids: readonly string[], before?: number): Hold[] =>
    ids.map((id) => ({ app: APP, id, held: OURS, ...(before !== undefined && { before }) }));
  /** Of machines that were started and held. */
  const leftHeld = (ids: readonly string[], before?: number): RestoreRecord => ({
    ...record('start', ids.map(leftStarted)),
    holds: held(ids, before),
  });
  /** Of machines that were held only. */
  const onlyHeld = (ids: readonly string[], before?: number): RestoreRecord => ({
    ...record('start', []),
    holds: held(ids, before),
  });
  const holdOf = (rig: MachinesRig, id: string) => rig.fly.machine(APP, id).config.metadata?.[KEY];
  const setHold = (rig: MachinesRig, id: string, time: string) => {
    const machine = rig.fly.machine(APP, id);
    machine.config = { ...machine.config, metadata: { [KEY]: time } };
  };

  it('puts back what it holds alone and takes that back; what others hold is left', async () => {
    const rig = createMachinesRig({ machines: [heldUntil('m1', OURS), heldUntil('m2', THEIRS)] });
    const result = await restored(rig, leftHeld(['m1', 'm2']));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'changed', state: 'stopped' });
    expect(rowOf(result, 'm2')).toMatchObject({
      outcome: 'skipped',
      reason: `held by another job until ${THEIRS}`,
    });
    expect([holdOf(rig, 'm1'), holdOf(rig, 'm2')]).toEqual([undefined, THEIRS]);
    expect(rig.asked().filter((it) => it.includes('m2'))).toEqual([]);
    expect(result.warnings).toEqual([]);
  });

  it('takes it back where the machine is as before already, and nothing that somebody wrote over it', async () => {
    const stopped = { state: 'stopped' };
    const rig = createMachinesRig({
      machines: [heldUntil('m1', OURS, stopped), heldUntil('m2', THEIRS, stopped), heldUntil('m3', OURS)],
      settings: { stopMs: 5_000 },
    });
    void rig.clock.sleep(3_000).then(() => setHold(rig, 'm3', THEIRS));
    const result = await restored(rig, leftHeld(['m1', 'm2', 'm3']));
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'changed']);
    expect(['m1', 'm2', 'm3'].map((id) => holdOf(rig, id))).toEqual([undefined, THEIRS, THEIRS]);
  });

  it('goes by the servers’ time', async () => {
    const rig = createMachinesRig({ machines: [heldUntil('m1', THEIRS)] });
    const { client, clock, deadline } = rig;
    const now = () => Date.UTC(2025, 0, 15, 13, 0, 2);
    const kept = leftHeld(['m1']);
    const result = await clock.run(restore(kept, { client, clock, deadline, progress, now }));
    expect(rowOf(result, 'm1').outcome).toBe('changed');
  });

  it('leaves alone what another job comes to hold while a lease is waited for', async () => {
    const rig = createMachinesRig({ ...started('m1'), timeoutMs: 240_000 });
    const { client, deadline, clock } = rig;
    const lease = { ttl: 20, description: 'a deploy' };
    await clock.run(client.acquireLease({ app: APP, id: 'm1' }, lease, deadline.signal));
    void clock.sleep(10_000).then(() => setHold(rig, 'm1', THEIRS));
    const result = await restored(rig, record('start', [leftStarted('m1')]));
    expect(rowOf(result, 'm1')).toMatchObject({
      outcome: 'skipped',
      reason: `held by another job until ${THEIRS}`,
    });
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    expect(result.line).toBe('put back: nothing, left alone 1, failed 0 of 1 in my-app');
  });

  it('leaves alone what others come to hold, or suspend, while the list of another app is waited for', async () => {
    const otherApps = [{ name: 'other', machines: [{ id: 'o1', state: 'started' as const }] }];
    const rig: MachinesRig = createMachinesRig({
      ...started('m1', 'm2', 'm3'),
      otherApps,
      timeoutMs: 240_000,
      around: (inner) => async (request) => {
        if (request.url.pathname === '/v1/apps/other/machines') await rig.clock.sleep(15_000);
        return inner(request);
      },
    });
    void rig.clock.sleep(5_000).then(() => {
      setHold(rig, 'm1', THEIRS);
      rig.fly.machine(APP, 'm2').state = 'suspended';
      rig.fly.machine(APP, 'm3').state = 'stopped';
    });
    const kept = record('start', [
      { ...leftStarted('o1'), app: 'other' },
      ...['m1', 'm2', 'm3'].map(leftStarted),
    ]);
    const result = await restored(rig, kept);
    expect(rowOf(result, 'm1')).toMatchObject({
      outcome: 'skipped',
      reason: `held by another job until ${THEIRS}`,
    });
    expect(rowOf(result, 'm2')).toMatchObject({
      ...{ outcome: 'skipped', state: 'suspended' },
      reason: expect.stringMatching(/^it is suspended, not started as this step left it/),
    });
    expect(rowOf(result, 'm3')).toMatchObject({ outcome: 'unchanged', reason: 'already stopped' });
    expect(rowOf(result, 'o1').outcome).toBe('changed');
    expect(rig.fly.machines(APP).map(({ state }) => state)).toEqual(['started', 'suspended', 'stopped']);
  });

  it('says once which holds it could not take back', async () => {
    const rig = createMachinesRig({
      machines: ['m1', 'm2', 'm3'].map((id) => heldUntil(id, OURS)),
      faults: [{ method: 'DELETE', path: /m[12].metadata/, fault: { status: 403, body: { error: 'no' } } }],
    });
    const result = await restored(rig, leftHeld(['m1', 'm2', 'm3']));
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    expect(result.warnings).toEqual([
      expect.stringMatching(
        /^`keep-alive-until` of this job stays in the metadata of m[12], m[12]: forbidden: /,
      ),
    ]);
    expect(holdOf(rig, 'm3')).toBeUndefined();
  });

  it('takes its hold back from what it has not changed, and does nothing else to it', async () => {
    const rig = createMachinesRig({ machines: [heldUntil('m1', OURS), heldUntil('m2', THEIRS)] });
    const result = await restored(rig, onlyHeld(['m1', 'm2', 'm3']));
    expect(rig.asked()).toEqual([
      'GET machines 200',
      ...['GET m3 404', 'GET m3 404', 'GET machines 200'],
      'GET m1 200',
      'DELETE m1/metadata/keep-alive-until 204',
    ]);
    expect(result.machines).toMatchObject(
      ['started', 'started', 'gone'].map((state) => ({ state, outcome: 'unchanged' })),
    );
    expect([holdOf(rig, 'm1'), holdOf(rig, 'm2')]).toEqual([undefined, THEIRS]);
    expect(result.line).toBe('put back: nothing, as before already 3, failed 0 of 3 in my-app');
    expect(result.warnings).toEqual([]);
  });

  it('says of such a machine too that it can’t be read', async () => {
    const rig = createMachinesRig({
      machines: [heldUntil('m1', OURS)],
      faults: [{ path: /machines/, fault: { status: 403, body: { error: 'no' } } }],
    });
    const result = await restored(rig, onlyHeld(['m1']));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'failed', error: { class: 'forbidden' } });
    expect(holdOf(rig, 'm1')).toBe(OURS);
  });

  describe('and others had them held before', () => {
    const BEFORE = '2025-01-15T12:30:00.250Z';
    const END = Date.parse(BEFORE);

    it.each([
      ['what it leaves started for them', leftHeld(['m1'], END), 'started'],
      ['what is stopped already', leftHeld(['m1'], END), 'stopped'],
      ['what it has only held', onlyHeld(['m1'], END), 'started'],
    ])('gives theirs back: %s', async (_, kept, state) => {
      const rig = createMachinesRig({ machines: [heldUntil('m1', OURS, { state })] });
      const result = await restored(rig, kept);
      expect([rig.fly.machine(APP, 'm1').state, holdOf(rig, 'm1')]).toEqual([state, BEFORE]);
      expect(rig.asked()).toEqual([
        'GET machines 200',
        'GET m1 200',
        'POST m1/metadata/keep-alive-until 204',
      ]);
      expect(result.warnings).toEqual([]);
    });

    it.each([leftHeld(['m1'], END), onlyHeld(['m1'], END)])(
      'removes its own once theirs is over',
      async (kept) => {
        const rig = createMachinesRig({ machines: [heldUntil('m1', OURS)], timeoutMs: 7_200_000 });
        await rig.clock.advance(END - rig.clock.now());
        await restored(rig, kept);
        expect(holdOf(rig, 'm1')).toBeUndefined();
      },
    );

    it('is not what somebody has written over it since', async () => {
      const rig = createMachinesRig({ machines: [heldUntil('m1', THEIRS)] });
      await restored(rig, leftHeld(['m1'], END));
      expect([rig.asked(), holdOf(rig, 'm1')]).toEqual([['GET machines 200'], THEIRS]);
    });

    it('warns where it can’t be given back', async () => {
      const rig = createMachinesRig({
        machines: [heldUntil('m1', OURS)],
        faults: [{ method: 'POST', path: /metadata/, fault: { status: 403, body: { error: 'no' } } }],
      });
      const result = await restored(rig, onlyHeld(['m1'], END));
      expect(result.warnings).toEqual([
        expect.stringMatching(/^`keep-alive-until` of this job stays in the metadata of m1: forbidden: /),
      ]);
    });
  });

  it('has nothing to say of a hold that has gone with its machine', async () => {
    const gone = { status: 404, body: { error: 'machine not found' } };
    const rig = createMachinesRig({
      machines: [heldUntil('m1', OURS)],
      faults: [
        { path: /machines.m1$/, fault: gone },
        { path: /machines$/, from: 2, fault: { status: 200, body: [] } },
        COUNTS_NONE,
      ],
    });
    expect((await restored(rig, onlyHeld(['m1']))).warnings).toEqual([]);
  });

  it('takes a hold back from a machine that is not known for a moment', async () => {
    const gone = { status: 404, body: { error: 'machine not found' } };
    const faults = [{ path: /machines.m1$/, times: 1, fault: gone }];
    const rig = createMachinesRig({ machines: [heldUntil('m1', OURS)], faults });
    expect((await restored(rig, onlyHeld(['m1']))).warnings).toEqual([]);
    expect(holdOf(rig, 'm1')).toBeUndefined();
  });

  it('has nothing to say of a hold whose machine goes while it is taken back, and takes it back once it is known again', async () => {
    const gone = { status: 404, body: { error: 'machine not found' } };
    for (const [times, isLost] of [
      [Number.POSITIVE_INFINITY, true],
      [2, false],
    ] as const) {
      const rig = createMachinesRig({ machines: [heldUntil('m1', OURS)] });
      rig.fly.faults.push({ method: 'DELETE', path: /m1/, times, fault: gone });
      if (isLost) {
        rig.fly.faults.push({ method: 'GET', path: /m1$/, from: 2, fault: gone });
        rig.fly.faults.push({ path: /machines$/, from: 2, fault: { status: 200, body: [] } }, COUNTS_NONE);
      }
      expect((await restored(rig, onlyHeld(['m1']))).warnings).toEqual([]);
      expect(holdOf(rig, 'm1')).toBe(isLost ? OURS : undefined);
    }
  });

  it('takes it back from what somebody else has moved on', async () => {
    const rig = createMachinesRig({ machines: [heldUntil('m1', OURS, { state: 'suspended' })] });
    expect(rowOf(await restored(rig, leftHeld(['m1'])), 'm1').outcome).toBe('skipped');
    expect([rig.fly.machine(APP, 'm1').state, holdOf(rig, 'm1')]).toEqual(['suspended', undefined]);
  });

  it('keeps the hold of what it could not put back', async () => {
    const rig = createMachinesRig({
      machines: [heldUntil('m1', OURS)],
      faults: [{ path: /stop$/, fault: { status: 403, body: { error: 'no' } } }],
    });
    const result = await restored(rig, leftHeld(['m1']));
    expect(rowOf(result, 'm1').outcome).toBe('failed');
    expect(holdOf(rig, 'm1')).toBe(OURS);
  });
});

describe('when something can’t be put back', () => {
  it('tells a refusal, and puts the others back', async () => {
    const rig = createMachinesRig({
      machines: [
        { id: 'm1', state: 'started', behaviour: { suspend: 'refused' } },
        { id: 'm2', state: 'started' },
      ],
    });
    const kept = record('start', [
      { id: 'm1', from: 'suspended', left: 'started' },
      { id: 'm2', from: 'suspended', left: 'started' },
    ]);
    const result = await restored(rig, kept);
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'failed', error: { class: 'wrong state' } });
    expect(rig.fly.machine(APP, 'm1').state).toBe('started');
    expect(rowOf(result, 'm2')).toMatchObject({ outcome: 'changed', state: 'suspended' });
    expect(result.line).toBe('put back: suspended 1, failed 1 of 2 in my-app');
  });

  it('does not let a lease on one keep the others from being waited for', async () => {
    const rig = createMachinesRig({ ...started('m1', 'm2'), timeoutMs: 240_000 });
    const { client, deadline, clock } = rig;
    const lease = { ttl: 600, description: 'a deploy' };
    await clock.run(client.acquireLease({ app: APP, id: 'm1' }, lease, deadline.signal));
    const result = await restored(rig, record('start', ['m1', 'm2'].map(leftStarted)));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'failed', error: { class: 'lease held' } });
    const other = rowOf(result, 'm2');
    expect(other).toMatchObject({ outcome: 'changed', state: 'stopped' });
    expect(other.durationMs).toBeLessThan(10_000);
  });

  it.each<[string, Fault]>([
    ['is always answered 429', { status: 429 }],
    ['is never answered', 'hang'],
  ])('does not let one whose request %s keep the others from being waited for', async (_, fault) => {
    const faults = [{ path: /m1.stop$/, fault }];
    const rig = createMachinesRig({ ...started('m1', 'm2'), timeoutMs: 240_000, faults });
    const result = await restored(rig, record('start', ['m1', 'm2'].map(leftStarted)));
    expect(rowOf(result, 'm1').outcome).toBe('failed');
    expect(rowOf(result, 'm2')).toMatchObject({ outcome: 'changed', state: 'stopped' });
    expect(rowOf(result, 'm2').durationMs).toBeLessThan(10_000);
  });

  it('puts waiting off for 20 seconds at most where requests can’t go out', async () => {
    const faults = [{ path: /m[23].stop$/, times: 2, fault: 'hang' as const }];
    const ids = ['m1', 'm2', 'm3', 'm4'];
    const rig = createMachinesRig({ ...started(...ids), maxConcurrent: 2, timeoutMs: 240_000, faults });
    const result = await restored(rig, record('start', ids.map(leftStarted)));
    expect(result.line).toBe('put back: stopped 4, failed 0 of 4 in my-app');
    expect(rowOf(result, 'm1').durationMs).toBe(20_000);
  });

  it('starts again what its own start has brought to fail, and takes that for nobody else’s doing', async () => {
    let starts = 0;
    const rig: MachinesRig = createMachinesRig({
      machines: [{ id: 'm1', state: 'stopped' }],
      around: (inner) => async (request) => {
        if (!request.url.pathname.endsWith('/start') || ++starts > 2) return inner(request);
        rig.fly.machine(APP, 'm1').state = 'failed';
        return { status: 502, headers: {}, body: '' };
      },
    });
    const result = await restored(rig, record('stop', [{ from: 'started', left: 'stopped' }]));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(starts).toBe(3);
  });

  it('does not start again what somebody else has stopped since its own start was sent', async () => {
    const rig: MachinesRig = createMachinesRig({
      machines: [{ id: 'm1', state: 'suspended' }],
      around: (inner) => async (request) => {
        if (!request.url.pathname.endsWith('/start')) return inner(request);
        rig.fly.machine(APP, 'm1').state = 'stopped';
        return { status: 408, headers: {}, body: '' };
      },
    });
    const result = await restored(rig, record('suspend', [{ from: 'started', left: 'suspended' }]));
    expect(rowOf(result, 'm1')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('it is stopped, not suspended as this step left it'),
    });
    expect(rig.asked().filter((it) => it.includes('/start'))).toEqual([]);
  });

  it('does not call put back what somebody else has put back meanwhile', async () => {
    const rig = createMachinesRig({ ...started('m1'), timeoutMs: 240_000 });
    const { client, deadline, clock } = rig;
    const lease = { ttl: 20, description: 'a deploy' };
    await clock.run(client.acquireLease({ app: APP, id: 'm1' }, lease, deadline.signal));
    void clock.sleep(10_000).then(() => {
      rig.fly.machine(APP, 'm1').state = 'stopped';
    });
    const result = await restored(rig, record('start', [leftStarted('m1')]));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'unchanged', reason: 'already stopped' });
    expect(result.line).toBe('put back: nothing, as before already 1, failed 0 of 1 in my-app');
  });

  it('ends at the deadline', async () => {
    const rig = createMachinesRig({
      machines: [
        {
          id: 'm1',
          behaviour: { stopMs: 3_600_000 },
          config: { stop_config: { timeout: '2h' } },
        },
      ],
      timeoutMs: 20_000,
    });
    const result = await restored(rig, record('start', [leftStarted('m1')]));
    expect(rowOf(result, 'm1')).toMatchObject({ outcome: 'failed', error: { class: 'timeout' } });
  });

  it.each([{ status: 500 }, { status: 403, body: { error: 'no' } }, 'hang', 'garbage'] as const)(
    'puts back what it knows by id, though the app can’t be listed: %j',
    async (fault) => {
      const rig = createMachinesRig({ ...started('m1', 'm2'), faults: [{ path: /machines$/, fault }] });
      const result = await restored(rig, record('start', ['m1', 'm2'].map(leftStarted)));
      expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
      expect(rig.fly.machines(APP).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    },
  );

  it('fails the machines of an app that can’t be listed, and no others', async () => {
    const rig = createMachinesRig({
      ...started('m1'),
      faults: [{ path: '/v1/apps/other', fault: { status: 404, body: { error: 'app not found' } } }],
    });
    const kept = record('start', [{ ...leftStarted('o1'), app: 'other' }, leftStarted('m1')]);
    const result = await restored(rig, kept);
    expect(rowOf(result, 'o1')).toMatchObject({ outcome: 'failed', error: { class: 'not found' } });
    expect(rowOf(result, 'm1').outcome).toBe('changed');
  });

  it('puts back the others where one app never answers', async () => {
    const faults = [{ path: '/v1/apps/other', fault: 'hang' as const }];
    const rig = createMachinesRig({ ...started('m1'), faults, timeoutMs: 90_000 });
    const kept = record('start', [{ ...leftStarted('o1'), app: 'other' }, leftStarted('m1')]);
    const result = await restored(rig, kept);
    expect(rowOf(result, 'o1')).toMatchObject({ outcome: 'failed', error: { class: 'timeout' } });
    expect(rowOf(result, 'm1').outcome).toBe('changed');
  });

  it('says of each what was not done when it is cancelled', async () => {
    const rig = createMachinesRig({ ...started('m1', 'm2'), settings: { stopMs: 60_000 } });
    const { client, clock, deadline } = rig;
    const tools = { client, clock, deadline, progress, now: () => clock.now() };
    const work = restore(record('start', ['m1', 'm2'].map(leftStarted)), tools);
    await clock.advance(1_000);
    rig.cancel();
    const result = await clock.run(work);
    expect(result.machines.map(({ error }) => error?.class)).toEqual(['cancelled', 'cancelled']);
  });
});
