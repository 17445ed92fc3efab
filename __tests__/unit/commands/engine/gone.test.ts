import { intentOf } from '../../../../src/commands/change.js';
import type { Transport } from '../../../../src/http/transport.js';
import { TRANSITIONS, type TransitionName } from '../../../../src/machines/transitions.js';
import { caught } from '../../../support/caught.js';
import { appMachine, selector } from '../../../support/machines.js';
import { changes } from '../../../support/rigs/changes.js';
import { COUNTS_NONE } from '../../../support/rigs/counts-none.js';
import { many, outcomes, run, runExec, runWait } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const GONE = { status: 404, body: { error: 'not_found: machine not found' } };
const OPTIONS = { wishes: {}, wait: true, onLease: 'wait', lease: undefined } as const;
const TRUE = { command: ['true'], timeout: 60_000 };
/** A `destroyed` one is another story: the emulator lists none. */
const LEAVING = ['destroying', 'replaced', 'migrated', 'launch_failed'] as const;

/** Of a machine that is listed as running, and read in a state that nothing leads out of; all changes of it are refused. */
function leaving(state: string, listed: 'started' | 'stopped'): MachinesRig {
  const around =
    (inner: Transport): Transport =>
    async (request) => {
      const response = await inner(request);
      const isRead = request.method === 'GET' && /machines\/m001$/.test(request.url.pathname);
      if (!isRead) return response;
      return { ...response, body: JSON.stringify({ ...JSON.parse(response.body), state }) };
    };
  const rig = createMachinesRig({ machines: many(2, () => ({ state: listed })), around });
  const body = { error: `failed_precondition: unable to change machine from current state: '${state}'` };
  rig.fly.faults.push({ method: 'POST', path: /machines\/m001/, fault: { status: 412, body } });
  return rig;
}

/** Of a machine that is listed once, and of which nobody knows anything from then on. */
function vanishing(id: string, state: 'started' | 'stopped'): MachinesRig {
  const rig = createMachinesRig({ machines: many(2, () => ({ state })) });
  const [left] = rig.fly.machines(APP);
  if (left?.id === id) throw new Error('one has to stay');
  rig.fly.faults.push({ path: new RegExp(`machines/${id}`), fault: GONE });
  rig.fly.faults.push({ path: /machines$/, from: 2, fault: { status: 200, body: [] } }, COUNTS_NONE);
  return rig;
}

describe('when machines are listed that are gone, or going', () => {
  it.each(['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon'] as const)(
    '%s leaves them alone, says why, and is no failure',
    async (name: TransitionName) => {
      const machines = [
        ...LEAVING.map((state, index) => ({ id: `m00${index}`, state })),
        {
          id: 'm009',
          state: name === 'start' ? ('stopped' as const) : ('started' as const),
          cordoned: name === 'uncordon',
        },
      ];
      const rig = createMachinesRig({ machines });
      const { result } = await run(rig, name);
      expect(result.machines.map(({ outcome }) => outcome)).toEqual([
        ...LEAVING.map(() => 'skipped'),
        'changed',
      ]);
      expect(result.machines.slice(0, -1).every(({ reason }) => reason !== '')).toBe(true);
      expect(rig.asked().filter((it) => /POST m00[0-3]/.test(it))).toEqual([]);
    },
  );

  it('takes one that is destroyed for as down as can be, where it is named', () => {
    const machine = appMachine('m000', { state: 'destroyed' });
    for (const name of ['stop', 'suspend'] as const)
      expect(intentOf(TRANSITIONS[name], OPTIONS, () => 0).reached(machine)).toBe('already destroyed');
  });

  it('runs no command in them', async () => {
    const machines = [...LEAVING.map((state, index) => ({ id: `m00${index}`, state })), { id: 'm009' }];
    const rig = createMachinesRig({ machines });
    expect(outcomes(await runExec(rig, TRUE))).toMatchObject({
      m000: 'skipped',
      m003: 'skipped',
      m009: 'changed',
    });
  });
});

