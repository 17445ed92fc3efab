import type { Happening } from '../../../emulator/happening.js';
import type { MachineSpec } from '../../../emulator/machines/build.js';
import type { DeployOptions } from '../../../emulator/machines/deploy.js';
import type { Machine, MachineConfig } from '../../../emulator/machines/machine.js';
import type { MachineState } from '../../../emulator/machines/states.js';
import type { PersonDeed } from '../../../emulator/others.js';
import type { GivenSettings } from '../../../emulator/settings.js';
import { APP, createRig, ID, PATH, type Rig } from './rig.js';

interface WatchedRig extends Rig {
  readonly happenings: Happening[];
  /** Lets all come to rest, and returns the states that the machine was in. */
  states(): Promise<MachineState[]>;
}

function watched(machine: MachineSpec = {}, settings: GivenSettings = {}): WatchedRig {
  const happenings: Happening[] = [];
  const onHappening = (it: Happening) => happenings.push(it);
  const rig = createRig([{ id: ID, ...machine }], { settings, onHappening });
  return {
    ...rig,
    happenings,
    async states() {
      await rig.clock.advance(120_000);
      return rig.fly
        .machine(APP, ID)
        .past.map(({ state }) => state)
        .reverse();
    },
  };
}

/** Makes a stopped machine with one service. */
const serving = (service: NonNullable<MachineConfig['services']>[number]): MachineSpec => ({
  state: 'stopped',
  config: { services: [service] },
});

const standby: MachineSpec = { state: 'stopped', config: { standbys: ['other'] } };

const newestEvent = ({ events: [event] }: Machine) => `${event?.type} ${event?.status} ${event?.source}`;

describe('when a person acts', () => {
  it.each<[PersonDeed, MachineState, MachineState]>([
    ['start', 'suspended', 'started'],
    ['stop', 'started', 'stopped'],
    ['suspend', 'started', 'suspended'],
    ['restart', 'stopped', 'started'],
  ])('%s takes a machine from %s to %s', async (deed, state, end) => {
    const { fly, states, happenings } = watched({ state });
    expect(fly.person(APP, ID, deed, 'ann')).toBe(true);
    expect((await states()).at(-1)).toBe(end);
    expect(new Set(happenings.map(({ cause }) => JSON.stringify(cause)))).toEqual(
      new Set(['{"kind":"person","by":"ann"}']),
    );
  });

  it('cordons, uncordons and writes metadata', () => {
    const { fly } = watched();
    const machine = fly.machine(APP, ID);
    expect(fly.person(APP, ID, 'cordon', 'ann')).toBe(true);
    expect(machine.cordoned).toBe(true);
    expect(fly.person(APP, ID, 'uncordon', 'ann')).toBe(true);
    expect(machine.cordoned).toBe(false);
    expect(fly.person(APP, ID, { set: 'note', value: 'mine' }, 'ann')).toBe(true);
    expect(machine.config.metadata).toMatchObject({ note: 'mine', fly_process_group: 'app' });
    expect(fly.person(APP, ID, { set: 'note', value: '' }, 'ann')).toBe(true);
    expect(machine.config.metadata).not.toHaveProperty('note');
  });

  it.each<[string, MachineSpec, GivenSettings, PersonDeed]>([
    ['in a state that forbids it', { state: 'failed' }, {}, 'suspend'],
    ['by its host', { behaviour: { unreachable: true } }, {}, 'stop'],
    ['for want of room', { state: 'stopped', behaviour: { start: 'no-capacity' } }, {}, 'start'],
    [
      'for want of room, with 200',
      { state: 'stopped', behaviour: { start: 'no-capacity-200' } },
      {},
      'start',
    ],
    ['when destroyed', { state: 'destroyed' }, {}, { set: 'note', value: 'mine' }],
  ])('is refused %s', (_, machine, settings, deed) => {
    const { fly, happenings } = watched(machine, settings);
    expect(fly.person(APP, ID, deed, 'ann')).toBe(false);
    expect(happenings).toEqual([]);
  });

  it("is refused while another's lease is in force", async () => {
    const { fly, act, clock, happenings } = watched();
    await act('lease', { body: { ttl: 30 } });
    const note = { set: 'note', value: 'mine' };
    expect(fly.person(APP, ID, 'stop', 'ann')).toBe(false);
    expect(fly.person(APP, ID, note, 'ann')).toBe(true);
    fly.settings.metadataLease = 'respected';
    expect(fly.person(APP, ID, note, 'ann')).toBe(false);
    await clock.advance(31_000);
    expect(fly.person(APP, ID, 'stop', 'ann')).toBe(true);
    expect(happenings.map(({ kind }) => kind)).toEqual(['lease', 'metadata', 'state']);
  });
});

