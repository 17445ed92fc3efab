import type { MachineSpec } from '../../../emulator/machines/build.js';
import { selector } from '../../support/machines.js';
import { changes } from '../../support/rigs/changes.js';
import {
  countOf,
  counts,
  leaseOfOther,
  many,
  only,
  outcomes,
  phasesOf,
  run,
} from '../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRigOptions } from '../../support/rigs/machines-rig.js';

const BY_ID = { selector: selector({ machines: ['m000'] }) };

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}) {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'started', ...spec }], ...options });
}

const starts = (rig: ReturnType<typeof rigOf>) =>
  // An event may tell of one start twice.
  rig.fly.machine(APP, 'm000').past.filter(({ state }) => state === 'started').length;

const START = { id: 'e1', type: 'start', status: 'started', source: 'flyd' };
const CRASHES = { boot: 'exits', exitAfterMs: 3_000, exitCode: 1 } as const;

describe('when machines are restarted', () => {
  it('has each started once more, and reads that back', async () => {
    const rig = createMachinesRig({ machines: many(3, () => ({ state: 'started' })) });
    const done = await run(rig, 'restart');
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed', m002: 'changed' });
    expect(done.result.line).toBe('restarted 3, failed 0 of 3 in my-app');
    expect(countOf(rig, 'POST restart')).toBe(3);
    expect(rig.fly.machines(APP).map(({ restarts, events }) => [restarts, events[0]?.status])).toEqual([
      ...[
        [0, 'started'],
        [0, 'started'],
        [0, 'started'],
      ],
    ]);
  });

  it('hands on the signal and the kill timeout', async () => {
    const rig = rigOf();
    await run(rig, 'restart', { wishes: { signal: 'SIGTERM', killTimeout: 30_000 } });
    expect(rig.asked()).toContain('POST m000/restart?signal=SIGTERM&timeout=30s 200');
  });

  it('has time and patience for the longest kill timeout', async () => {
    const rig = rigOf({ behaviour: { ignoresSignal: true }, config: { stop_config: { timeout: '8m' } } });
    expect(only(await run(rig, 'restart'))).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(rig.deadline.elapsed).toBeGreaterThan(480_000);
  });

  it('fails where the machine only stays started, although that is the state it should be in', async () => {
    const rig = rigOf({}, { faults: [{ path: /restart/, fault: { status: 200, body: { ok: true } } }] });
    const { outcome, error } = only(await run(rig, 'restart'));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(error?.message).toContain('is started instead of started anew');
    expect(rig.deadline.elapsed).toBeLessThan(60_000);
  });

  it('does not take for ours what a crashing machine did before the request', async () => {
    const rig = rigOf(
      { state: 'stopped', behaviour: CRASHES },
      { faults: [{ path: /restart/, fault: { status: 403, body: { error: 'no' } } }] },
    );
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    await rig.clock.advance(20_000);
    expect(only(await run(rig, 'restart'))).toMatchObject({
      outcome: 'failed',
      error: { class: 'forbidden' },
    });
  });

  it('looks at what was before right before the request, not when it was listed', async () => {
    const rig = createMachinesRig({
      machines: many(2, () => ({ state: 'started' })),
      settings: { latencyMs: 2_000 },
      maxConcurrent: 1,
      faults: [{ path: /m001.restart/, fault: { status: 200, body: { ok: true } } }],
    });
    // It starts anew by itself after the list, and before its turn.
    void rig.clock.sleep(3_000).then(() => {
      const { events } = rig.fly.machine(APP, 'm001');
      events.unshift({ ...START, timestamp: rig.clock.now() });
    });
    const done = await run(rig, 'restart');
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'failed' });
  });

  it('fails soon where the machine fails to boot', async () => {
    const rig = rigOf({ behaviour: { boot: 'fails' } });
    const { outcome, state, error } = only(await run(rig, 'restart'));
    expect([outcome, state, error?.class]).toEqual(['failed', 'failed', 'wrong state']);
    expect(rig.deadline.elapsed).toBeLessThan(60_000);
  });

  it('leaves alone what is stopped, and starts it where it is named', async () => {
    const rig = rigOf({ state: 'stopped' });
    expect(only(await run(rig, 'restart'))).toMatchObject({
      outcome: 'skipped',
      reason: 'stopped: there is nothing to restart',
    });
    expect(only(await run(rig, 'restart', BY_ID))).toMatchObject({ outcome: 'changed', state: 'started' });
  });

  it('fails where Fly does not restart what is stopped', async () => {
    const rig = rigOf({ state: 'stopped' }, { settings: { restartInactive: 'refused' } });
    const { outcome, error } = only(await run(rig, 'restart', BY_ID));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(error?.message).toContain("current state: 'stopped'");
    expect(countOf(rig, 'POST restart?')).toBe(0);
  });

  it('waits for the checks of the process that is new', async () => {
    const rig = rigOf({ config: { checks: { web: {} } }, behaviour: { checksPassMs: 9_000 } });
    const result = only(await run(rig, 'restart', { wait: 'checks' }));
    expect(result.outcome).toBe('changed');
    expect(rig.deadline.elapsed).toBeGreaterThan(9_000);
    expect(phasesOf(result).at(-1)).toBe('checks');
  });

  it('reads nothing where nothing is waited for, but what was before', async () => {
    const rig = rigOf();
    expect(only(await run(rig, 'restart', { wait: false })).outcome).toBe('requested');
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'GET machine': 1, 'POST restart': 1 });
  });
});

