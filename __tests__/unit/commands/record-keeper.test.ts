import { RecordKeeper } from '../../../src/commands/record-keeper.js';
import type { Changed, Held, RestoreRecord } from '../../../src/commands/restore-record.js';
import { untouched } from '../../../src/commands/result.js';
import { ActionError } from '../../../src/errors.js';
import { TRANSITIONS, type TransitionName } from '../../../src/machines/transitions.js';
import { appMachine } from '../../support/machines.js';
import { APP, createMachinesRig, type MachinesRig } from '../../support/machines-rig.js';

const M1 = appMachine('m1', { state: 'stopped' });
const M2 = appMachine('m2', { state: 'suspended' });

interface Kept {
  readonly command: TransitionName;
  readonly keeper: RecordKeeper;
  readonly opened: RestoreRecord[];
  readonly holds: Held[];
  readonly closed: (readonly (Changed | undefined)[])[];
}

function kept(command: 'start' | 'suspend' | 'cordon' = 'start', fallback: 'none' | 'stop' = 'none'): Kept {
  const opened: RestoreRecord[] = [];
  const holds: Held[] = [];
  const closed: (readonly (Changed | undefined)[])[] = [];
  const keeper = new RecordKeeper(command, fallback, {
    open: (record) => void opened.push(record),
    hold: (held) => void holds.push(held),
    close: (machines) => void closed.push(machines),
  });
  return { command, keeper, opened, holds, closed };
}

function rigWith(...machines: { id: string; state: 'stopped' | 'started' | 'suspended' }[]): MachinesRig {
  return createMachinesRig({ machines });
}

/** Sends a request as the engine does; what comes of it is the engine's business. */
async function send(
  { keeper, command }: Kept,
  { client, clock, deadline }: MachinesRig,
  { id = 'm1', by = command }: { readonly id?: string; readonly by?: TransitionName } = {},
): Promise<void> {
  const machine = { app: APP, id };
  const look = () => Promise.resolve();
  const work = keeper.touched.watch(machine, look, (before) =>
    TRANSITIONS[by].send(client, machine, { before }, deadline.signal),
  );
  await clock.run(work).catch(() => undefined);
}

describe('before the first change', () => {
  it('hands over what is about to be changed, and none of what is only waited for', () => {
    const { keeper, opened } = kept();
    keeper.before([
      { kind: 'change', machine: M1 },
      { kind: 'await', machine: appMachine('m3') },
      { kind: 'change', machine: M2 },
    ]);
    expect(opened).toEqual([
      {
        command: 'start',
        fallback: 'none',
        machines: [
          { app: APP, id: 'm1', version: '01Vm1', from: 'stopped' },
          { app: APP, id: 'm2', version: '01Vm2', from: 'suspended' },
        ],
      },
    ]);
  });

  it('hands over nothing where nothing is to be changed', () => {
    const { keeper, opened, closed } = kept();
    keeper.before([{ kind: 'await', machine: M1 }]);
    keeper.end();
    expect([opened, closed]).toEqual([[], []]);
  });

  it('hands all over again where more are about to be changed, with what is known by then', () => {
    const { keeper, opened } = kept();
    keeper.before([{ kind: 'change', machine: M1 }]);
    keeper.after({ ...untouched(M1, 'changed'), state: 'started' });
    keeper.before([{ kind: 'await', machine: M2 }]);
    keeper.before([{ kind: 'change', machine: M2 }]);
    expect(opened.map(({ machines }) => machines.map(({ id, left }) => [id, left]))).toEqual([
      [['m1', undefined]],
      [
        ['m1', 'started'],
        ['m2', undefined],
      ],
    ]);
  });

  it('forgets what the store has not taken', () => {
    const closed: (readonly unknown[])[] = [];
    let isFull = false;
    const keeper = new RecordKeeper('start', 'none', {
      open: () => {
        if (isFull) throw new ActionError('input', 'no room');
        isFull = true;
      },
      hold: () => undefined,
      close: (machines) => void closed.push(machines),
    });
    keeper.before([{ kind: 'change', machine: M1 }]);
    expect(() => keeper.before([{ kind: 'change', machine: M2 }])).toThrow('no room');
    keeper.end();
    expect(closed).toEqual([[undefined]]);
  });

  it('keeps of a cordon whether there was one before', () => {
    const { keeper, opened } = kept('cordon');
    keeper.before([{ kind: 'change', machine: M1 }]);
    expect(opened[0]?.machines).toMatchObject([{ from: 'uncordoned' }]);
  });
});