describe('when a machine goes between the list and the request', () => {
  it.each(['start', 'cordon', 'restart'] as const)('%s leaves it alone unless it is named', async (name) => {
    const state = name === 'start' ? 'stopped' : 'started';
    const all = await run(vanishing('m001', state), name);
    expect(outcomes(all)).toEqual({ m000: 'changed', m001: 'skipped' });
    const named = await run(vanishing('m001', state), name, {
      selector: selector({ machines: ['m000', 'm001'] }),
    });
    expect(outcomes(named)).toEqual({ m000: 'changed', m001: 'failed' });
    expect(named.result.machines[1]?.error).toMatchObject({ class: 'not found' });
  });

  it.each(['stop', 'suspend'] as const)('%s has nothing more to do', async (name) => {
    const named = await run(vanishing('m001', 'started'), name, {
      selector: selector({ machines: ['m000', 'm001'] }),
    });
    expect(outcomes(named)).toEqual({ m000: 'changed', m001: 'unchanged' });
    expect(named.result.machines[1]).toMatchObject({
      state: 'destroyed',
      reason: 'became destroyed meanwhile',
    });
  });

  it.each(['start', 'stop', 'suspend', 'restart', 'cordon'] as const)(
    '%s is done all the same where it was not known for a moment only',
    async (name) => {
      const state = name === 'start' ? 'stopped' : 'started';
      const rig = createMachinesRig({ machines: many(2, () => ({ state })) });
      rig.fly.faults.push({ path: /machines\/m001/, times: 2, fault: GONE });
      expect(outcomes(await run(rig, name))).toEqual({ m000: 'changed', m001: 'changed' });
    },
  );

  const OVER = ['destroyed', 'replaced', 'migrated', 'launch_failed'];
  it.each(['start', 'restart', 'cordon'] as const)(
    '%s leaves one alone that is read as gone, or going, unless it is named',
    async (name) => {
      const listed = name === 'start' ? 'stopped' : 'started';
      for (const state of [...OVER, 'destroying']) {
        const { result } = await run(leaving(state, listed), name);
        expect(result.machines[1]).toMatchObject({
          state,
          outcome: 'skipped',
          reason: expect.stringMatching(/./),
        });
      }
      const named = await run(leaving('replaced', listed), name, {
        selector: selector({ machines: ['m000', 'm001'] }),
      });
      expect(outcomes(named)).toEqual({ m000: 'changed', m001: 'failed' });
    },
  );

  it.each(['stop', 'suspend'] as const)(
    '%s has nothing to do with one that is read as gone',
    async (name) => {
      for (const state of OVER) {
        const { result } = await run(leaving(state, 'started'), name);
        expect(result.machines[1]).toMatchObject({ state, outcome: 'unchanged' });
      }
    },
  );

  const LEASED = { lease: 'a test' } as const;
  it.each(['stop', 'suspend'] as const)('%s needs no lease on one that is gone', async (name) => {
    for (const rig of [vanishing('m001', 'started'), leaving('destroyed', 'started')]) {
      const { result, warned } = await run(rig, name, LEASED);
      expect(result.machines[1]).toMatchObject({ state: 'destroyed', outcome: 'unchanged' });
      expect(warned).toEqual([]);
    }
  });

  it.each(['start', 'restart', 'cordon'] as const)(
    '%s leaves it alone where there is none to lease',
    async (name) => {
      const listed = name === 'start' ? 'stopped' : 'started';
      for (const rig of [vanishing('m001', listed), leaving('destroyed', listed)])
        expect(outcomes(await run(rig, name, LEASED))).toEqual({ m000: 'changed', m001: 'skipped' });
    },
  );

  it('takes a lease all the same where it was not known for a moment only', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    rig.fly.faults.push({ path: /lease$/, times: 2, fault: GONE });
    expect(outcomes(await run(rig, 'stop', LEASED))).toEqual({ m000: 'changed' });
    expect(rig.asked().filter((it) => it.startsWith('POST m000/lease'))).toHaveLength(3);
  });

  it('runs no command in one that is read as gone', async () => {
    const { result } = await runExec(leaving('destroyed', 'started'), TRUE);
    expect(result.machines[1]).toMatchObject({ outcome: 'skipped', reason: 'destroyed already' });
  });

  it.each([{}, { error: 'not found' }, { error: 'record not found' }])(
    'believes no 404 of any words before a second look: %j',
    async (body) => {
      for (const name of ['start', 'stop', 'restart', 'cordon'] as const) {
        const rig = createMachinesRig({
          machines: many(2, () => ({ state: name === 'start' ? 'stopped' : 'started' })),
        });
        rig.fly.faults.push({ path: /machines\/m001/, times: 2, fault: { status: 404, body } });
        expect(outcomes(await run(rig, name))).toEqual({ m000: 'changed', m001: 'changed' });
      }
    },
  );

  it('gives up where only the request itself is not known', async () => {
    const fault = { status: 404, body: { error: 'not found' } };
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'stopped' })) });
    rig.fly.faults.push({ path: /start$/, fault });
    expect(outcomes(await run(rig, 'start'))).toEqual({ m000: 'failed' });
    expect(rig.asked().filter((it) => it.startsWith('POST'))).toHaveLength(3);
    const other = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    other.fly.faults.push({ path: /exec$/, fault });
    expect(outcomes(await runExec(other, TRUE))).toEqual({ m000: 'failed' });
    expect(other.asked().filter((it) => it.startsWith('POST'))).toHaveLength(3);
  });

  it('runs a command once where it was not known for a moment only', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    rig.fly.faults.push({ path: /exec$/, times: 2, fault: GONE });
    expect(outcomes(await runExec(rig, TRUE))).toEqual({ m000: 'changed' });
    expect(rig.asked().filter((it) => it === 'POST m000/exec 200')).toHaveLength(1);
  });
});

