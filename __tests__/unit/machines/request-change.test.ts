import type { Fault } from '../../../emulator/faults.js';
import type { BeforeSend } from '../../../src/machines/api/call.js';
import { inState } from '../../../src/machines/goal.js';
import { requestChange } from '../../../src/machines/request-change.js';
import { TRANSITIONS, type TransitionName } from '../../../src/machines/transitions.js';
import { COUNTS_NONE } from '../../support/rigs/counts-none.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
  thrownBy,
} from '../../support/rigs/machines-rig.js';

const ID = 'd8910000000001';

/** A rig with one machine, stopped unless said otherwise. */
function rigOf(machine: object = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: ID, state: 'stopped', ...machine }], ...options });
}

/** Whether it was ours. */
function request(rig: MachinesRig, name: TransitionName): Promise<boolean> {
  const { client, clock, deadline } = rig;
  const { signal } = deadline;
  const machine = { app: APP, id: ID };
  const transition = TRANSITIONS[name];
  const work = async () => {
    const goal = transition.goal(await client.get(machine, signal), {});
    rig.fly.requests.splice(0);
    const send = (look: BeforeSend) => client.change(transition.call(machine, { before: [look] }), signal);
    const asking = { machine, goal, send, waitsForLease: true, seenAt: clock.now() };
    return requestChange({ client, clock, signal }, asking);
  };
  return clock.run(work());
}

/** What was asked, without the id: `POST start 200`. */
function asked(rig: MachinesRig): string[] {
  return rig.asked().map((line) => line.replace(`${ID}/`, '').replace(ID, 'machine'));
}

/** How often a line stands among what was asked. */
function times(rig: MachinesRig, line: string): number {
  return asked(rig).filter((it) => it === line).length;
}

describe('when Fly takes a change on', () => {
  it('is sent once, and nothing is read', async () => {
    const rig = rigOf();
    expect(await request(rig, 'start')).toBe(true);
    expect(asked(rig)).toEqual(['POST start 200']);
  });
});

describe('when a refusal passes by itself', () => {
  it('asks again until the machine lets itself be started', async () => {
    const rig = rigOf({ sinceMs: 0, behaviour: { lingersMs: 9_000 } });
    rig.fly.machine(APP, ID).activeUntil = rig.clock.now() + 9_000;
    await request(rig, 'start');
    expect(asked(rig).at(-1)).toBe('POST start 200');
    expect(times(rig, 'POST start 412')).toBeGreaterThan(1);
    expect(rig.fly.machine(APP, ID).state).toBe('starting');
  });

  it('asks again until a machine that is being created is ready', async () => {
    const rig = rigOf({ state: 'created' });
    await request(rig, 'start');
    expect(rig.deadline.elapsed).toBeLessThan(15_000);
    expect(rig.fly.machine(APP, ID).state).toMatch(/^start/);
  });

  it('asks again until the lease is given back', async () => {
    const rig = rigOf({ state: 'started' });
    lease(rig, 20);
    await request(rig, 'stop');
    expect(asked(rig).at(-1)).toBe('POST stop 200');
    expect(times(rig, 'POST stop 409')).toBeGreaterThan(2);
    expect(rig.deadline.elapsed).toBeLessThan(30_000);
  });

  it('asks after 1, 2, 4 and then every 5 seconds', async () => {
    const rig = rigOf({ state: 'started' });
    lease(rig, 20);
    await request(rig, 'stop');
    const start = rig.fly.requests[0]?.at ?? 0;
    const sends = rig.fly.requests.filter(({ method }) => method === 'POST').map(({ at }) => at - start);
    expect(sends).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000, 22_000]);
  });

  it('reports the refusal when the deadline comes first', async () => {
    const rig = rigOf({ state: 'started' }, { timeoutMs: 12_000 });
    lease(rig, 3_600);
    const error = await thrownBy(request(rig, 'stop'));
    expect(error).toMatchObject({ class: 'lease held', status: 409 });
    expect(error.message).toContain('held by somebody@tokens.fly.io, expires at 2025-01-15T13:00:00Z');
    expect(rig.deadline.elapsed).toBe(12_000);
  });

  it('reports the refusal even if the last attempt is under way at the deadline', async () => {
    const faults = [{ path: /stop$/, from: 2, fault: 'hang' as const }];
    const rig = rigOf({ state: 'started' }, { timeoutMs: 12_000, faults });
    lease(rig, 3_600);
    expect(await thrownBy(request(rig, 'stop'))).toMatchObject({ class: 'lease held' });
  });

  it('ends at once when the job is cancelled, and says that', async () => {
    const rig = rigOf({ state: 'started' });
    lease(rig, 3_600);
    void rig.clock.sleep(10_000).then(rig.cancel);
    expect(await thrownBy(request(rig, 'stop'))).toMatchObject({ class: 'cancelled' });
    expect(rig.deadline.elapsed).toBe(10_000);
  });
});

