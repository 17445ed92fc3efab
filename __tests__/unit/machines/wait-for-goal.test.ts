import type { MachineSpec } from '../../../emulator/machines/build.js';
import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import { Deadline } from '../../../src/deadline.js';
import { MachinesClient } from '../../../src/machines/api/client.js';
import { type Goal, inState, started } from '../../../src/machines/goal.js';
import { TRANSITIONS, type TransitionName } from '../../../src/machines/transitions.js';
import { waitForGoal } from '../../../src/machines/wait-for-goal.js';
import { answer, scripted } from '../../support/fakes/scripted-transport.js';
import { appMachine } from '../../support/machines.js';
import { changes } from '../../support/rigs/changes.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
  thrownBy,
} from '../../support/rigs/machines-rig.js';

const ID = 'd8910000000001';
const STARTED = inState(['started'], ['starting', 'restarting']);

function rigOf(machine: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: ID, state: 'stopped', ...machine }], ...options });
}

/** Sends the change and waits for it; the states that were seen on the way. */
async function changeAndWait(rig: MachinesRig, name: TransitionName, version?: string): Promise<string[]> {
  const { client, clock, deadline, fly } = rig;
  const machine = { app: APP, id: ID };
  const transition = TRANSITIONS[name];
  const seen: string[] = [];
  const work = async () => {
    const goal = transition.goal(await client.get(machine, deadline.signal), {});
    fly.requests.splice(0);
    await client.change(transition.call(machine, {}), deadline.signal);
    const wait = {
      machine,
      goal,
      verb: name,
      version: version ?? fly.machine(APP, ID).instanceId,
      deadline,
      seen: ({ state }: { state: string }) => void seen.push(state),
    };
    await waitForGoal({ client, clock }, wait);
  };
  await clock.run(work());
  return seen;
}

/** The waits that were asked for, as their queries, and whatever else was. */
function asked(rig: MachinesRig): string[] {
  return rig.asked().map((line) => line.replace(`GET ${ID}/wait?`, '').replace(ID, 'machine'));
}

describe('when the state comes', () => {
  it('costs one wait, whose slice is short, and a look', async () => {
    const rig = rigOf();
    expect(await changeAndWait(rig, 'start')).toEqual(['started']);
    expect(asked(rig).slice(1)).toEqual(['state=started&timeout=2 200', 'GET machine 200']);
  });

  it('names the version for a stop, and only there', async () => {
    const rig = rigOf({ state: 'started' }, { settings: { waitStopped: 'needs-version' } });
    const version = rig.fly.machine(APP, ID).instanceId;
    await changeAndWait(rig, 'stop');
    expect(asked(rig).slice(1)).toEqual([
      ...[`state=stopped&timeout=2&version=${version} 200`, 'GET machine 200'],
    ]);
  });

  it('asks again in slices of a minute at most as long as the machine is on its way', async () => {
    const rig = rigOf({ behaviour: { bootMs: 200_000 } });
    expect(await changeAndWait(rig, 'start')).toEqual([...Array(5).fill('starting'), 'started']);
    const slices = asked(rig).filter((it) => it.startsWith('state='));
    expect(slices.map((it) => Number(/timeout=(\d+)/.exec(it)?.[1]))).toEqual([2, 10, 30, 60, 60, 60]);
    expect(rig.deadline.elapsed).toBe(200_000);
  });

  it('sees it by itself where the wait was answered too early', async () => {
    const faults = [{ path: /wait/, times: 1, fault: { status: 408, body: { error: 'deadline' } } }];
    const rig = rigOf({ behaviour: { bootMs: 1 } }, { faults });
    await rig.clock.run(changes(rig.client).start({ app: APP, id: ID }, {}, rig.deadline.signal));
    await rig.clock.advance(10);
    await changeAndWait(rig, 'start');
    expect(asked(rig).at(-1)).toBe('GET machine 200');
  });

  it('waits on through a short trouble of Fly', async () => {
    const faults = [{ path: /wait/, times: 3, fault: { status: 502 } }];
    const rig = rigOf({ behaviour: { bootMs: 9_000 } }, { faults });
    await changeAndWait(rig, 'start');
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });
});

describe('when time is short', () => {
  it('never asks for more than what is left', async () => {
    const rig = rigOf({ behaviour: { boot: 'never' } }, { timeoutMs: 20_500 });
    const error = await thrownBy(changeAndWait(rig, 'start'));
    expect(error).toMatchObject({ class: 'timeout' });
    expect(error.message).toContain('not done within 21 s');
    expect(asked(rig).filter((it) => it.startsWith('state='))).toEqual([
      'state=started&timeout=2 408',
      'state=started&timeout=10 408',
      'state=started&timeout=5 408',
      'state=started&timeout=1 reset',
    ]);
    expect(rig.deadline.elapsed).toBe(20_500);
  });

  it('asks for a second at least', async () => {
    const rig = rigOf({ behaviour: { bootMs: 300 } }, { timeoutMs: 400 });
    await changeAndWait(rig, 'start');
    expect(asked(rig).slice(-2)).toEqual(['state=started&timeout=1 200', 'GET machine 200']);
  });

  it('ends at once when the job is cancelled', async () => {
    const rig = rigOf({ behaviour: { boot: 'never' } });
    void rig.clock.sleep(4_000).then(rig.cancel);
    expect(await thrownBy(changeAndWait(rig, 'start'))).toMatchObject({ class: 'cancelled' });
    expect(rig.deadline.elapsed).toBe(4_000);
  });
});

