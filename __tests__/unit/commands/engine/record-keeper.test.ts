import { SentRequests } from '../../../../src/commands/engine/sent-requests.js';
import type { AppMachine } from '../../../../src/commands/result/app-machine.js';
import { failedAtOnce, untouched } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import type { SendOptions } from '../../../../src/machines/api/changes.js';
import { hasDoneNothing } from '../../../../src/machines/fate.js';
import type { TransitionName } from '../../../../src/machines/transitions.js';
import { appMachine } from '../../../support/machines.js';
import { changes } from '../../../support/rigs/changes.js';
import { type Kept, kept } from '../../../support/rigs/kept.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const M1 = appMachine('m1', { state: 'stopped' });
const M2 = appMachine('m2', { state: 'suspended' });

const REFUSED = [
  { fault: { status: 403, body: { error: 'no' } }, isDropped: true },
  { fault: { status: 404, body: { error: 'machine not found' } }, isDropped: true },
  {
    fault: { status: 409, body: { error: 'lease currently held by x, expires at 2030-01-01T00:00:00Z' } },
    isDropped: true,
  },
  {
    fault: { status: 412, body: { error: "unable to start machine from current state: 'created'" } },
    isDropped: true,
  },
  { fault: { status: 408 }, isDropped: false },
  { fault: { status: 502 }, isDropped: false },
  { fault: 'reset' as const, isDropped: false },
  { fault: 'garbage' as const, isDropped: false },
];

function rigWith(...machines: { id: string; state: 'stopped' | 'started' | 'suspended' }[]): MachinesRig {
  return createMachinesRig({ machines });
}

/** Sends a request between the marks that the engine sets. */
async function watched(
  requests: SentRequests,
  machine: AppMachine,
  look: () => Promise<AppMachine>,
  request: (marks: Required<Pick<SendOptions, 'before'>> & { readonly undone: () => void }) => Promise<void>,
): Promise<void> {
  const { mark, unmark } = requests.begin(machine);
  let now = machine;
  const read = async () => {
    now = await look();
  };
  try {
    await request({ before: [unmark, read, () => mark(now)], undone: unmark });
  } catch (error) {
    if (hasDoneNothing(error)) unmark();
    throw error;
  }
}

/** Sends a request as the engine does; what comes of it is the engine's business. */
async function send(
  { keeper }: Kept,
  { client, clock, deadline }: MachinesRig,
  { machine = M1, by = 'start' }: { readonly machine?: AppMachine; readonly by?: TransitionName } = {},
): Promise<void> {
  const work = watched(
    keeper.requests,
    machine,
    async () => machine,
    (marks) => changes(client)[by](machine, marks, deadline.signal),
  );
  await clock.run(work).catch(() => undefined);
}

const change = (...machines: AppMachine[]) =>
  machines.map((machine) => ({ kind: 'change', machine }) as const);

describe('before the first change', () => {
  it('hands over what is about to be changed, and none of what is only waited for', async () => {
    const { keeper, opened } = kept();
    await keeper.before([...change(M1), { kind: 'await', machine: appMachine('m3') }, ...change(M2)]);
    expect(opened).toEqual([
      {
        ...{ command: 'start', fallback: 'none', held: [] },
        machines: [
          { app: APP, id: 'm1', version: '01Vm1', from: 'stopped' },
          { app: APP, id: 'm2', version: '01Vm2', from: 'suspended' },
        ],
      },
    ]);
  });

  it('hands over nothing where nothing is to be changed', async () => {
    const { keeper, opened, closed } = kept();
    await keeper.before([{ kind: 'await', machine: M1 }]);
    keeper.end();
    expect([opened, closed]).toEqual([[], []]);
  });

  it('hands over what is held only, too, where that is to be', async () => {
    const { keeper, opened } = kept({ holds: true });
    await keeper.before([...change(M1), { kind: 'await', machine: M2 }]);
    expect(opened).toMatchObject([{ machines: [{ id: 'm1' }], held: [{ id: 'm2' }] }]);
  });

  it('hands all over again where more are about to be changed, one after the other', async () => {
    const { keeper, opened } = kept();
    await Promise.all([
      keeper.before(change(M1)),
      keeper.before(change(M1)),
      keeper.before([{ kind: 'await', machine: M2 }]),
      keeper.before(change(M2)),
    ]);
    expect(opened.map(({ machines }) => machines.map(({ id }) => id))).toEqual([['m1'], ['m1', 'm2']]);
  });

  it('forgets what the store has not taken', async () => {
    let isFull = false;
    const { keeper, opened, closed } = kept({
      open: () => {
        if (isFull) throw new ActionError('input', 'no room');
      },
    });
    await keeper.before(change(M1));
    isFull = true;
    await expect(keeper.before(change(M2))).rejects.toThrow('no room');
    isFull = false;
    await keeper.before(change(M2));
    keeper.end();
    expect([opened.length, closed]).toEqual([2, [[]]]);
  });

  it('keeps of a cordon whether there was one before', async () => {
    const { keeper, opened } = kept({ command: 'cordon' });
    await keeper.before(change(M1));
    expect(opened[0]?.machines).toMatchObject([{ from: 'uncordoned' }]);
  });
});