describe('after the last change', () => {
  it('says in what a machine was left, once that was read back', async () => {
    const it = kept();
    it.keeper.before([{ kind: 'change', machine: M1 }]);
    await send(it, rigWith({ id: 'm1', state: 'stopped' }));
    it.keeper.after({ ...untouched(M1, 'changed'), state: 'started' });
    it.keeper.end();
    expect(it.closed).toEqual([[{ app: APP, id: 'm1', version: '01Vm1', from: 'stopped', left: 'started' }]]);
  });

  it('leaves open what was asked for and not read back', async () => {
    const it = kept();
    it.keeper.before([
      { kind: 'change', machine: M1 },
      { kind: 'change', machine: M2 },
    ]);
    const rig = rigWith({ id: 'm1', state: 'stopped' }, { id: 'm2', state: 'suspended' });
    await send(it, rig);
    await send(it, rig, { id: 'm2' });
    it.keeper.after(untouched(M1, 'requested'));
    it.keeper.after({ ...untouched(M2, 'failed'), error: new ActionError('timeout', 'not done') });
    it.keeper.end();
    expect(it.closed[0]?.map((machine) => machine && 'left' in machine)).toEqual([false, false]);
  });

  it('drops what no request was sent for', () => {
    const { keeper, closed } = kept();
    keeper.before([{ kind: 'change', machine: M1 }]);
    keeper.after({
      ...untouched(M1, 'failed'),
      error: new ActionError('cancelled', 'the job was cancelled'),
    });
    keeper.end();
    expect(closed).toEqual([[undefined]]);
  });

  it.each([
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
  ])('by what Fly answered, $fault, drops it: $isDropped', async ({ fault, isDropped }) => {
    const it = kept();
    it.keeper.before([{ kind: 'change', machine: M1 }]);
    const machines = [{ id: 'm1', state: 'stopped' as const }];
    await send(it, createMachinesRig({ machines, faults: [{ method: 'POST', fault }] }));
    it.keeper.after({ ...untouched(M1, 'failed'), error: new ActionError('Fly failure', 'no') });
    it.keeper.end();
    expect(it.closed[0]).toEqual([isDropped ? undefined : expect.objectContaining({ id: 'm1' })]);
  });

  it('does not let a refusal take back what an earlier answer left open', async () => {
    const it = kept();
    it.keeper.before([{ kind: 'change', machine: M1 }]);
    const faults = [
      { method: 'POST', times: 1, fault: { status: 502 } },
      { method: 'POST', fault: { status: 403 } },
    ];
    const rig = createMachinesRig({ machines: [{ id: 'm1', state: 'stopped' }], faults });
    await send(it, rig);
    await send(it, rig);
    it.keeper.end();
    expect(rig.asked()).toEqual(['POST m1/start 502', 'POST m1/start 403']);
    expect(it.closed).toEqual([[expect.objectContaining({ id: 'm1' })]]);
  });

  it('drops what somebody else has brought there while Fly refused', async () => {
    const it = kept();
    it.keeper.before([{ kind: 'change', machine: M1 }]);
    const faults = [
      { method: 'POST', fault: { status: 412, body: { error: 'machine still active, refusing to start' } } },
    ];
    await send(it, createMachinesRig({ machines: [{ id: 'm1', state: 'stopped' }], faults }));
    it.keeper.after({ ...untouched(M1, 'changed'), state: 'started' });
    it.keeper.end();
    expect(it.closed).toEqual([[undefined]]);
  });

  it('drops what somebody else has stopped after the suspend was refused', async () => {
    const machine = appMachine('m1');
    const it = kept('suspend', 'stop');
    it.keeper.before([{ kind: 'change', machine }]);
    const machines = [{ id: 'm1', behaviour: { suspend: 'refused' as const } }];
    await send(it, createMachinesRig({ machines }));
    it.keeper.after({ ...untouched(machine, 'unchanged'), state: 'stopped' });
    it.keeper.end();
    expect(it.closed).toEqual([[undefined]]);
  });

  it('keeps what can’t be suspended and is stopped instead', async () => {
    const machine = appMachine('m1');
    const it = kept('suspend', 'stop');
    it.keeper.before([{ kind: 'change', machine }]);
    const machines = [{ id: 'm1', behaviour: { suspend: 'refused' as const } }];
    const rig = createMachinesRig({ machines });
    await send(it, rig);
    await send(it, rig, { by: 'stop' });
    it.keeper.after({ ...untouched(machine, 'changed'), state: 'stopped' });
    it.keeper.end();
    expect(it.closed).toEqual([[expect.objectContaining({ from: 'started', left: 'stopped' })]]);
  });

  it('drops what was only refused for too many requests, and then somebody else’s business', async () => {
    const it = kept();
    it.keeper.before([{ kind: 'change', machine: M1 }]);
    const faults = [{ method: 'POST', times: 1, fault: { status: 429 } }];
    const { client, clock, deadline } = createMachinesRig({ machines: [{ id: 'm1' }], faults });
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks > 1) throw new Error('left alone');
    };
    const work = it.keeper.touched.watch(M1, look, (before) => client.start(M1, { before }, deadline.signal));
    await clock.run(work).catch(() => undefined);
    it.keeper.end();
    expect([looks, it.closed]).toEqual([2, [[undefined]]]);
  });
});

describe('when a machine is about to be held', () => {
  const HELD = { app: APP, id: 'm3', held: '2025-01-15T13:00:00Z' };

  it('hands that over, behind what is about to be changed', () => {
    const { keeper, opened, holds } = kept();
    keeper.before([{ kind: 'change', machine: M1 }]);
    keeper.hold(HELD);
    expect([opened.length, holds]).toEqual([1, [HELD]]);
  });

  it('opens the record for it, once, where nothing is to be changed, and leaves that to the post', () => {
    const { keeper, opened, holds, closed } = kept();
    keeper.before([{ kind: 'await', machine: M1 }]);
    keeper.hold(HELD);
    keeper.hold({ ...HELD, id: 'm4' });
    keeper.end();
    expect(opened).toEqual([{ command: 'start', fallback: 'none', machines: [] }]);
    expect([holds.length, closed]).toEqual([2, []]);
  });

  it('tells where the store can’t be opened', () => {
    const keeper = new RecordKeeper('start', 'none', {
      open: () => {
        throw new ActionError('input', 'no place');
      },
      hold: () => {
        throw new Error('it is not open');
      },
      close: () => undefined,
    });
    expect(() => keeper.hold(HELD)).toThrow('no place');
  });
});
