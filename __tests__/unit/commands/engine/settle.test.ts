import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { selector } from '../../../support/machines.js';
import { changes } from '../../../support/rigs/changes.js';
import { counts, many, only, outcomes, phasesOf, run, type Wish } from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';

const CRASHES = { boot: 'exits', exitAfterMs: 2_000, exitCode: 1 } as const;
const ONCE = { restart: { policy: 'no' } };
const CHECKS = { checks: { web: { type: 'http', port: 8080 } } };
const AUTO = { settle: 'auto' } as const;

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({
    machines: [{ id: 'm000', state: 'stopped', ...spec }],
    settings: { bootMs: 1_000 },
    ...options,
  });
}

/** Somebody else does something after so long. */
function later(rig: MachinesRig, ms: number, work: () => unknown): void {
  void rig.clock.sleep(ms).then(work);
}

async function errorOf(rig: MachinesRig, wish: Wish): Promise<string> {
  const { outcome, error } = only(await run(rig, 'start', wish));
  expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
  return error?.message ?? '';
}

describe('when a machine that was started is looked at once more', () => {
  it('costs exactly one read and the pause', async () => {
    const rig = rigOf();
    const result = only(await run(rig, 'start', { settle: 20_000 }));
    expect(result).toMatchObject({ outcome: 'changed', state: 'started', reason: '' });
    expect(phasesOf(result)).toEqual(['state', 'settle']);
    expect(rig.deadline.elapsed).toBe(21_000);
    const plain = rigOf();
    await run(plain, 'start');
    expect(counts(rig)).toEqual({ ...counts(plain), 'GET machine': 2 });
  });

  it.each<[string, MachineSpec, string]>([
    [
      'crashes, and Fly starts it again',
      { behaviour: { ...CRASHES, exitAfterMs: 4_500 } },
      'started and ended, exit code 1, and Fly is starting it again',
    ],
    [
      'crashes over and over',
      { behaviour: { ...CRASHES, bootMs: 10, exitAfterMs: 700 } },
      'started and ended, exit code 1, and Fly has started it again',
    ],
    ['crashes for good', { behaviour: CRASHES, config: ONCE }, 'started and ended, exit code 1'],
    [
      'runs out of memory',
      { behaviour: { ...CRASHES, killed: true }, config: ONCE },
      'started and ended, out of memory (exit code -1)',
    ],
    [
      'ends with code 0, and is started again for ever',
      {
        behaviour: { ...CRASHES, exitAfterMs: 4_500, exitCode: 0 },
        config: { restart: { policy: 'always' } },
      },
      'started and ended, exit code 0, and Fly is starting it again',
    ],
  ])('has failed where it %s', async (_, spec, what) => {
    const rig = rigOf(spec);
    expect(await errorOf(rig, { settle: 5_000 })).toBe(`machine m000 did not stay up: it ${what}`);
    expect(rig.deadline.elapsed).toBeLessThan(7_000);
  });

  it('has failed where it is failed by then', async () => {
    const rig = rigOf();
    later(rig, 3_000, () => {
      const machine = rig.fly.machine(APP, 'm000');
      machine.state = 'failed';
      const request = { exit_event: { exit_code: 3 } };
      const event = { id: 'e', type: 'exit', status: 'failed', source: 'flyd', request };
      machine.events.unshift({ ...event, timestamp: rig.clock.now() });
    });
    expect(await errorOf(rig, { settle: 5_000 })).toContain('it became failed, exit code 3');
  });

  it.each<[string, MachineSpec, (rig: MachinesRig) => unknown, string, string]>([
    [
      'ended with code 0',
      { behaviour: { ...CRASHES, exitCode: 0 } },
      () => undefined,
      'stopped',
      'started and ended, exit code 0',
    ],
    [
      'ended with code 0 and was destroyed then',
      { behaviour: { ...CRASHES, exitCode: 0 }, config: { auto_destroy: true } },
      () => undefined,
      'destroyed',
      'started and ended, exit code 0',
    ],
    [
      'was stopped by a person',
      {},
      (rig) => rig.fly.person(APP, 'm000', 'stop', 'anna'),
      'stopped',
      'stopped again by another client',
    ],
    ['was restarted by a person', {}, (rig) => rig.fly.person(APP, 'm000', 'restart', 'anna'), 'started', ''],
    ['was deployed anew', {}, (rig) => rig.fly.replaceMachine(APP, 'm000'), 'started', ''],
    [
      'was destroyed by a person',
      {},
      (rig) => rig.fly.destroyMachine(APP, 'm000', 'anna'),
      'destroyed',
      expect.stringContaining('destroyed by'),
    ],
  ])('has not failed where it %s', async (_, spec, work, state, reason) => {
    const rig = rigOf(spec);
    later(rig, 2_000, () => work(rig));
    const result = only(await run(rig, 'start', { settle: 6_000 }));
    expect(result).toMatchObject({ outcome: 'changed', state, reason });
  });

  it('is asked again while Fly is in trouble, and where an answer is older than what is known', async () => {
    const rig = rigOf({ behaviour: CRASHES });
    later(rig, 1_500, () =>
      rig.fly.faults.push({ method: 'GET', path: /m000$/, times: 4, fault: { status: 503 } }),
    );
    expect(await errorOf(rig, { settle: 5_000 })).toContain('exit code 1');
    const lagging = rigOf();
    const old = structuredClone(lagging.fly.machine(APP, 'm000').events);
    let fresh: typeof old = [];
    later(lagging, 3_000, () => {
      const machine = lagging.fly.machine(APP, 'm000');
      fresh = machine.events.splice(0, machine.events.length, ...old);
    });
    later(lagging, 8_500, () => {
      const machine = lagging.fly.machine(APP, 'm000');
      machine.events.splice(0, machine.events.length, ...fresh);
    });
    expect(only(await run(lagging, 'start', { settle: 5_000 })).outcome).toBe('changed');
    expect(lagging.deadline.elapsed).toBe(9_000);
  });

  it('has failed where it is down and nothing says why, but not before its events had time', async () => {
    const rig = rigOf();
    later(rig, 3_000, () => {
      rig.fly.machine(APP, 'm000').state = 'stopped';
    });
    expect(await errorOf(rig, { settle: 5_000 })).toBe(
      "machine m000 did not stay up: it is stopped, and its events don't say why",
    );
    expect(rig.deadline.elapsed).toBe(10_000);
  });

  it('fails where it is gone, if it was named', async () => {
    const gone = () => {
      const rig = rigOf({}, { settings: { bootMs: 1_000, forgetMs: 0 } });
      later(rig, 2_000, () => rig.fly.destroyMachine(APP, 'm000', 'anna'));
      return rig;
    };
    const named = { settle: 5_000, selector: selector({ machines: ['m000'] }) };
    expect(only(await run(gone(), 'start', named))).toMatchObject({ error: { class: 'not found' } });
    expect(only(await run(gone(), 'start', { settle: 5_000 }))).toMatchObject({
      ...{ outcome: 'skipped', reason: 'gone: another client has destroyed it meanwhile' },
    });
  });
});