describe('when a request goes out', () => {
  it('has a machine only from then on, as it was just then', async () => {
    const it = kept({ command: 'stop' });
    await it.keeper.before(change(appMachine('m1'), appMachine('m2')));
    expect(it.left()).toEqual([]);
    const rig = rigWith({ id: 'm1', state: 'started' });
    await send(it, rig, {
      machine: appMachine('m1', { state: 'starting', instanceId: '01Vnew' }),
      by: 'stop',
    });
    expect(it.left()).toEqual([{ app: APP, id: 'm1', version: '01Vnew', from: 'starting' }]);
  });

  it('sends nothing where that can’t be kept', async () => {
    const requests = new SentRequests({
      sent: () => {
        throw new ActionError('internal', 'no room');
      },
    });
    const rig = rigWith({ id: 'm1', state: 'stopped' });
    const { client, deadline, clock } = rig;
    const work = watched(
      requests,
      M1,
      async () => M1,
      (marks) => changes(client).start(M1, marks, deadline.signal),
    );
    await expect(clock.run(work)).rejects.toThrow('no room');
    expect([rig.asked(), requests.has(M1)]).toEqual([[], false]);
  });

  it.each(REFUSED)(
    'by what Fly answered, $fault, drops it at once: $isDropped',
    async ({ fault, isDropped }) => {
      const it = kept();
      await it.keeper.before(change(M1));
      const machines = [{ id: 'm1', state: 'stopped' as const }];
      await send(it, createMachinesRig({ machines, faults: [{ method: 'POST', fault }] }));
      expect(it.left().map(({ id }) => id)).toEqual(isDropped ? [] : ['m1']);
      it.keeper.end();
      expect(it.closed[0]?.map(({ id }) => id)).toEqual(isDropped ? [] : ['m1']);
    },
  );

  it.each([{ status: 429 }, { status: 401 }])('leaves no trace while it pauses after %j', async (fault) => {
    const it = kept();
    await it.keeper.before(change(M1));
    const rig = createMachinesRig({ machines: [{ id: 'm1' }], faults: [{ method: 'POST', fault }] });
    const { client, clock, deadline } = rig;
    const told: number[] = [];
    const work = watched(
      it.keeper.requests,
      M1,
      async () => M1,
      (marks) =>
        changes(client).start(
          M1,
          { ...marks, undone: () => [marks.undone(), told.push(it.left().length)] },
          deadline.signal,
        ),
    );
    void clock.sleep(20_000).then(rig.cancel);
    await clock.run(work).catch(() => undefined);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told)).toEqual(new Set([0]));
    expect(it.left()).toEqual([]);
  });

  it('does not let a refusal take back what an earlier answer left open', async () => {
    const it = kept();
    await it.keeper.before(change(M1));
    const faults = [
      { method: 'POST', times: 1, fault: { status: 502 } },
      { method: 'POST', fault: { status: 403 } },
    ];
    const rig = createMachinesRig({ machines: [{ id: 'm1', state: 'stopped' }], faults });
    await send(it, rig);
    await send(it, rig, { machine: { ...M1, state: 'starting' } });
    expect(rig.asked()).toEqual(['POST m1/start 502', 'POST m1/start 403']);
    expect(it.left()).toEqual([expect.objectContaining({ id: 'm1', from: 'stopped' })]);
  });

  it('drops what was only refused for too many requests, and then somebody else’s business', async () => {
    const it = kept();
    await it.keeper.before(change(M1));
    const faults = [{ method: 'POST', times: 1, fault: { status: 429 } }];
    const { client, clock, deadline } = createMachinesRig({ machines: [{ id: 'm1' }], faults });
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks > 1) throw new Error('left alone');
      return M1;
    };
    const work = watched(it.keeper.requests, M1, look, (marks) =>
      changes(client).start(M1, marks, deadline.signal),
    );
    await clock.run(work).catch(() => undefined);
    expect([looks, it.left()]).toEqual([2, []]);
  });
});