describe('when somebody else holds a lease on a machine in which a command is to run', () => {
  const rigOf = (seconds: number, timeoutMs = 300_000) => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'started' })), timeoutMs });
    rig.fly.faults.push({
      path: /m001.exec$/,
      times: seconds / 5,
      fault: { status: 409, body: { error: 'lease currently held by o, expires at 2025-01-15T13:00:00Z' } },
    });
    return rig;
  };

  it('waits for it, and tells of it', async () => {
    const done = await runExec(rigOf(20), TRUE);
    expect(outcomes(done)).toEqual({ m000: 'changed', m001: 'changed' });
    expect(done.said).toEqual([expect.stringMatching(/^m001: lease held by o until .*; waiting for it$/)]);
  });

  it('leaves it alone, or fails, where that is wanted', async () => {
    expect(outcomes(await runExec(rigOf(20), { ...TRUE, onLease: 'skip' }))).toEqual({
      m000: 'changed',
      m001: 'skipped',
    });
    const failed = await runExec(rigOf(20), { ...TRUE, onLease: 'fail' });
    expect(outcomes(failed)).toEqual({ m000: 'changed', m001: 'failed' });
    expect(failed.result.machines[1]?.error).toMatchObject({ class: 'lease held' });
  });

  it('says so where that is still so at the deadline', async () => {
    const done = await runExec(rigOf(3_600, 60_000), TRUE);
    expect(done.result.machines[1]?.error).toMatchObject({
      class: 'lease held',
      message: expect.stringContaining('still so when time ran out'),
    });
  });
});

describe('when a command is cut while it runs', () => {
  it.each(['EOF', 'connection reset by peer', 'context canceled'])(
    'says that it may have run, and runs it once: %s',
    async (why) => {
      const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
      const body = { error: `failed_precondition: exec request failed: ${why}` };
      rig.fly.faults.push({ path: /exec$/, fault: { status: 412, body } });
      const { result } = await runExec(rig, TRUE);
      expect(result.machines[0]?.error?.message).toMatch(/the command may have run all the same$/);
      expect(rig.asked().filter((it) => it.startsWith('POST'))).toHaveLength(1);
    },
  );

  it('says no such thing where it surely did not', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    const body = { error: 'failed_precondition: exec request failed: machine not running' };
    rig.fly.faults.push({ path: /exec$/, fault: { status: 412, body } });
    expect((await runExec(rig, TRUE)).result.machines[0]?.error?.message).not.toContain('may have run');
  });
});

describe('when a list is empty though the app counts machines', () => {
  it('lists again, and goes on with what is there then', async () => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })) });
    rig.fly.faults.push({ path: /machines$/, times: 1, fault: { status: 200, body: [] } });
    expect(outcomes(await run(rig, 'start'))).toEqual({ m000: 'changed', m001: 'changed' });
  });

  it('is a failure of Fly where that stays, and one app hides no other', async () => {
    const otherApps = [{ name: 'shop', machines: [{ id: 's0', state: 'stopped' as const }] }];
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })), otherApps });
    rig.fly.faults.push({ path: /my-app.machines$/, fault: { status: 200, body: [] } });
    const { result } = await run(rig, 'start', { apps: [APP, 'shop'] });
    expect(result.failures).toMatchObject([
      {
        app: APP,
        error: { class: 'Fly failure', message: expect.stringContaining('Fly lists none, but counts 2') },
      },
    ]);
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed']);
  });

  it('lists again where trouble hides the count, which it asks for once more', async () => {
    const rigOf = (times: number) => {
      const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })) });
      rig.fly.faults.push({ path: /my-app$/, times: 1, fault: { status: 502 } });
      rig.fly.faults.push({ path: /machines$/, times, fault: { status: 200, body: [] } });
      return rig;
    };
    expect(outcomes(await run(rigOf(1), 'start'))).toEqual({ m000: 'changed', m001: 'changed' });
    expect(await caught(run(rigOf(2), 'start'))).toMatchObject({
      class: 'Fly failure',
      message: expect.stringContaining('Fly lists none, but counts 2'),
    });
  });

  it('does not take a token that has ended since for an app that may not tell', async () => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })) });
    rig.fly.faults.push({ path: /my-app$/, fault: { status: 401 } });
    rig.fly.faults.push({ path: /machines$/, times: 1, fault: { status: 200, body: [] } });
    rig.fly.faults.push({ path: /machines$/, fault: { status: 401 } });
    expect(await caught(run(rig, 'start'))).toMatchObject({ class: 'unauthorized' });
  });

  it('believes it where the token may not ask for the count', async () => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })) });
    rig.fly.faults.push({ path: /my-app$/, fault: { status: 403 } });
    rig.fly.faults.push({ path: /machines$/, fault: { status: 200, body: [] } });
    expect((await run(rig, 'start')).result.machines).toEqual([]);
    expect(rig.asked().filter((it) => /machines\b/.test(it))).toHaveLength(1);
  });

  it('believes it in the end where nothing tells the count', async () => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'stopped' })) });
    rig.fly.faults.push({ path: /my-app$/, fault: 'reset' });
    rig.fly.faults.push({ path: /machines$/, fault: { status: 200, body: [] } });
    const { result } = await run(rig, 'start');
    expect([result.machines, result.failures]).toEqual([[], []]);
    expect(rig.asked().filter((it) => /machines\b/.test(it))).toHaveLength(2);
  });

  it('believes it where the app has none', async () => {
    const rig = createMachinesRig({ machines: [] });
    const { result } = await run(rig, 'start');
    expect([result.machines, result.failures]).toEqual([[], []]);
  });
});