describe('when the machine goes elsewhere', () => {
  it('gives up on one that failed, and says so', async () => {
    const rig = rigOf({ behaviour: { boot: 'fails' } });
    const error = await thrownBy(changeAndWait(rig, 'start'));
    expect(error.class).toBe('wrong state');
    expect(error.message).toContain('is failed instead of started: it started and ended, exit code 1');
    expect(error.hint).toContain(`fly machine status ${ID}`);
    expect(rig.deadline.elapsed).toBe(2_000);
  });

  it('gives up on one that is destroyed meanwhile, or gone', async () => {
    const rig = rigOf({ behaviour: { boot: 'never' } });
    void rig.clock.sleep(1_000).then(() => {
      rig.fly.machine(APP, ID).state = 'destroyed';
    });
    expect(await thrownBy(changeAndWait(rig, 'start'))).toMatchObject({ class: 'wrong state' });
    const gone = rigOf({ behaviour: { boot: 'never' } });
    void gone.clock.sleep(1_000).then(() => {
      gone.fly.faults.push({ path: '/', fault: { status: 404, body: { error: 'machine not found' } } });
    });
    expect(await thrownBy(changeAndWait(gone, 'start'))).toMatchObject({ class: 'not found' });
  });

  it('gives up on one that rests where it was for half a minute, well before the deadline', async () => {
    const rig = rigOf({}, { timeoutMs: 3_600_000 });
    rig.fly.faults.push({ path: /start$/, fault: { status: 200, body: { status: 'success' } } });
    rig.fly.faults.push({ path: /wait/, fault: { status: 408, body: { error: 'deadline' } } });
    const error = await thrownBy(changeAndWait(rig, 'start'));
    expect(error.message).toContain('is stopped instead of started');
    expect(rig.deadline.elapsed).toBe(30_000);
  });

  it('counts rest from anew where the machine has moved in between', async () => {
    const still = (seconds: number) => Array<string>(seconds).fill('stopped');
    const states = [...still(20), 'starting', ...still(31)];
    const { clock, seen, work, requests } = looking(states);
    expect(await thrownBy(clock.run(work))).toMatchObject({ class: 'wrong state' });
    expect(seen).toEqual(states);
    expect(requests).toHaveLength(2 * states.length);
  });

  it('says when the host is the reason', async () => {
    const rig = rigOf({ behaviour: { boot: 'never' } });
    void rig.clock.sleep(1_000).then(() => {
      const machine = rig.fly.machine(APP, ID);
      machine.state = 'stopped';
      machine.behaviour.unreachable = true;
    });
    const error = await thrownBy(changeAndWait(rig, 'start'));
    expect(error.message).toContain('and its host is unreachable');
  });

  it('does not take a state in between for rest', async () => {
    const rig = rigOf({ state: 'started', behaviour: { ignoresSignal: true } }, { timeoutMs: 900_000 });
    rig.fly.settings.replaceMs = 150_000;
    const seen: string[] = [];
    const work = (async () => {
      const { client, clock, deadline } = rig;
      const machine = { app: APP, id: ID };
      const wait = { machine, goal: STARTED, verb: 'start', version: undefined, deadline };
      rig.fly.replaceMachine(APP, ID);
      await waitForGoal({ client, clock }, { ...wait, seen: ({ state }) => void seen.push(state) });
    })();
    await rig.clock.run(work);
    expect(new Set(seen)).toEqual(new Set(['replacing', 'started']));
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });
});