describe('when the machine is there already', () => {
  it.each(['started', 'starting'] as const)(
    'is content with a machine that is %s, although Fly calls it still active',
    async (state) => {
      const rig = rigOf({ state }, { settings: { startOnStarted: 'still-active' } });
      expect(await request(rig, 'start')).toBe(false);
      expect(asked(rig)).toEqual(['POST start 412', 'GET machine 200']);
    },
  );

  it('is content when somebody else stopped it while they held the lease', async () => {
    const rig = rigOf({ state: 'stopped' });
    lease(rig, 3_600);
    expect(await request(rig, 'stop')).toBe(false);
    expect(asked(rig)).toEqual(['POST stop 409', 'GET machine 200']);
  });
});

describe('when it is open whether the change happened', () => {
  const FAULTS: readonly (readonly [string, Fault])[] = [
    ['a 500', { status: 500, body: { error: 'internal' } }],
    ['a 408', { status: 408, body: { error: 'deadline_exceeded' } }],
    ['a gateway in between', { status: 502, body: '<html>bad gateway</html>' }],
    ['a reset', 'reset'],
    ['a cut answer', 'cut'],
    ['no answer in time', 'hang'],
    ['a success that makes no sense', 'garbage'],
  ];

  it.each(FAULTS)('does not send again after %s when the machine is on its way', async (_, fault) => {
    const rig = rigOf({}, { faults: [{ path: /start$/, fault, afterEffect: true }], settings: SLOW });
    expect(await request(rig, 'start')).toBe(true);
    expect(asked(rig).map(verb)).toEqual(['POST start', 'GET machine']);
    expect(rig.fly.machine(APP, ID).state).toBe('starting');
  });

  it.each(FAULTS)('sends again after %s when the machine has not moved', async (_, fault) => {
    const rig = rigOf({}, { faults: [{ path: /start$/, fault, times: 1 }] });
    await request(rig, 'start');
    expect(asked(rig).map(verb)).toEqual(['POST start', 'GET machine', 'POST start']);
    expect(rig.fly.machine(APP, ID).state).toBe('starting');
  });

  it.each(FAULTS)('sends three times at most: %s', async (_, fault) => {
    const rig = rigOf({}, { faults: [{ path: /start$/, fault }] });
    const error = await thrownBy(request(rig, 'start'));
    expect(error.message).toContain(`start machine ${ID}`);
    expect(['Fly failure', 'timeout', 'network']).toContain(error.class);
    expect(asked(rig).filter((it) => it.startsWith('POST start'))).toHaveLength(3);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
  });

  it('looks after the last attempt too', async () => {
    const fault = { status: 500 };
    const faults = [
      { path: /start$/, fault, times: 2 },
      { path: /start$/, fault, afterEffect: true },
    ];
    const rig = rigOf({}, { faults, settings: SLOW });
    await request(rig, 'start');
    expect(times(rig, 'POST start 500')).toBe(3);
    expect(rig.fly.machine(APP, ID).state).toBe('starting');
  });

  it('does not send what it cannot look after', async () => {
    const faults = [
      { path: /start$/, fault: 'reset' as const },
      { method: 'GET', from: 2, fault: { status: 404, body: { error: 'machine not found' } } },
    ];
    const rig = rigOf({}, { faults });
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: 'not found' });
    expect(times(rig, 'POST start reset')).toBe(1);
  });
});

describe('when the machine is gone after an answer that was lost', () => {
  const faults = [
    { path: /stop$/, fault: 'reset' as const },
    { method: 'GET', from: 2, fault: { status: 404, body: { error: 'machine not found' } } },
  ];

  it('is content where it may be gone', async () => {
    const rig = rigOf({ state: 'started', config: { auto_destroy: true } }, { faults });
    expect(await request(rig, 'stop')).toBe(true);
    expect(asked(rig)).toEqual(['POST stop reset', 'GET machine 404', 'GET machine 404', 'GET machines 404']);
  });

  it('fails where it may not', async () => {
    const [, look] = faults;
    const rig = rigOf({}, { faults: [{ path: /start$/, fault: 'reset' }, ...(look ? [look] : [])] });
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: 'not found' });
  });
});