describe('when nobody says how long it is to settle', () => {
  const elapsedOf = async (name: 'start' | 'restart', spec: MachineSpec, wish: Wish = AUTO) => {
    const rig = rigOf(spec);
    const result = only(await run(rig, name, wish));
    return [result.outcome, rig.deadline.elapsed, phasesOf(result).includes('settle')];
  };
  const UP = { state: 'started', config: CHECKS, behaviour: { stopMs: 0 } } as const;

  it.each<[string, 'start' | 'restart', MachineSpec, Wish, boolean]>([
    ['5 s after a start', 'start', {}, AUTO, true],
    ['5 s after a restart', 'restart', { state: 'started' }, AUTO, true],
    ['5 s where checks are not waited for', 'restart', UP, AUTO, true],
    ['5 s where there are no checks', 'restart', { state: 'started' }, { ...AUTO, wait: 'checks' }, true],
    ['not where checks have told', 'restart', UP, { ...AUTO, wait: 'checks' }, false],
    ['not where nothing is waited for', 'restart', UP, { ...AUTO, wait: false }, false],
    ['at once after checks where it is said', 'restart', UP, { settle: 1, wait: 'checks' }, true],
  ])('waits %s', async (_, name, spec, wish, expected) => {
    const [outcome, , settles] = await elapsedOf(name, spec, wish);
    expect(outcome).not.toBe('failed');
    expect(settles).toBe(expected);
  });

  it('does not wait for one that another client started', async () => {
    const rig = rigOf();
    await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    const begun = rig.deadline.elapsed;
    expect(only(await run(rig, 'start', AUTO)).outcome).toBe('unchanged');
    expect(rig.deadline.elapsed - begun).toBeLessThan(2_000);
  });

  it('finds the crash after a restart, where it would have been green', async () => {
    const spec = { state: 'started', behaviour: CRASHES } as const;
    expect((await elapsedOf('restart', spec, {}))[0]).toBe('changed');
    expect((await elapsedOf('restart', spec))[0]).toBe('failed');
  });

  it('judges what happened while checks were waited for, too', async () => {
    const rig = rigOf({ config: CHECKS, behaviour: { checksPassMs: 10_000 } });
    later(rig, 4_000, () => rig.fly.endMachine(APP, 'm000', { exitCode: 1 }));
    expect(await errorOf(rig, { settle: 1_000, wait: 'checks' })).toContain('exit code 1');
  });
});

