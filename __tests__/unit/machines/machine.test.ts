import { type Machine, MachineJson, MachinesJson } from '../../../src/machines/machine.js';

const LEAST = { id: '148e21a2b32789', state: 'started' };

function machine(json: object): Machine {
  return MachineJson.parse({ ...LEAST, ...json }, { mode: 'strip' });
}

describe('when Fly shows a machine', () => {
  it('is enough that it has an id and a state', () => {
    expect(machine({})).toEqual({
      id: '148e21a2b32789',
      name: '',
      state: 'started',
      region: '',
      privateIp: '',
      instanceId: undefined,
      processGroup: undefined,
      metadata: {},
      isStandby: false,
      autoDestroy: false,
      killTimeout: undefined,
      hostStatus: 'ok',
    });
  });

  it('takes null for everything else, at every depth', () => {
    const nothing = {
      name: null,
      region: null,
      private_ip: null,
      instance_id: null,
      host_status: null,
      incomplete_config: null,
    };
    const configs = [
      null,
      { metadata: null, standbys: null, auto_destroy: null, stop_config: null },
      { stop_config: { timeout: null } },
    ];
    for (const config of configs) expect(machine({ ...nothing, config })).toEqual(machine({}));
  });

  it('reads what commands decide by and passes over the rest', () => {
    const config = {
      metadata: { fly_process_group: 'worker', fly_platform_version: 'v2', 'a key': 'a=b' },
      standbys: ['d8910000000001'],
      auto_destroy: true,
      stop_config: { signal: 'SIGTERM', timeout: '1m30s' },
      env: { SECRET: 'not ours' },
    };
    const seen = machine({
      name: 'worker-1',
      region: 'fra',
      private_ip: 'fdaa::2',
      instance_id: '01HMVX',
      config,
      nonce: 'n',
    });
    expect(seen).toEqual({
      id: '148e21a2b32789',
      name: 'worker-1',
      state: 'started',
      region: 'fra',
      privateIp: 'fdaa::2',
      instanceId: '01HMVX',
      processGroup: 'worker',
      metadata: config.metadata,
      isStandby: true,
      autoDestroy: true,
      killTimeout: 90_000,
      hostStatus: 'ok',
    });
  });

  it('goes by what is left of the configuration while the host is out of reach', () => {
    const seen = machine({
      host_status: 'unreachable',
      incomplete_config: { metadata: { fly_process_group: 'app' } },
    });
    expect(seen).toMatchObject({ hostStatus: 'unreachable', processGroup: 'app', isStandby: false });
  });

  it('keeps a state that is new to us', () => {
    expect(machine({ state: 'hibernating' }).state).toBe('hibernating');
  });

  it.each([
    [{ fly_process_group: 'web', process_group: 'old' }, 'web'],
    [{ fly_process_group: '', process_group: 'old' }, 'old'],
    [{ process_group: 'old' }, 'old'],
    [{}, undefined],
  ])('finds the process group in %j', (metadata, group) => {
    expect(machine({ config: { metadata } }).processGroup).toBe(group);
  });

  it.each([
    ['30s', 30_000],
    ['5m0s', 300_000],
    [30_000_000_000, 30_000],
    [0, 0],
    ['soon', undefined],
  ])('reads a kill timeout of %j as %s ms', (timeout, ms) => {
    expect(machine({ config: { stop_config: { timeout } } }).killTimeout).toBe(ms);
  });
});

describe('when the answer is no machine', () => {
  it.each([
    [null, 'expected object'],
    [[], 'expected object'],
    ['started', 'expected object'],
    [{ state: 'started' }, 'id'],
    [{ ...LEAST, id: 7 }, '.id'],
    [{ ...LEAST, id: '' }, '.id'],
    [{ ...LEAST, id: '.' }, '.id'],
    [{ ...LEAST, id: '..' }, '.id'],
    [{ ...LEAST, state: null }, '.state'],
    [{ ...LEAST, name: {} }, '.name'],
    [{ ...LEAST, config: 'none' }, '.config'],
    [{ ...LEAST, config: { metadata: { a: 1 } } }, '.config.metadata.a'],
    [{ ...LEAST, config: { standbys: 'x' } }, '.config.standbys'],
    [{ ...LEAST, config: { auto_destroy: 'yes' } }, '.config.auto_destroy'],
    [{ ...LEAST, config: { stop_config: { timeout: [] } } }, '.config.stop_config.timeout'],
    [{ ...LEAST, incomplete_config: 3 }, '.incomplete_config'],
  ])('refuses %j and says where', (json, place) => {
    const result = MachineJson.try(json, { mode: 'strip' });
    expect(result.ok ? 'taken' : result.message).toContain(place);
  });

  it('names the place of the one that is wrong among many', () => {
    const result = MachinesJson.try([LEAST, LEAST, { ...LEAST, id: false }], { mode: 'strip' });
    expect(result.ok ? 'taken' : result.message).toContain('.2.id');
  });

  it('is not misled by names that objects have of their own', () => {
    const json: unknown = JSON.parse(
      '{"id":"a","state":"started","config":{"metadata":{"__proto__":"x","constructor":"y"}},"__proto__":{"name":"evil"}}',
    );
    const seen = MachineJson.parse(json, { mode: 'strip' });
    expect(seen.name).toBe('');
    expect(Object.hasOwn(seen.metadata, 'constructor')).toBe(true);
    expect(Object.getPrototypeOf(seen.metadata)).toBe(Object.prototype);
  });
});