describe('when a suspend with a fallback is refused', () => {
  const fallback = { wishes: { fallback: 'stop' } } as const;
  it.each([
    ['in words that pass', { error: 'failed_precondition: machine is busy' }],
    ['without words', {}],
    ['in words that nobody knows', { error: 'failed_precondition: not just now' }],
  ])('is asked again first, and keeps its memory: %s', async (_, body) => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    rig.fly.faults.push({ path: /suspend$/, times: 3, fault: { status: 412, body } });
    const { result } = await run(rig, 'suspend', fallback);
    expect(result.machines[0]).toMatchObject({ state: 'suspended', outcome: 'changed' });
  });

  it('is stopped once nothing speaks for it any more', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    rig.fly.faults.push({ path: /suspend$/, fault: { status: 412, body: {} } });
    const { result } = await run(rig, 'suspend', fallback);
    expect(result.machines[0]).toMatchObject({ state: 'stopped', outcome: 'changed' });
  });
});

it('asks a machine again that Fly refuses in any words while its state is one that passes', async () => {
  const rig = createMachinesRig({
    machines: [{ id: 'm000', state: 'stopped' }],
    settings: { bootMs: 8_000 },
  });
  await rig.clock.run(changes(rig.client).start({ app: APP, id: 'm000' }, {}, new AbortController().signal));
  const fault = { status: 409, body: { error: 'unable to stop machine, not currently started' } };
  rig.fly.faults.push({ path: /stop$/, times: 3, fault });
  const { result } = await run(rig, 'stop');
  expect(result.machines[0]).toMatchObject({ state: 'stopped', outcome: 'changed' });
});

describe('when a list lacks a machine that is named by its id', () => {
  const [HERE, LACKED, NOWHERE] = ['148e000000000a', '148e000000000b', '148e00000000ff'];
  const named = (...machines: string[]) => ({ selector: selector({ machines }) });
  const rigOf = (state: 'started' | 'stopped') => {
    const around =
      (inner: Transport): Transport =>
      async (request) => {
        const response = await inner(request);
        if (!request.url.pathname.endsWith('/machines')) return response;
        const listed = JSON.parse(response.body).filter(({ id }: { id: string }) => id !== LACKED);
        return { ...response, body: JSON.stringify(listed) };
      };
    return createMachinesRig({ machines: [HERE, LACKED].map((id) => ({ id, state })), around });
  };

  it.each(['start', 'stop', 'cordon'] as const)('%s reads it by itself, and does it', async (name) => {
    const rig = rigOf(name === 'start' ? 'stopped' : 'started');
    expect(outcomes(await run(rig, name, named(HERE, LACKED)))).toEqual({
      [HERE]: 'changed',
      [LACKED]: 'changed',
    });
  });

  it('is still told of one that is nowhere', async () => {
    await expect(run(rigOf('started'), 'stop', named(HERE, NOWHERE))).rejects.toMatchObject({
      class: 'not found',
      message: `my-app has no machine ${NOWHERE}`,
    });
  });

  it('fails the app where that can’t be read, and does the rest', async () => {
    const rig = rigOf('started');
    rig.fly.faults.push({ path: new RegExp(`${LACKED}$`), fault: { status: 500, body: {} } });
    const { result } = await run(rig, 'stop', named(HERE, LACKED));
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(['changed']);
    expect(result.failures).toMatchObject([{ app: APP, error: { class: 'Fly failure' } }]);
  });

  it('waits for it, too', async () => {
    const rig = rigOf('stopped');
    const { result } = await runWait(rig, ['stopped'], named(LACKED));
    expect(result.machines).toMatchObject([{ outcome: 'unchanged', state: 'stopped' }]);
  });
});