describe('when a deploy replaces the machine meanwhile', () => {
  it.each([
    ['408', 'any'],
    ['412', 'any'],
    ['408', 'needs-version'],
    ['412', 'needs-version'],
  ] as const)(
    'waits for its new version: wait on the old one answers %s, stop needs %s',
    async (waitReplaced, waitStopped) => {
      const settings = { waitReplaced, waitStopped };
      const rig = rigOf({ state: 'started' }, { settings });
      const old = rig.fly.machine(APP, ID).instanceId;
      rig.fly.replaceMachine(APP, ID);
      await rig.clock.advance(4_000);
      await changeAndWait(rig, 'stop', old);
      expect(rig.fly.machine(APP, ID).state).toBe('stopped');
      expect(rig.deadline.elapsed).toBeLessThan(10_000);
    },
  );

  it('does not look where no version was named, since that can’t be the reason', async () => {
    const rig = rigOf();
    rig.fly.faults.push({ path: /wait/, fault: { status: 400, body: { error: 'invalid state' } } });
    expect(await thrownBy(changeAndWait(rig, 'start'))).toMatchObject({ status: 400 });
    expect(asked(rig)).toEqual(['POST machine/start 200', 'state=started&timeout=2 400']);
  });

  it('throws what a wait is refused for where the version is not the reason', async () => {
    const rig = rigOf({ state: 'started' });
    rig.fly.faults.push({ path: /wait/, fault: { status: 400, body: { error: 'invalid state' } } });
    expect(await thrownBy(changeAndWait(rig, 'stop'))).toMatchObject({ class: 'wrong state', status: 400 });
  });
});

describe('when Fly answers at once without an end', () => {
  it.each([
    ['408', { status: 408, body: { error: 'deadline' } }],
    ['another state', { status: 200, body: { ok: true, state: 'created' } }],
  ])('is not asked more often than once a second: %s', async (_, fault) => {
    const rig = rigOf({ behaviour: { boot: 'never' } }, { timeoutMs: 60_000 });
    rig.fly.faults.push({ path: /wait/, fault });
    await thrownBy(changeAndWait(rig, 'start'));
    expect(rig.asked().length).toBeLessThan(125);
    expect(rig.asked().length).toBeGreaterThan(20);
  });
});

describe('when a wait for stopped goes across a deploy', () => {
  const STOPPED = inState(['stopped'], ['stopping']);

  /** What a wait for version 01A comes to that sees these, a second apart. */
  function acrossDeploy(looks: readonly (readonly [state: string, version: string])[]): {
    clock: VirtualClock;
    work: Promise<string>;
  } {
    const found = looks.map(([state, version]) => ({ state, instance_id: version }));
    return looking(found, STOPPED, '01A');
  }

  it('does not count the rest of the old version as rest of the new one', async () => {
    const looks = [
      ...Array.from({ length: 20 }, () => ['started', '01A'] as const),
      ...Array.from({ length: 25 }, () => ['started', '01B'] as const),
      ['stopped', '01B'] as const,
    ];
    const { clock, work } = acrossDeploy(looks);
    expect(await clock.run(work)).toBe('stopped');
  });

  it('gives up once the new version has rested long enough', async () => {
    const { clock, work } = acrossDeploy(Array.from({ length: 40 }, () => ['started', '01B'] as const));
    expect(await thrownBy(clock.run(work))).toMatchObject({ class: 'wrong state' });
    expect(clock.now() - createVirtualClock().now()).toBe(31_000);
  });
});

describe('when a machine is somewhere final that its events say it will leave', () => {
  it('is waited for on', async () => {
    const goal = started(appMachine(ID, { state: 'stopped', newestStart: 100 }));
    const events = [{ type: 'start', status: 'started', timestamp: 101 }];
    const found = [
      { state: 'failed', events },
      { state: 'starting', events },
      { state: 'started', events },
    ];
    const { clock, work } = looking(found, goal);
    expect(await clock.run(work)).toBe('started');
  });

  it('is given up where they are old', async () => {
    const goal = started(appMachine(ID, { state: 'stopped', newestStart: 100 }));
    const events = [{ type: 'start', status: 'started', timestamp: 100 }];
    const { clock, work, requests } = looking([{ state: 'failed', events }], goal);
    expect(await thrownBy(clock.run(work))).toMatchObject({ class: 'wrong state' });
    expect(requests).toHaveLength(2);
  });
});

/** A wait, for started unless said otherwise, that is told "not yet" each time, and then sees one state after the other. */
function looking(
  looks: readonly (string | { readonly state: string; readonly [name: string]: unknown })[],
  goal: Goal = STARTED,
  version?: string,
): {
  clock: VirtualClock;
  seen: string[];
  work: Promise<string>;
  requests: readonly unknown[];
} {
  const clock = createVirtualClock();
  const found = looks.map((it) => (typeof it === 'string' ? { state: it } : it));
  const script = found.flatMap((it) => [answer(408), answer(200, { id: ID, ...it })]);
  const { transport, requests } = scripted(...script);
  const client = new MachinesClient({
    apiUrl: new URL('https://api.machines.dev'),
    transport,
    tokens: { header: async () => 'FlyV1 x', renew: async () => undefined },
    clock,
    jitter: () => 0,
    debug: () => undefined,
    maxConcurrent: 20,
  });
  const seen: string[] = [];
  const wait = {
    machine: { app: APP, id: ID },
    goal,
    verb: 'start',
    version,
    deadline: new Deadline(clock, new AbortController().signal, 300_000),
    seen: ({ state }: { state: string }) => void seen.push(state),
  };
  return { clock, seen, requests, work: waitForGoal({ client, clock }, wait) };
}