describe('when a machine ends without a request', () => {
  it.each<[string, MachineSpec, Parameters<Rig['fly']['endMachine']>[2], MachineState[]]>([
    ['well', {}, {}, ['started', 'stopped']],
    ['with an error', {}, { exitCode: 1 }, ['started', 'stopped', 'starting', 'started']],
    ['for want of memory', {}, { oom: true }, ['started', 'stopped', 'starting', 'started']],
    ['for good', { config: { restart: { policy: 'no' } } }, { oom: true }, ['started', 'stopped']],
  ])('does so %s', async (_, machine, end, expected) => {
    const { fly, states, happenings } = watched(machine);
    expect(fly.endMachine(APP, ID, end)).toBe(true);
    expect(await states()).toEqual(expected);
    const { exitCode = 0, oom = false } = end ?? {};
    expect(happenings[0]).toMatchObject({
      cause: { kind: 'machine' },
      exit: { code: oom ? -1 : exitCode, oom, requested: false },
    });
  });

  it('has to run for that', () => {
    expect(watched({ state: 'stopped' }).fly.endMachine(APP, ID)).toBe(false);
  });

  it('is gone once it is destroyed, whoever holds a lease', async () => {
    const { fly, act, call, states, happenings } = watched();
    await act('lease', { body: { ttl: 600 } });
    expect(fly.destroyMachine(APP, ID, 'ann')).toBe(true);
    expect(fly.destroyMachine(APP, ID, 'ann')).toBe(false);
    expect(await states()).toEqual(['started', 'destroying', 'destroyed']);
    expect(happenings.at(-1)).toMatchObject({ to: 'destroyed', cause: { kind: 'person', by: 'ann' } });
    expect((await call('GET', PATH)).status).toBe(404);
  });
});