describe('when time is short', () => {
  it('takes what is left where nobody asked for more, and says so', async () => {
    const rig = rigOf({}, { timeoutMs: 4_000 });
    expect(only(await run(rig, 'start', { ...AUTO, timeout: 4_000 }))).toMatchObject({
      outcome: 'changed',
      reason: 'was looked at after 2 s, since the step had no more time',
    });
    expect(rig.deadline.elapsed).toBe(3_000);
  });

  it('does not claim that a machine has settled for as long as was asked', async () => {
    const rig = rigOf({}, { timeoutMs: 4_000 });
    const { outcome, state, error } = only(await run(rig, 'start', { settle: 3_500, timeout: 4_000 }));
    expect([outcome, state, error?.class]).toEqual(['failed', 'started', 'timeout']);
    expect(error?.message).toContain('it was to be looked at 3.5 s after it was up (`settle`)');
    expect(rig.deadline.elapsed).toBe(4_000);
  });

  it('tells of the crash rather than of the time', async () => {
    const rig = rigOf({ behaviour: { ...CRASHES, exitAfterMs: 500 } }, { timeoutMs: 4_000 });
    expect(await errorOf(rig, { settle: 3_500, timeout: 4_000 })).toContain('exit code 1');
  });

  it('has room where no time was set', async () => {
    const rig = rigOf();
    expect(only(await run(rig, 'start', { settle: 600_000 })).outcome).toBe('changed');
    expect(rig.deadline.elapsed).toBe(601_000);
  });

  it('ends at once when the job is cancelled', async () => {
    const rig = rigOf();
    later(rig, 2_345, rig.cancel);
    const { outcome, error } = only(await run(rig, 'start', { settle: 10_000 }));
    expect([outcome, error?.class]).toEqual(['failed', 'cancelled']);
    expect(error?.message).toContain('the start was sent');
    expect(rig.deadline.elapsed).toBe(2_345);
  });
});

describe('when machines are held', () => {
  it('marks them before they have settled, once', async () => {
    const rig = createMachinesRig({ machines: many(2), settings: { bootMs: 1_000 } });
    let held = 0;
    later(rig, 3_000, () => {
      held = rig.fly.machines(APP).filter((it) => it.config.metadata?.['keep-alive-until']).length;
    });
    const done = await run(rig, 'start', { settle: 20_000, hold: 600_000 });
    expect(held).toBe(2);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
    expect(done.result.machines.map((it) => it.held !== undefined)).toEqual([true, true]);
  });
});
