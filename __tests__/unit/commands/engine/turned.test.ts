import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { ChangedMachine as Kept, Restorable } from '../../../../src/commands/engine/restore-record.js';
import type { TransitionName } from '../../../../src/machines/transitions.js';
import { selector } from '../../../support/machines.js';
import { changes } from '../../../support/rigs/changes.js';
import {
  type Changed,
  countOf,
  leaseOfOther,
  many,
  only,
  outcomes,
  run,
  runExec,
  type Wish,
} from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

type EmulatedMachine = ReturnType<MachinesRig['fly']['machine']>;

const LEASE = { lease: 'fly-machines-action 7' } as const;
const MEMORY = 'was suspended by another client meanwhile: its memory would be lost';
const ALL = selector({ machines: 'all' });

/** A deploy holds a lease on the machine for 20 seconds, and changes the machine after ten. */
function underDeploy(listed: MachineSpec, change: (machine: EmulatedMachine) => void): MachinesRig {
  const rig = createMachinesRig({ machines: many(1, () => listed) });
  leaseOfOther(rig, 'm000', 20);
  void rig.clock.sleep(10_000).then(() => change(rig.fly.machine(APP, 'm000')));
  return rig;
}

const turned = (from: MachineSpec['state'], to: EmulatedMachine['state']) =>
  underDeploy({ state: from ?? 'started' }, (machine) => {
    machine.state = to;
  });

const labelled = (metadata: Record<string, string>) =>
  underDeploy({ state: 'started', metadata: { role: 'web' } }, (machine) => {
    machine.config = { ...machine.config, metadata };
  });

/** Runs a command, and returns what became of the machine and what is left for the post. */
async function runKept(
  rig: MachinesRig,
  command: Restorable,
  wish: Wish = {},
): Promise<{ changed: Changed; left: readonly Kept[] }> {
  const { keeper, left } = kept({ command });
  const changed = await run(rig, command, { keeper, ...wish });
  return { changed, left: left() };
}

const requests = (rig: MachinesRig, name: TransitionName) =>
  rig.asked().filter((line) => line.startsWith(`POST m000/${name} `) && / 2\d\d$/.test(line)).length;

describe('when a machine comes to another state while a lease is waited for', () => {
  it.each([LEASE, {}])('is not stopped where a deploy has suspended it: %j', async (lease) => {
    for (const named of [ALL, selector({ machines: ['m000'] })]) {
      const rig = turned('started', 'suspended');
      const { changed, left } = await runKept(rig, 'stop', { ...lease, selector: named });
      expect(only(changed)).toMatchObject({ outcome: 'skipped', state: 'suspended', reason: MEMORY });
      expect([requests(rig, 'stop'), left]).toEqual([0, []]);
    }
  });

  it('is stopped where it was suspended from the beginning', async () => {
    const rig = turned('suspended', 'suspended');
    expect(only(await run(rig, 'stop'))).toMatchObject({ outcome: 'changed', state: 'stopped' });
  });

  it.each<[TransitionName, MachineSpec['state'], EmulatedMachine['state'], object]>([
    ['start', 'stopped', 'started', { outcome: 'unchanged', reason: 'became started meanwhile' }],
    ['stop', 'started', 'stopped', { outcome: 'unchanged', reason: 'became stopped meanwhile' }],
    ['suspend', 'started', 'suspended', { outcome: 'unchanged', reason: 'became suspended meanwhile' }],
    [
      'suspend',
      'started',
      'stopped',
      { outcome: 'skipped', reason: 'stopped: only a started machine can be suspended' },
    ],
    [
      'restart',
      'started',
      'stopped',
      { outcome: 'skipped', reason: 'became stopped meanwhile: a restart would start it' },
    ],
    [
      'restart',
      'started',
      'suspended',
      { outcome: 'skipped', reason: 'became suspended meanwhile: a restart would start it' },
    ],
  ])('is left to it: %s of what was %s and is %s', async (name, from, to, result) => {
    const rig = turned(from, to);
    expect(only(await run(rig, name))).toMatchObject({ state: to, ...result });
    expect(requests(rig, name)).toBe(0);
  });

  it.each(['stopped', 'suspended', 'stopping'] as const)(
    'is not started by a restart, though named by its id: %s',
    async (to) => {
      const rig = turned('started', to);
      const result = only(await run(rig, 'restart', { selector: selector({ machines: ['m000'] }) }));
      expect(result).toMatchObject({
        ...{ outcome: 'skipped', reason: `became ${to} meanwhile: a restart would start it` },
      });
      expect(requests(rig, 'restart')).toBe(0);
    },
  );

  it.each([
    ['suspended', 'stopped'],
    ['stopped', 'suspended'],
  ] as const)('is reported as what it was right before its start: listed %s, found %s', async (from, to) => {
    const rig = turned(from, to);
    const { changed, left } = await runKept(rig, 'start');
    expect(only(changed)).toMatchObject({ outcome: 'changed', state: 'started', machine: { state: to } });
    expect(left).toMatchObject([{ from: to, left: 'started' }]);
  });

  it('is judged by what came after that, not by what a deploy did before', async () => {
    // The deploy's own start is the first.
    const faults = [{ path: /start$/, from: 2, times: 1, fault: 'reset' as const }];
    const rig = createMachinesRig({ machines: many(1), faults });
    leaseOfOther(rig, 'm000', 40);
    const nonce = 'nonce-of-other';
    const other = { app: APP, id: 'm000' };
    const { signal } = rig.deadline;
    void rig.clock.sleep(5_000).then(() => changes(rig.client).start(other, { nonce }, signal));
    void rig.clock.sleep(25_000).then(() => changes(rig.client).stop(other, { nonce }, signal));
    expect(only(await run(rig, 'start', LEASE))).toMatchObject({ outcome: 'changed', state: 'started' });
  });
});

