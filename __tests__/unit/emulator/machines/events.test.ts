import type { MachineSpec } from '../../../../emulator/machines/build.js';
import type { MachineEvent } from '../../../../emulator/machines/machine.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import { APP, createRig, ID, PATH, parse, type Rig } from '../rig.js';

const rigWith = (spec: MachineSpec = {}, settings: GivenSettings = {}) =>
  createRig([{ id: ID, ...spec }], { settings });

interface Shown {
  readonly state: string;
  readonly updated_at: string;
  readonly events: readonly MachineEvent[];
}

const shown = async ({ call }: Rig) => parse<Shown>(await call('GET', PATH));

/** Lists type, status and source of all events since a time, oldest first. */
const toldEvents = ({ fly }: Rig, from = 0) =>
  [...fly.machine(APP, ID).events]
    .reverse()
    .filter(({ timestamp }) => timestamp >= from)
    .map(({ type, status, source }) => `${type} ${status} ${source}`);

const exits = ({ fly }: Rig) =>
  fly.machine(APP, ID).events.flatMap(({ request }) => (request === undefined ? [] : [request]));

const LAUNCHED = ['launch pending flyd', 'launch created user'];

describe('when an event falls between two milliseconds', () => {
  it.each(['text', 'ms'] as const)(
    'its time is whole, as is that of an exit told as %s',
    async (exitedAt) => {
      const rig = rigWith({ behaviour: { stopMs: 0.5 } }, { exitedAt });
      await rig.act('stop');
      await rig.clock.advance(2);
      expect(toldEvents(rig)).toContain('exit stopped flyd');
      const { events } = rig.fly.machine(APP, ID);
      expect(events.filter(({ timestamp }) => !Number.isInteger(timestamp))).toEqual([]);
      expect(JSON.stringify(exits(rig))).not.toMatch(/"exited_at":\d+\.\d/);
    },
  );
});

describe('how many events are shown', () => {
  it('is five for a machine, read by itself or in the list, and twenty on a route of their own', async () => {
    const rig = rigWith({ behaviour: { boot: 'exits', exitAfterMs: 1_000, exitCode: 1 }, state: 'stopped' });
    await rig.act('start');
    await rig.clock.advance(120_000);
    const { events } = rig.fly.machine(APP, ID);
    expect(events.length).toBeGreaterThan(20);
    expect((await shown(rig)).events).toEqual(events.slice(0, 5));
    expect(parse(await rig.call('GET', `/v1/apps/${APP}/machines`))).toMatchObject([
      { events: events.slice(0, 5) },
    ]);
    expect(parse(await rig.call('GET', `${PATH}/events`))).toEqual(events.slice(0, 20));
    expect(parse(await rig.call('GET', `${PATH}/events?limit=3`))).toEqual(events.slice(0, 3));
  });

  it.each(['0', '51', 'x'])('is refused as %s', async (limit) => {
    expect((await rigWith().call('GET', `${PATH}/events?limit=${limit}`)).status).toBe(400);
  });
});

describe('what a machine has behind it', () => {
  it.each<[MachineSpec['state'], string[]]>([
    ['created', []],
    ['started', ['start started flyd']],
    ['stopped', ['start started flyd', 'stop stopping user', 'exit stopped flyd']],
    ['suspended', ['start started flyd', 'suspend suspending user', 'suspend suspended flyd']],
    ['destroying', ['start started flyd', 'update destroying flyd']],
  ])('begins with its launch: %s', (state, rest) => {
    const rig = rigWith({ ...(state === undefined ? {} : { state }), behaviour: { createdMs: Infinity } });
    expect(toldEvents(rig)).toEqual([...LAUNCHED, ...rest]);
  });

  it('begins anew with a deploy, which a stopped machine tells as an update', async () => {
    for (const [state, end] of [
      ['started', 'start started flyd'],
      ['stopped', 'update stopped flyd'],
    ] as const) {
      const rig = rigWith({ state });
      rig.fly.replaceMachine(APP, ID);
      expect([(await shown(rig)).state, toldEvents(rig)]).toEqual(['replacing', LAUNCHED]);
      await rig.clock.advance(3_500);
      expect([(await shown(rig)).state, toldEvents(rig)]).toEqual([state, [...LAUNCHED, end]]);
    }
  });

  it('has no event for the way from created to its first start', async () => {
    const rig = rigWith({ state: 'created' });
    await rig.clock.advance(7_100);
    expect([(await shown(rig)).state, toldEvents(rig)]).toEqual(['starting', LAUNCHED]);
    await rig.clock.advance(1_000);
    expect([(await shown(rig)).state, toldEvents(rig)]).toEqual([
      'started',
      [...LAUNCHED, 'start started flyd'],
    ]);
  });
});

