import type { Machine as FlyMachine } from '../../../../emulator/machines/machine.js';
import type { MachineState } from '../../../../emulator/machines/states.js';
import { countOf, many, only, outcomes, run } from '../../../support/rigs/engine-rig.js';
import type { MachinesRig } from '../../../support/rigs/machines-rig.js';
import { APP, createMachinesRig } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const ONCE = { restart: { policy: 'no' } };
const ENDS = { boot: 'exits', bootMs: 50, exitAfterMs: 50 } as const;

function rigOf(spec: Parameters<typeof many>[1], options: object = {}): MachinesRig {
  return createMachinesRig({ machines: many(1, spec), settings: { latencyMs: 200 }, ...options });
}

function machineOf(rig: MachinesRig): FlyMachine {
  return rig.fly.machine(APP, 'm000');
}

/** Something happens to the machine by itself. */
function happens(rig: MachinesRig, state: MachineState, event: object): void {
  const machine = machineOf(rig);
  machine.plan = [];
  machine.state = state;
  machine.events.unshift({ ...EVENT, status: state, timestamp: rig.clock.now(), ...event });
}

const EVENT = { id: 'e', type: 'start', source: 'flyd' };

describe('when a machine ends before anybody has seen it started', () => {
  it.each([
    ['is not restarted', ONCE],
    ['runs on a schedule', { schedule: 'daily' }],
  ])('has done what it was to do where it %s', async (_, config) => {
    const rig = rigOf(() => ({ config, behaviour: ENDS }));
    const result = only(await run(rig, 'start'));
    expect(result).toMatchObject({
      ...{ outcome: 'changed', state: 'stopped', reason: 'started and ended, exit code 0' },
    });
    expect(rig.deadline.elapsed).toBeLessThan(5_000);
  });

  it.each([
    ['with another code', ONCE, { ...ENDS, exitCode: 127 }, 'started and ended, exit code 127'],
    ['that was to stay', { restart: { policy: 'on-failure' } }, ENDS, 'started and ended, exit code 0'],
  ])('has failed %s, at once', async (_, config, behaviour, what) => {
    const rig = rigOf(() => ({ config, behaviour }));
    const { outcome, error } = only(await run(rig, 'start'));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(error?.message).toBe(`machine m000 is stopped instead of started: it ${what}`);
    expect(rig.deadline.elapsed).toBeLessThan(5_000);
  });

  it('is known to have run out of memory', async () => {
    const rig = rigOf(() => ({ behaviour: { boot: 'never' } }));
    void rig.clock.sleep(900).then(() => {
      const request = { exit_event: { exit_code: -1, oom_killed: true } };
      happens(rig, 'stopped', { type: 'crash', request });
    });
    const { error } = only(await run(rig, 'start'));
    expect(error?.message).toContain('it started and ended, out of memory (exit code -1)');
  });

  it('is told of one that somebody has stopped meanwhile', async () => {
    const rig = rigOf(() => ({ config: ONCE, behaviour: { boot: 'never' } }));
    void rig.clock.sleep(900).then(() => {
      happens(rig, 'stopped', { type: 'exit', request: { exit_event: { requested_stop: true } } });
    });
    const { outcome, error } = only(await run(rig, 'start'));
    expect(outcome).toBe('failed');
    expect(error?.message).toContain('another client has stopped it again');
  });

  it('is waited for where Fly starts it again', async () => {
    const rig = rigOf(() => ({ behaviour: { boot: 'never' } }));
    void rig.clock.sleep(900).then(() => {
      const request = { exit_event: { exit_code: 1, restarting: true } };
      happens(rig, 'stopped', { type: 'exit', request });
    });
    void rig.clock.sleep(60_000).then(() => happens(rig, 'started', {}));
    expect(only(await run(rig, 'start'))).toMatchObject({ outcome: 'changed', state: 'started' });
  });

  it('is waited for on where it was on its way when it was listed, and is told at once', async () => {
    const rig = rigOf(() => ({ state: 'starting', sinceMs: 0 }));
    happens(rig, 'starting', {});
    void rig.clock.sleep(500).then(() => {
      happens(rig, 'stopped', { type: 'exit', request: { exit_event: { exit_code: 127 } } });
    });
    const { outcome, error } = only(await run(rig, 'start'));
    expect(outcome).toBe('failed');
    expect(error?.message).toContain('it started and ended, exit code 127');
    expect(rig.deadline.elapsed).toBeLessThan(5_000);
  });

  it('is not believed to be started because a wait says so', async () => {
    const rig = rigOf(() => ({ config: ONCE, behaviour: { ...ENDS, exitCode: 1 } }), {
      faults: [{ path: /wait/, fault: { status: 200, body: { ok: true, state: 'started' } } }],
    });
    expect(only(await run(rig, 'start'))).toMatchObject({ outcome: 'failed', state: 'stopped' });
  });

  it('never is ready for a warm-up, and is replaced', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => (index === 0 ? { config: ONCE, behaviour: ENDS } : {})),
      settings: { latencyMs: 200 },
    });
    const { result } = await runWarmUp(rig, 1);
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed' });
    expect(result.machines[0]?.error?.message).toBe('machine m000 started and ended, exit code 0');
    expect(result.failures).toEqual([]);
    expect(rig.deadline.elapsed).toBeLessThan(10_000);
  });
});

