import type { Fault } from '../../../../emulator/faults.js';
import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { TransitionName } from '../../../../src/machines/transitions.js';
import { countOf, leaseOfOther, many, only, outcomes, run } from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

function rigOf(spec: MachineSpec, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: 'm000', ...spec }], ...options });
}

const LOST: readonly Fault[] = [
  'reset',
  { status: 500 },
  { status: 503 },
  { status: 408, body: { error: 'deadline_exceeded' } },
  'cut',
];
const CHANGES: readonly [TransitionName, 'stopped' | 'started', string][] = [
  ['start', 'stopped', 'started'],
  ['stop', 'started', 'stopped'],
  ['suspend', 'started', 'suspended'],
];

describe.each(CHANGES)('when the answer to a %s is lost', (name, from, to) => {
  it.each(LOST)('is not sent twice where it came about: %j', async (fault) => {
    const rule = { path: new RegExp(`/${name}$`), times: 1, fault, afterEffect: true };
    const rig = rigOf({ state: from }, { faults: [rule] });
    expect(only(await run(rig, name))).toMatchObject({ outcome: 'changed', state: to });
    expect(countOf(rig, `POST ${name}`)).toBe(1);
  });

  it.each(LOST)('is sent again where it did not: %j', async (fault) => {
    const rig = rigOf({ state: from }, { faults: [{ path: new RegExp(`/${name}$`), times: 2, fault }] });
    expect(only(await run(rig, name))).toMatchObject({ outcome: 'changed', state: to });
    expect(countOf(rig, `POST ${name}`)).toBe(3);
  });
});

describe('when a machine ends at once', () => {
  const ENDS: MachineSpec = {
    state: 'stopped',
    behaviour: { boot: 'exits', bootMs: 1, exitAfterMs: 1 },
    config: { restart: { policy: 'no' } },
  };

  it('is not started twice although the answer was lost and it is stopped again', async () => {
    const rig = rigOf(ENDS, {
      faults: [{ path: /start$/, times: 1, fault: 'reset', afterEffect: true }],
      settings: { latencyMs: 50 },
    });
    const result = only(await run(rig, 'start'));
    expect(countOf(rig, 'POST start')).toBe(1);
    expect(result).toMatchObject({
      ...{ outcome: 'changed', state: 'stopped', reason: 'started and ended, exit code 0' },
    });
  });

  it('is started all the same where somebody else did so while their lease refused us', async () => {
    const rig = rigOf(ENDS, { settings: { latencyMs: 2_000 } });
    leaseOfOther(rig, 'm000', 30);
    void rig.clock.sleep(3_000).then(() => {
      rig.fly.machine(APP, 'm000').events.unshift({
        ...{ id: 'e1', type: 'start', status: 'started', source: 'user' },
        timestamp: rig.clock.now(),
      });
    });
    await run(rig, 'start');
    expect(rig.asked()).toContain('POST m000/start 200');
  });
});

describe('when two hundred machines fail in thirty ways at once', () => {
  const machines = many(200, (index) => {
    if (index % 20 === 0) return { behaviour: { start: 'no-capacity' } };
    if (index % 20 === 7) return { behaviour: { boot: 'fails' } };
    if (index % 20 === 13) return { behaviour: { unreachable: true } };
    return { behaviour: { bootMs: 500 + ((index * 7919) % 9_000) } };
  });
  const faults = [
    { path: /m003.start/, fault: { status: 403, body: { error: 'no' } } },
    { path: /m004.start/, fault: 'reset' as const },
    { path: /m005.start/, fault: { status: 404, body: { error: 'machine not found' } } },
  ];

  it('has an outcome for each, in the order of their ids', async () => {
    const rig = createMachinesRig({ machines, faults, settings: { latencyMs: 80 } });
    const done = await run(rig, 'start');
    expect(done.result.machines.map(({ machine }) => machine.id)).toEqual(machines.map(({ id }) => id));
    expect(done.done).toHaveLength(200);
    expect(done.done).not.toEqual(machines.map(({ id }) => id));
    const classes = new Map<string, number>();
    for (const { error } of done.result.machines) {
      if (error !== undefined) classes.set(error.class, (classes.get(error.class) ?? 0) + 1);
    }
    expect(Object.fromEntries(classes)).toEqual({
      'no capacity': 10,
      'wrong state': 10,
      timeout: 10,
      forbidden: 1,
      network: 1,
      'not found': 1,
    });
    expect(done.result.line).toBe('started 167, already started 0, failed 33 of 200 in my-app');
    expect(Object.values(outcomes(done)).filter((it) => it === 'changed')).toHaveLength(167);
    expect(done.phases).toEqual(['Starting 200', 'end']);
  });
});

describe('when the step is over', () => {
  it.each(['deadline', 'cancel'] as const)('sends nothing any more after the %s', async (ending) => {
    const machines = many(30, (index) => ({ behaviour: index % 2 === 0 ? { boot: 'never' } : {} }));
    const rig = createMachinesRig({
      machines,
      settings: { latencyMs: 300 },
      maxConcurrent: 3,
      timeoutMs: 4_000,
    });
    if (ending === 'cancel') void rig.clock.sleep(2_222).then(rig.cancel);
    const done = await run(rig, 'start', { timeout: 4_000 });
    expect(done.result.machines).toHaveLength(30);
    const sent = rig.fly.requests.length;
    await rig.clock.advance(600_000);
    expect(rig.fly.requests).toHaveLength(sent);
  });
});

describe('when Fly is down for half a minute while machines are on their way', () => {
  const DOWN = { method: 'GET', fault: { status: 503 } } as const;

  it('goes on waiting for them, and for their checks', async () => {
    for (const [ms, wait] of [
      [5_000, true],
      [25_000, 'checks'],
    ] as const) {
      const config = { checks: { web: {} } };
      const rig = rigOf({ state: 'stopped', config, behaviour: { bootMs: 20_000, checksPassMs: 50_000 } });
      void rig.clock.sleep(ms).then(() => rig.fly.faults.push(DOWN));
      void rig.clock.sleep(ms + 30_000).then(() => rig.fly.faults.splice(0));
      rig.fly.faults.push({ path: /wait/, fault: { status: 408 } });
      expect(only(await run(rig, 'start', { wait }))).toMatchObject({ outcome: 'changed', state: 'started' });
    }
  });

  it('fails at the deadline where it stays down', async () => {
    const rig = rigOf({ state: 'started', cordoned: false }, { timeoutMs: 60_000 });
    rig.fly.faults.push({ ...DOWN, path: /m000$/ });
    expect(only(await run(rig, 'cordon', { timeout: 60_000 }))).toMatchObject({
      outcome: 'failed',
      error: { class: 'timeout' },
    });
    expect(rig.deadline.elapsed).toBe(60_000);
  });
});