describe('when the answer to a restart is lost', () => {
  it.each([
    'reset',
    { status: 502 },
    { status: 408, body: { error: 'deadline_exceeded' } },
    'garbage',
  ] as const)('is not sent twice where it came about: %j', async (fault) => {
    const rig = rigOf({}, { faults: [{ path: /restart/, times: 1, fault, afterEffect: true }] });
    expect(only(await run(rig, 'restart'))).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(countOf(rig, 'POST restart')).toBe(1);
    expect(starts(rig)).toBe(2);
  });

  it.each(['reset', { status: 502 }] as const)('is sent again where it did not: %j', async (fault) => {
    const rig = rigOf({}, { faults: [{ path: /restart/, times: 1, fault }] });
    expect(only(await run(rig, 'restart'))).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(countOf(rig, 'POST restart')).toBe(2);
    expect(starts(rig)).toBe(2);
  });

  it('is not sent again where Fly lists no events, which alone would show that nothing came of it', async () => {
    const rig = rigOf(
      { behaviour: { zombie: true } },
      { faults: [{ path: /restart/, times: 1, fault: 'reset', afterEffect: true }] },
    );
    const { outcome, error } = only(await run(rig, 'restart'));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(countOf(rig, 'POST restart')).toBe(1);
    expect(starts(rig)).toBe(2);
  });

  it('is given up after three', async () => {
    const rig = rigOf({}, { faults: [{ path: /restart/, fault: { status: 500 } }] });
    expect(only(await run(rig, 'restart'))).toMatchObject({
      outcome: 'failed',
      error: { class: 'Fly failure' },
    });
    expect(countOf(rig, 'POST restart')).toBe(3);
  });
});

describe('when a restart is refused for a while', () => {
  const SLOW = { settings: { latencyMs: 2_000 } };
  const sent = (rig: ReturnType<typeof rigOf>) => rig.asked().filter((it) => /restart.* 200/.test(it)).length;

  it('does not take what a deploy does meanwhile for its own', async () => {
    const rig = rigOf({ state: 'stopped' }, SLOW);
    leaseOfOther(rig, 'm000', 20);
    // After the request has come in, and before the machine is looked at.
    void rig.clock.sleep(5_000).then(() => rig.fly.replaceMachine(APP, 'm000'));
    expect(only(await run(rig, 'restart', BY_ID))).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(sent(rig)).toBe(1);
  });

  it('does not take the restarts of a crashing machine for its own', async () => {
    const rig = rigOf({ state: 'stopped', behaviour: CRASHES }, SLOW);
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    leaseOfOther(rig, 'm000', 20);
    await run(rig, 'restart');
    expect(sent(rig)).toBe(1);
  });

  it('is not sent again where an earlier one, whose answer was lost, shows only then', async () => {
    const rig = rigOf({}, { ...SLOW, faults: [{ path: /restart/, times: 1, fault: 'reset' }] });
    // Slow to be taken on: after the answer was lost, before the next is sent.
    void rig.clock.sleep(6_500).then(() => {
      const { events } = rig.fly.machine(APP, 'm000');
      events.unshift({ ...START, type: 'restart', status: 'restarting', timestamp: rig.clock.now() });
      rig.fly.faults.push({
        path: /restart/,
        fault: { status: 412, body: { error: "current state: 'restarting'" } },
      });
      void rig.clock.sleep(5_000).then(() => {
        events.unshift({ ...START, timestamp: rig.clock.now() });
      });
    });
    expect(only(await run(rig, 'restart'))).toMatchObject({ outcome: 'changed', state: 'started' });
    expect(countOf(rig, 'POST restart')).toBe(1);
  });

  it('is not taken for sent where only the reading before it failed', async () => {
    const rig = rigOf({ state: 'stopped', behaviour: CRASHES });
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    rig.fly.faults.push({ method: 'GET', path: /m000$/, times: 5, fault: { status: 503 } });
    await run(rig, 'restart');
    expect(sent(rig)).toBe(1);
  });
});
