import { type Machine, MachineJson, MachinesJson } from '../../../../src/machines/machine/machine.js';

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
      privateIp: undefined,
      instanceId: undefined,
      processGroup: undefined,
      metadata: {},
      isStandby: false,
      autoDestroy: false,
      schedule: undefined,
      killTimeout: undefined,
      isOneShot: false,
      hostStatus: 'ok',
      cordoned: false,
      autostop: false,
      autostart: false,
      checks: [],
      configuredChecks: { names: [], ofServices: 0 },
      containers: [],
      checksTake: 0,
      checkedContainers: [],
      containerNames: undefined,
      size: undefined,
      events: [],
      newestEvent: undefined,
      newestStart: undefined,
      updatedAt: undefined,
      isPostgres: false,
      holder: undefined,
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
      cordoned: null,
      image_ref: null,
      checks: null,
      containers: null,
      events: null,
      updated_at: null,
      lease: null,
    };
    const configs = [
      null,
      { metadata: null, standbys: null, auto_destroy: null, stop_config: null, schedule: null },
      {
        services: null,
        checks: null,
        disable_machine_autostart: null,
        image: null,
        restart: null,
        containers: null,
      },
      { stop_config: { timeout: null }, services: [] },
    ];
    for (const config of configs)
      expect(machine({ ...nothing, config })).toEqual({
        ...machine({}),
        containerNames: config === null ? undefined : [],
      });
    const empty = {
      checks: [],
      events: [{ type: null, status: null, timestamp: null }, {}],
      image_ref: { repository: null, labels: null },
      lease: { owner: null, expires_at: null },
      updated_at: 'yesterday',
    };
    const untold = { type: '', status: '', source: '', at: 0 };
    expect(machine(empty)).toEqual({ ...machine({}), events: [untold, untold] });
  });

  it('reads when it was changed, on what schedule it runs, and who holds its lease', () => {
    const lease = { owner: 'deploy\n::error::x', description: 'd', expires_at: 1_736_942_400 };
    const json = { updated_at: '2025-01-15T12:00:01Z', config: { schedule: 'hourly' }, lease };
    expect(machine(json)).toMatchObject({
      updatedAt: Date.UTC(2025, 0, 15, 12, 0, 1),
      schedule: 'hourly',
      holder: { owner: 'deploy ::error::x', until: Date.UTC(2025, 0, 15, 12) },
    });
    expect(machine({ lease: { expires_at: 1 } }).holder).toEqual({ owner: 'another client', until: 1000 });
    expect(machine({ config: { schedule: '' } }).schedule).toBeUndefined();
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
    expect(seen).toMatchObject({
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

  it.each([
    [{ cpu_kind: 'shared', cpus: 1, memory_mb: 256 }, 'shared-cpu-1x 256 MB'],
    [{ cpu_kind: 'performance', cpus: 4, memory_mb: 8192, gpu_kind: 'l40s' }, 'performance-4x 8192 MB'],
    [{ cpu_kind: 'shared', cpus: 1 }, undefined],
    [{ cpu_kind: 'shared', cpus: '1', memory_mb: 256 }, undefined],
    ['huge', undefined],
    [null, undefined],
  ])('reads the size of %j', (guest, size) => expect(machine({ config: { guest } }).size).toBe(size));

  it('reads what its services, checks and events tell', () => {
    const config = {
      services: [
        { internal_port: 80, autostart: false, autostop: 'off', checks: [{ type: 'tcp' }, { type: 'http' }] },
        { internal_port: 81, autostart: true, autostop: 'suspend', min_machines_running: 0, checks: [{}] },
      ],
      checks: { alive: { type: 'http', interval: '15s' }, ready: {} },
    };
    const checks = [
      { name: 'alive', status: 'critical', output: 'connection refused', updated_at: '2025-01-15T12:00:00Z' },
      { name: 'bg_deployments_compat_1', status: 'passing' },
      { name: 'servicecheck-00-http-80' },
    ];
    const events = [
      { type: 'exit', status: 'stopped', source: 'flyd', timestamp: 30, request: { exit_event: {} } },
      { type: 'start', status: 'started', source: 'user', timestamp: 20 },
      { type: 'start', status: 'starting', timestamp: 25 },
      { type: 'update', status: 'started', timestamp: 27 },
      { type: 'start', status: 'started', timestamp: 5 },
    ];
    expect(machine({ config, checks, events, cordoned: true })).toMatchObject({
      cordoned: true,
      autostop: true,
      autostart: true,
      configuredChecks: { names: ['alive', 'ready'], ofServices: 3 },
      checks: [
        { name: 'alive', status: 'critical', output: 'connection refused' },
        { name: 'servicecheck-00-http-80', status: '', output: '' },
      ],
      newestEvent: 30,
      newestStart: 20,
      events: [30, 27, 25, 20, 5].map((at) => expect.objectContaining({ at })),
    });
  });

  it.each([
    [false, false],
    ['off', false],
    [true, true],
    ['stop', true],
    ['suspend', true],
  ])('takes an autostop of %j for %s', (autostop, expected) => {
    expect(machine({ config: { services: [{}, { autostop }] } }).autostop).toBe(expected);
  });

  it('knows what is to end by itself', () => {
    const isOneShot = (config: object) => machine({ config }).isOneShot;
    expect(
      [{ restart: { policy: 'no' } }, { auto_destroy: true }, { schedule: 'daily' }].map(isOneShot),
    ).toEqual([true, true, true]);
    expect([{}, { restart: {} }, { restart: { policy: 'on-failure' } }].map(isOneShot)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('reads how long checks may take, in any form that Fly takes, and takes no other for a time', () => {
    const takes = (config: object) => machine({ config })['checksTake'];
    expect(takes({})).toBe(0);
    expect(takes({ checks: { a: { grace_period: '1m', interval: '15s' }, b: { interval: '30s' } } })).toBe(
      75_000,
    );
    const ofService = { checks: [{ grace_period: 90_000_000_000 }] };
    expect(takes({ checks: { a: { interval: '10s' } }, services: [ofService] })).toBe(90_000);
    expect(takes({ checks: { a: { grace_period: true }, b: 7, c: null, d: { interval: 'soon' } } })).toBe(0);
  });

  it('reads which containers have checks, and what is told of them', () => {
    const config = { containers: [{ name: 'web', healthchecks: [{}] }, { name: 'proxy' }] };
    const containers = [{ name: 'web', state: 'starting' }, { name: 'proxy' }];
    expect(machine({ config, containers })).toMatchObject({
      checkedContainers: ['web'],
      containers: [
        { name: 'web', state: 'starting' },
        { name: 'proxy', state: '' },
      ],
    });
  });

  it.each<[object, readonly string[] | undefined]>([
    [{ config: { containers: [{ name: 'web' }, { name: 'side' }] } }, ['web', 'side']],
    [{ config: {} }, []],
    [{ config: { containers: null } }, []],
    [{}, undefined],
    [{ config: null }, undefined],
    // Any name may be that of the one without.
    [{ config: { containers: [{ name: 'web' }, {}] } }, undefined],
    [{ config: { containers: [{ name: null }] } }, undefined],
    // Its host is out of reach, and what Fly still knows need not be all.
    [{ incomplete_config: { containers: [{ name: 'web' }] } }, undefined],
    [{ config: null, incomplete_config: {} }, undefined],
  ])('knows the names of its containers only where its configuration shows them: %j', (json, names) => {
    expect(machine(json).containerNames).toEqual(names);
  });

  it('is not woken where the whole machine is kept from it', () => {
    const config = { services: [{ autostart: true }], disable_machine_autostart: true };
    expect(machine({ config }).autostart).toBe(false);
  });

  it.each([
    [{ image_ref: { registry: 'registry-1.docker.io', repository: 'flyio/postgres-flex', tag: '16' } }, true],
    [{ image_ref: { repository: 'flyio/postgres' } }, true],
    [{ image_ref: { repository: 'fork', labels: { 'fly.app_role': 'postgres_cluster' } } }, true],
    [{ config: { metadata: { 'fly-managed-postgres': 'true' } } }, true],
    [{ incomplete_config: { image: 'flyio/postgres-flex:15' } }, true],
    [{ image_ref: { repository: 'my-app', labels: { 'fly.app_role': 'other' } } }, false],
    [{ image_ref: { repository: 'library/postgres' }, config: { image: 'postgres:16' } }, false],
    [{ config: { metadata: { 'fly-managed-postgres': 'false' }, image: 'notflyio/postgres' } }, false],
  ])('tells whether %j is unmanaged Postgres: %s', (json, expected) => {
    expect(machine(json).isPostgres).toBe(expected);
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
    [{ ...LEAST, checks: {} }, '.checks'],
    [{ ...LEAST, events: [{ timestamp: 'noon' }] }, '.events.0.timestamp'],
    [{ ...LEAST, config: { services: [{ autostop: 1 }] } }, '.config.services.0.autostop'],
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