describe('when Fly does not know the machine', () => {
  it.each([
    'machine not found',
    "invalid machine ID, 'd8910000000001'",
    'could not find machine d8910000000001',
  ])('asks again while it turns out to be there: %s', async (error) => {
    const rig = rigOf(
      {},
      { faults: [{ path: /start$/, times: 2, fault: { status: 404, body: { error } } }] },
    );
    expect(await request(rig, 'start')).toBe(true);
    expect(times(rig, 'POST start 404')).toBe(2);
  });

  const GONE = { status: 404, body: { error: 'machine not found' } };
  const EMPTY = { path: /machines$/, fault: { status: 200, body: [] } };

  it('fails once a second look says so, too', async () => {
    const rig = rigOf();
    rig.fly.faults.push({ path: /machines\/d89/, from: 2, fault: GONE }, EMPTY);
    rig.fly.faults.push(COUNTS_NONE);
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: 'not found' });
    expect(asked(rig).slice(0, 4)).toEqual([
      'POST start 404',
      'GET machine 404',
      'GET machine 404',
      'GET machines 200',
    ]);
    expect(asked(rig)).toHaveLength(5);
    expect(rig.deadline.elapsed).toBe(3_000);
  });

  it.each([
    ['the app counts some', { status: 200, body: { machine_count: 1 } }],
    ['trouble hides how many there are', { status: 503, body: {} }],
  ])('asks again while the list is empty, and %s', async (_, count) => {
    const rig = rigOf();
    rig.fly.faults.push({ path: /machines\/d89/, from: 2, times: 4, fault: GONE }, EMPTY);
    rig.fly.faults.push({ path: /apps\/my-app$/, fault: count });
    expect(await request(rig, 'start')).toBe(true);
    expect(rig.fly.machine(APP, ID).state).toBe('starting');
  });

  it('believes an empty list where the app may not tell how many there are', async () => {
    const rig = rigOf();
    rig.fly.faults.push({ path: /machines\/d89/, from: 2, fault: GONE }, EMPTY);
    rig.fly.faults.push({ path: /apps\/my-app$/, fault: { status: 403, body: { error: 'r not allowed' } } });
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: 'not found' });
  });

  it('takes the machine itself at its word where the token may not list', async () => {
    const rig = rigOf();
    rig.fly.faults.push({
      path: /machines\/d89/,
      from: 2,
      fault: { status: 404, body: { error: 'machine not found' } },
    });
    rig.fly.faults.push({ path: /machines$/, fault: { status: 403, body: { error: 'r not allowed' } } });
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: 'not found' });
  });
});

describe('when a refusal stands', () => {
  it.each([
    [{ status: 403, body: { error: 'C not allowed' } }, 'forbidden'],
    [{ status: 400, body: { error: 'invalid signal' } }, 'input'],
    [{ status: 409, body: { error: 'insufficient resources available' } }, 'no capacity'],
    [{ status: 401, body: { error: 'Authenticate: token validation error' } }, 'unauthorized'],
  ])('is not asked again: %j', async (fault, errorClass) => {
    const rig = rigOf({}, { faults: [{ path: /start$/, fault }] });
    expect(await thrownBy(request(rig, 'start'))).toMatchObject({ class: errorClass });
    expect(asked(rig)).toHaveLength(1);
  });

  it('does not hide a fault of our own behind another try', async () => {
    const rig = rigOf();
    const { client, clock, deadline } = rig;
    const fault = new TypeError('x is not a function');
    const work = requestChange(
      { client, clock, signal: deadline.signal },
      {
        machine: { app: APP, id: ID },
        goal: inState(['started'], []),
        send: () => Promise.reject(fault),
        waitsForLease: true,
        seenAt: clock.now(),
      },
    );
    await expect(clock.run(work)).rejects.toBe(fault);
    expect(asked(rig)).toEqual([]);
  });

  it('looks first where the state is said to be wrong for good', async () => {
    const rig = rigOf({ state: 'failed' }, { settings: { startOnFailed: 'refused' } });
    const error = await thrownBy(request(rig, 'start'));
    expect(error).toMatchObject({ class: 'wrong state', status: 412 });
    expect(asked(rig)).toEqual(['POST start 412', 'GET machine 200']);
  });
});

/** Slow enough to be caught on its way, once even an attempt's limit has passed. */
const SLOW = { bootMs: 100_000 };

function verb(line: string): string {
  return line.replace(/ \S+$/, '');
}

function lease(rig: MachinesRig, seconds: number): void {
  rig.fly.machine(APP, ID).lease = {
    nonce: 'nonce',
    owner: 'somebody@tokens.fly.io',
    description: 'a deploy',
    version: rig.fly.machine(APP, ID).instanceId,
    expiresAt: rig.clock.now() / 1_000 + seconds,
  };
}