describe('when a machine does not fit the choice any more', () => {
  it.each<[string, MachinesRig, Wish, string]>([
    [
      'its state',
      turned('started', 'failed'),
      { selector: selector({ state: ['started'] }) },
      'became failed meanwhile, which `state` does not include',
    ],
    [
      'its metadata',
      labelled({ role: 'worker' }),
      { selector: selector({ metadata: ['role=web'] }) },
      'the filters no longer match it: it was changed meanwhile',
    ],
    [
      'an exclusion',
      labelled({ keep: 'yes' }),
      { selector: selector({ machines: 'all', exclude: ['keep=yes'] }) },
      'excluded by keep=yes',
    ],
    [
      'a guard',
      underDeploy({ state: 'started' }, (machine) => {
        machine.config = { ...machine.config, auto_destroy: true };
      }),
      {},
      'destroyed for good when it stops',
    ],
  ])('is left alone by %s, and says why', async (_, rig, wish, reason) => {
    const { changed, left } = await runKept(rig, 'stop', wish);
    expect(only(changed)).toMatchObject({ outcome: 'skipped', reason });
    expect([requests(rig, 'stop'), left]).toEqual([0, []]);
  });

  it('is not sent a restart either, where another client has started it since', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'stopped' })) });
    leaseOfOther(rig, 'm000', 20);
    const { signal } = rig.deadline;
    const theirs = { nonce: 'nonce-of-other' };
    void rig.clock
      .sleep(10_000)
      .then(() => changes(rig.client).start({ app: APP, id: 'm000' }, theirs, signal));
    const wish = { selector: selector({ machines: ['m000'], state: ['stopped'] }) };
    expect(only(await run(rig, 'restart', wish))).toMatchObject({
      ...{ outcome: 'skipped', reason: 'became started meanwhile, which `state` does not include' },
    });
    const started = rig.asked().findIndex((line) => line.startsWith('POST m000/start 200'));
    expect(started).toBeGreaterThan(0);
    expect(
      rig
        .asked()
        .slice(started)
        .filter((line) => line.startsWith('POST')),
    ).toHaveLength(1);
  });

  it.each(['cordon', 'uncordon'] as const)('goes for %s, too', async (name) => {
    const rig = underDeploy({ state: 'started', cordoned: name === 'uncordon' }, (machine) => {
      machine.config = { ...machine.config, metadata: { keep: 'yes' } };
    });
    const wish = { selector: selector({ machines: 'all', exclude: ['keep=yes'] }) };
    expect(only(await run(rig, name, wish)).reason).toBe('excluded by keep=yes');
    expect(requests(rig, name)).toBe(0);
  });

  it('gives its place in a warm-up to another', async () => {
    const rig = createMachinesRig({ machines: many(2) });
    leaseOfOther(rig, 'm000', 20);
    leaseOfOther(rig, 'm001', 60);
    void rig.clock.sleep(10_000).then(() => {
      const machine = rig.fly.machine(APP, 'm000');
      machine.config = { ...machine.config, metadata: { keep: 'yes' } };
    });
    const chosen = selector({ exclude: ['keep=yes'] });
    expect(outcomes(await runWarmUp(rig, 1, { selector: chosen }))).toEqual({
      ...{ m000: 'skipped', m001: 'changed' },
    });
  });

  it('is what is read where its turn comes late', async () => {
    const rig = createMachinesRig({
      machines: many(2, () => ({ state: 'started' })),
      maxConcurrent: 1,
      around: (inner) => async (request) => {
        if (/m000\/stop$/.test(request.url.pathname)) await rig.clock.sleep(5_000, request.signal);
        return inner(request);
      },
    });
    void rig.clock.sleep(1_000).then(() => {
      rig.fly.machine(APP, 'm001').state = 'suspended';
    });
    const done = await run(rig, 'stop');
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
    expect(countOf(rig, 'POST stop')).toBe(1);
  });

  it('goes for a command, too, whose turn comes late', async () => {
    const rig = createMachinesRig({
      machines: many(2, () => ({ state: 'started' })),
      maxConcurrent: 1,
      around: (inner) => async (request) => {
        if (/m000\/exec$/.test(request.url.pathname)) await rig.clock.sleep(5_000, request.signal);
        return inner(request);
      },
    });
    void rig.clock.sleep(1_000).then(() => {
      const machine = rig.fly.machine(APP, 'm001');
      machine.config = { ...machine.config, metadata: { keep: 'yes' } };
    });
    const wish = { selector: selector({ machines: 'all', exclude: ['keep=yes'] }) };
    const done = await runExec(rig, { command: ['true'], timeout: 60_000 }, wish);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'skipped' });
    expect(done.result.machines[1]?.reason).toBe('excluded by keep=yes');
    expect(countOf(rig, 'POST exec')).toBe(1);
  });

  it('still waits for a deploy that only passes through another state', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    leaseOfOther(rig, 'm000', 20);
    void rig.clock.sleep(10_000).then(() => {
      rig.fly.machine(APP, 'm000').state = 'replacing';
    });
    void rig.clock.sleep(30_000).then(() => {
      rig.fly.machine(APP, 'm000').state = 'started';
    });
    const done = await run(rig, 'stop', { selector: selector({ state: ['started'] }) });
    expect(only(done)).toMatchObject({ outcome: 'changed', state: 'stopped' });
  });
});