describe('the order of events', () => {
  it.each<[string, MachineSpec, (rig: Rig) => unknown, string[]]>([
    ['a stop', {}, (rig) => rig.act('stop'), ['stop stopping user', 'exit stopped flyd']],
    [
      'a wake by the proxy',
      { state: 'stopped' },
      (rig) => rig.fly.visitMachine(APP, ID),
      ['start starting proxy', 'start started flyd'],
    ],
    ['a visit to a machine that is up', {}, (rig) => rig.fly.visitMachine(APP, ID), []],
    [
      'a job that ends by itself',
      {
        state: 'stopped',
        config: { restart: { policy: 'no' } },
        behaviour: { boot: 'exits', exitAfterMs: 0 },
      },
      (rig) => rig.act('start'),
      ['start starting user', 'start started flyd', 'exit stopped flyd'],
    ],
    [
      'a job that ends before it is seen as started',
      { state: 'stopped', config: { restart: { policy: 'no' } }, behaviour: { boot: 'ends', exitCode: 127 } },
      (rig) => rig.act('start'),
      ['start starting user', 'exit stopped flyd'],
    ],
    [
      'a crash, told with the start that follows it',
      {
        state: 'stopped',
        config: { restart: { policy: 'on-failure', max_retries: 1 } },
        behaviour: { boot: 'exits', exitAfterMs: 500, exitCode: 1 },
      },
      (rig) => rig.act('start'),
      [
        'start starting user',
        'start started flyd',
        'exit stopped flyd',
        'restart starting flyd',
        'start started flyd',
        'exit stopped flyd',
      ],
    ],
  ])('is as recorded: %s', async (_, spec, happens, events) => {
    const rig = rigWith(spec);
    await rig.clock.advance(1);
    const before = rig.clock.now();
    await happens(rig);
    await rig.clock.advance(10_000);
    expect(toldEvents(rig, before)).toEqual(events);
  });

  it.each([
    ['twice', 2],
    ['once', 1],
  ] as const)('has the start of a restart by a user %s', async (restartStarts, times) => {
    const rig = rigWith({}, { restartStarts });
    await rig.clock.advance(1);
    const before = rig.clock.now();
    await rig.act('restart');
    await rig.clock.advance(5_000);
    expect(toldEvents(rig, before).filter((it) => it === 'start started flyd')).toHaveLength(times);
    expect(rig.fly.machine(APP, ID).past.filter(({ state }) => state === 'started')).toHaveLength(2);
  });
});

describe('a request that comes while a machine is suspending', () => {
  it.each(['start', 'suspend'] as const)('keeps it up, told as %s', async (cancelledSuspend) => {
    const rig = rigWith({ behaviour: { visitedAfterMs: 100 } }, { cancelledSuspend });
    const { startedAt } = rig.fly.machine(APP, ID);
    await rig.clock.advance(1);
    const before = rig.clock.now();
    await rig.act('suspend');
    await rig.clock.advance(10_000);
    expect((await shown(rig)).state).toBe('started');
    expect(toldEvents(rig, before)).toEqual(['suspend suspending user', `${cancelledSuspend} started flyd`]);
    expect(rig.fly.machine(APP, ID).past.map(({ state }) => state)).not.toContain('suspended');
    // The machine was never down.
    expect(rig.fly.machine(APP, ID).startedAt).toBe(startedAt);
  });

  it('comes too late after it was suspended, and wakes it', async () => {
    const rig = rigWith({ behaviour: { visitedAfterMs: 1_000 } });
    await rig.act('suspend');
    await rig.clock.advance(900);
    expect((await shown(rig)).state).toBe('suspended');
    await rig.clock.advance(1_000);
    expect((await shown(rig)).state).toBe('started');
  });
});

describe('an exit', () => {
  it.each<[string, GivenSettings, (exit: object) => object]>([
    ['plain', {}, (exit_event) => ({ exit_event })],
    ['nested', { exitForm: 'monitor' }, (exit_event) => ({ MonitorEvent: { exit_event } })],
    ['both', { exitForm: 'both' }, (exit_event) => ({ exit_event, MonitorEvent: { exit_event } })],
  ])('leaves out a code of zero: %s', async (_, settings, form) => {
    const rig = rigWith({}, settings);
    const exit = { requested_stop: true, exited_at: expect.any(String) };
    await rig.act('stop');
    await rig.clock.advance(1_000);
    expect(exits(rig)).toEqual([form(exit)]);
  });

  it('tells its time in milliseconds, as it did once', async () => {
    const rig = rigWith({}, { exitedAt: 'ms' });
    await rig.act('stop');
    const at = rig.clock.now() + 400;
    await rig.clock.advance(1_000);
    expect(exits(rig)).toEqual([{ exit_event: { requested_stop: true, exited_at: at } }]);
  });

  it('that was forced from outside is a crash with the code -1', async () => {
    const config = { restart: { policy: 'no' } };
    const rig = rigWith({ state: 'stopped', config, behaviour: { boot: 'exits', killed: true } });
    await rig.act('start');
    await rig.clock.advance(5_000);
    expect(toldEvents(rig).at(-1)).toBe('crash stopped flyd');
    expect(exits(rig)[0]).toMatchObject({ exit_event: { exit_code: -1, oom_killed: true } });
  });
});

describe('the time of the last update', () => {
  it('is the second of the newest event, whatever the checks say', async () => {
    const rig = rigWith({ config: { checks: { alive: {} } }, sinceMs: 60_000 });
    expect((await shown(rig)).updated_at).toBe('2025-01-15T11:59:00Z');
    await rig.clock.advance(10_000);
    expect((await shown(rig)).updated_at).toBe('2025-01-15T11:59:00Z');
    await rig.act('stop');
    await rig.clock.advance(1_000);
    expect((await shown(rig)).updated_at).toBe('2025-01-15T12:00:10Z');
  });
});