describe('after the last change', () => {
  it('says in what a machine was left, once that was read back', async () => {
    const it = kept();
    await it.keeper.before(change(M1));
    await send(it, rigWith({ id: 'm1', state: 'stopped' }));
    it.keeper.after({ ...untouched(M1, 'changed'), state: 'started' });
    it.keeper.end();
    expect(it.closed).toEqual([[{ app: APP, id: 'm1', version: '01Vm1', from: 'stopped', left: 'started' }]]);
  });

  it('leaves open what was asked for and not read back', async () => {
    const it = kept();
    await it.keeper.before(change(M1, M2));
    const rig = rigWith({ id: 'm1', state: 'stopped' }, { id: 'm2', state: 'suspended' });
    await send(it, rig);
    await send(it, rig, { machine: M2 });
    it.keeper.after(untouched(M1, 'requested'));
    it.keeper.after(failedAtOnce(M2, new ActionError('timeout', 'not done')));
    it.keeper.end();
    expect(it.closed[0]?.map((machine) => 'left' in machine)).toEqual([false, false]);
  });

  it('has nothing of what no request was sent for', async () => {
    const { keeper, closed } = kept();
    await keeper.before(change(M1));
    keeper.after(failedAtOnce(M1, new ActionError('cancelled', 'the job was cancelled')));
    keeper.end();
    expect(closed).toEqual([[]]);
  });

  it('drops what somebody else has brought there while Fly refused', async () => {
    const it = kept();
    await it.keeper.before(change(M1));
    const faults = [
      { method: 'POST', fault: { status: 412, body: { error: 'machine still active, refusing to start' } } },
    ];
    await send(it, createMachinesRig({ machines: [{ id: 'm1', state: 'stopped' }], faults }));
    it.keeper.after({ ...untouched(M1, 'changed'), state: 'started' });
    it.keeper.end();
    expect(it.closed).toEqual([[]]);
  });

  it('drops what somebody else has stopped after the suspend was refused', async () => {
    const machine = appMachine('m1');
    const it = kept({ command: 'suspend', fallback: 'stop' });
    await it.keeper.before(change(machine));
    const machines = [{ id: 'm1', behaviour: { suspend: 'refused' as const } }];
    await send(it, createMachinesRig({ machines }), { machine, by: 'suspend' });
    it.keeper.after({ ...untouched(machine, 'unchanged'), state: 'stopped' });
    it.keeper.end();
    expect(it.closed).toEqual([[]]);
  });

  it('keeps what can’t be suspended and is stopped instead', async () => {
    const machine = appMachine('m1');
    const it = kept({ command: 'suspend', fallback: 'stop' });
    await it.keeper.before(change(machine));
    const machines = [{ id: 'm1', behaviour: { suspend: 'refused' as const } }];
    const rig = createMachinesRig({ machines });
    await send(it, rig, { machine, by: 'suspend' });
    await send(it, rig, { machine, by: 'stop' });
    it.keeper.after({ ...untouched(machine, 'changed'), state: 'stopped' });
    it.keeper.end();
    expect(it.closed).toEqual([[expect.objectContaining({ from: 'started', left: 'stopped' })]]);
  });
});

describe('when a machine is about to be held', () => {
  it('hands that over, and leaves it to the post', async () => {
    const { keeper, holds, closed } = kept({ holds: true });
    await keeper.before([{ kind: 'await', machine: M1 }]);
    const held = { app: APP, id: 'm1', held: '2025-01-15T13:00:00Z' };
    keeper.hold(held);
    keeper.end();
    expect([holds, closed]).toEqual([[held], [[]]]);
  });

  it('holds nothing where the store can’t be opened, and changes what needs no more room', async () => {
    let isFull = false;
    const { keeper, closed } = kept({
      holds: true,
      open: () => {
        if (isFull) throw new ActionError('input', 'no place');
      },
    });
    await keeper.before(change(M1));
    isFull = true;
    await keeper.before([{ kind: 'await', machine: M2 }]);
    expect(() => keeper.hold({ app: APP, id: 'm2', held: '2025-01-15T13:00:00Z' })).toThrow('no place');
    keeper.end();
    expect(closed).toEqual([[]]);
  });
});