describe('when a deploy is at work', () => {
  it('keeps others away by a lease, and renews none of theirs', async () => {
    const { fly, act, happenings, clock } = watched();
    const nonce = fly.takeLease(APP, ID, { by: 'deploy', ttlS: 60, description: 'new version' });
    expect(nonce).toMatch(/^[0-9a-f]{12}$/);
    expect(await act('stop')).toMatch(/^409 .*held by deploy/);
    expect(fly.takeLease(APP, ID, { by: 'other', ttlS: 60 })).toBeUndefined();
    expect(fly.releaseLease(APP, ID, 'none', 'other')).toBe(false);
    expect(fly.releaseLease(APP, ID, nonce ?? '', 'deploy')).toBe(true);
    expect(fly.takeLease(APP, ID, { by: 'other', ttlS: 60 })).toBeDefined();
    expect(happenings).toMatchObject([
      { does: 'taken', nonce, until: clock.now() + 60_000, cause: { by: 'deploy' } },
      { does: 'released', nonce, cause: { by: 'deploy' } },
      { does: 'taken', cause: { by: 'other' } },
    ]);
  });

  it('writes back the metadata that it read before, and lays its config over the present one', async () => {
    const { fly, happenings } = watched({ metadata: { note: 'mine' } });
    const machine = fly.machine(APP, ID);
    const { instanceId } = machine;
    const read = machine.config.metadata ?? {};
    fly.person(APP, ID, { set: 'note', value: '' }, 'ann');
    fly.person(APP, ID, { set: 'hold', value: 'yes' }, 'ann');
    const config = { image: 'registry.fly.io/shop:new' };
    expect(fly.replaceMachine(APP, ID, { config, metadata: read, by: 'deploy' })).toBe(true);
    expect(machine.config).toMatchObject({ image: config.image, metadata: read, init: {} });
    expect(machine.config.metadata).not.toHaveProperty('hold');
    expect(machine.instanceId).not.toBe(instanceId);
    expect(happenings.slice(2)).toMatchObject([
      { kind: 'version', instanceId: machine.instanceId, cause: { by: 'deploy' } },
      { kind: 'metadata', key: 'hold', before: 'yes', after: undefined },
      { kind: 'metadata', key: 'note', before: undefined, after: 'mine' },
      { kind: 'state', to: 'replacing' },
    ]);
  });

  it('keeps metadata that it says nothing of', () => {
    const { fly } = watched({ metadata: { note: 'mine' } });
    fly.replaceMachine(APP, ID, { config: { image: 'new' } });
    expect(fly.machine(APP, ID).config).toMatchObject({ image: 'new', metadata: { note: 'mine' } });
  });

  it.each<[string, MachineState, PersonDeed | undefined, MachineState]>([
    ['started', 'started', undefined, 'started'],
    ['suspended', 'suspended', undefined, 'suspended'],
    ['stopping', 'started', 'stop', 'stopped'],
    ['starting', 'stopped', 'start', 'started'],
    ['suspending', 'started', 'suspend', 'suspended'],
  ])('brings a machine that is %s where it belongs, once or twice', async (_, state, deed, end) => {
    for (const times of [1, 2]) {
      const { fly, states, clock } = watched({ state });
      if (deed !== undefined) fly.person(APP, ID, deed, 'ann');
      for (let count = 0; count < times; count += 1) {
        fly.replaceMachine(APP, ID);
        await clock.advance(1_000);
      }
      expect((await states()).slice(-2)).toEqual(['replacing', end]);
    }
  });

  it.each<[string, MachineSpec, DeployOptions, MachineState, string]>([
    ['launches a worker', { state: 'stopped' }, {}, 'started', 'start started flyd'],
    ['launches a suspended worker', { state: 'suspended' }, {}, 'started', 'start started flyd'],
    ['keeps a worker', { state: 'stopped' }, { sleeping: 'kept' }, 'stopped', 'update stopped flyd'],
    ['keeps what the proxy wakes', serving({ autostart: true }), {}, 'stopped', 'update stopped flyd'],
    ['keeps what the proxy stops', serving({ autostop: true }), {}, 'stopped', 'update stopped flyd'],
    ['launches another server', serving({ autostop: false }), {}, 'started', 'start started flyd'],
    ['keeps a standby', standby, {}, 'stopped', 'update stopped flyd'],
    ['launches what has failed', { state: 'failed' }, { sleeping: 'kept' }, 'started', 'start started flyd'],
  ])('%s', async (_, machine, options, end, event) => {
    const { fly, states } = watched(machine);
    expect(fly.beginDeploy(APP, options).update(ID)).toBe(true);
    expect((await states()).slice(-2)).toEqual(['replacing', end]);
    expect(newestEvent(fly.machine(APP, ID))).toBe(event);
  });

  it('undoes what was written since it began, and starts again what was up then', async () => {
    const { fly, states, clock, happenings } = watched({ metadata: { note: 'mine' } });
    const deploy = fly.beginDeploy(APP, { by: 'ci' });
    fly.person(APP, ID, { set: 'marked-night', value: 'now' }, 'ann');
    fly.person(APP, ID, 'stop', 'ann');
    await clock.advance(180_000);
    const { metadata, image } = fly.machine(APP, ID).config;
    expect(metadata).toMatchObject({ 'marked-night': 'now' });
    expect(deploy.update(ID, { image: 'new' })).toBe(true);
    expect(image).not.toBe('new');
    expect((await states()).slice(-3)).toEqual(['stopped', 'replacing', 'started']);
    const { config } = fly.machine(APP, ID);
    expect(config).toMatchObject({ image: 'new', metadata: { note: 'mine' } });
    expect(config.metadata).not.toHaveProperty('marked-night');
    expect(happenings.at(-1)?.cause).toEqual({ kind: 'person', by: 'ci' });
  });

  it('leaves up what has come up since it began, and what has joined', async () => {
    const { fly, states, clock } = watched(serving({ autostart: true }));
    const deploy = fly.beginDeploy(APP);
    fly.visitMachine(APP, ID);
    fly.addMachine(APP, { id: 'new', metadata: { note: 'mine' } });
    await clock.advance(2_000);
    deploy.update(ID);
    deploy.update('new');
    expect((await states()).slice(-2)).toEqual(['replacing', 'started']);
    expect(fly.machine(APP, 'new')).toMatchObject({
      state: 'started',
      config: { metadata: { note: 'mine' } },
    });
  });

  it('finds nothing to deploy where an app or a machine is gone', () => {
    const { fly } = watched();
    const deploy = fly.beginDeploy(APP);
    fly.destroyMachine(APP, ID);
    expect(deploy.update(ID)).toBe(false);
    expect(() => deploy.update('none')).toThrow('There is no machine none in shop.');
    expect(() => fly.beginDeploy('none')).toThrow('There is no app none.');
  });

  it('finds nothing to replace where a machine is gone', () => {
    const { fly } = watched();
    fly.destroyMachine(APP, ID);
    expect(fly.replaceMachine(APP, ID)).toBe(false);
    expect(fly.takeLease(APP, ID, { by: 'deploy', ttlS: 60 })).toBeUndefined();
  });
});

describe('when the proxy has a request', () => {
  it.each<[MachineState, boolean]>([
    ['stopped', true],
    ['suspended', true],
    ['started', false],
  ])('tells whether it woke a machine that was %s', (state, woke) => {
    expect(watched({ state }).fly.visitMachine(APP, ID)).toBe(woke);
  });
});

describe('when a host starts a machine by itself', () => {
  it.each<[MachineSpec, boolean, string]>([
    [{ state: 'stopped' }, true, 'start starting flyd'],
    [{ state: 'suspended' }, true, 'start starting flyd'],
    [{ state: 'started' }, false, 'start started flyd'],
    [{ state: 'stopped', behaviour: { start: 'no-capacity' } }, false, 'exit stopped flyd'],
  ])('tells so as its source: %j', async (machine, comes, event) => {
    const { fly, act } = watched(machine);
    await act('lease', { body: { ttl: 600 } });
    expect(fly.startByHost(APP, ID)).toBe(comes);
    expect(newestEvent(fly.machine(APP, ID))).toBe(event);
  });
});