describe('when a machine is up again, or still, that was to go down', () => {
  const UP = { state: 'started' } as const;

  it.each([undefined, 'stop'] as const)(
    'says that a request has kept it up (fallback %s)',
    async (fallback) => {
      const rig = rigOf(() => UP, { settings: { suspendMs: 60_000 } });
      void rig.clock.sleep(1_000).then(() => {
        const machine = machineOf(rig);
        machine.plan = [];
        machine.state = 'started';
      });
      const wishes = fallback === undefined ? {} : { fallback };
      const { outcome, error } = only(await run(rig, 'suspend', { wishes }));
      expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
      expect(error?.message).toContain('it was kept up by a request that came while it was suspending');
      expect(rig.deadline.elapsed).toBeLessThan(5_000);
      expect(countOf(rig, 'POST stop')).toBe(0);
    },
  );

  it.each([
    [
      'stop',
      { type: 'exit', status: 'stopped', request: { exit_event: { requested_stop: true } } },
      'stopped',
    ],
    ['suspend', { type: 'suspend', status: 'suspended' }, 'suspended'],
  ] as const)('says after a %s that it has been started again', async (name, event, was) => {
    const rig = rigOf(() => ({ ...UP, behaviour: { ignoresSignal: true } }), {
      settings: { suspendMs: 60_000 },
    });
    void rig.clock.sleep(900).then(() => {
      happens(rig, 'stopped', event);
      happens(rig, 'starting', { source: 'proxy', timestamp: rig.clock.now() + 1 });
    });
    const { outcome, error } = only(await run(rig, name));
    expect(outcome).toBe('failed');
    expect(error?.message).toContain(`it was ${was}, and a request has started it again`);
    expect(rig.deadline.elapsed).toBeLessThan(5_000);
  });

  it('takes a crash that Fly restarts for no end', async () => {
    const rig = rigOf(() => ({ ...UP, behaviour: { stopMs: 4_000 } }));
    void rig.clock.sleep(900).then(() => {
      const events = machineOf(rig).events;
      const at = rig.clock.now();
      const request = { exit_event: { exit_code: 1, restarting: true } };
      events.unshift({ ...EVENT, type: 'exit', status: 'stopped', timestamp: at, request });
      events.unshift({ ...EVENT, status: 'started', timestamp: at + 1 });
    });
    expect(only(await run(rig, 'stop'))).toMatchObject({ outcome: 'changed', state: 'stopped' });
  });
});
