import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { APP, createRig, ID, PATH, parse } from '../rig.js';

interface Shown {
  readonly id: string;
  readonly [name: string]: unknown;
}

const MACHINES: readonly MachineSpec[] = [
  { id: 'a', region: 'fra', processGroup: 'web', metadata: { tier: 'gold' } },
  { id: 'b', region: 'ams', state: 'stopped', processGroup: 'worker', metadata: { tier: 'gold' } },
  { id: 'c', region: 'ams', state: 'suspended' },
  { id: 'd', region: 'fra', state: 'destroyed' },
];

describe('when machines are listed', () => {
  it.each([
    ['', 'a b c'],
    ['?include_deleted=true', 'a b c d'],
    ['?region=ams', 'b c'],
    ['?state=started,suspended', 'a c'],
    ['?metadata.tier=gold', 'a b'],
    ['?metadata.tier=gold&metadata.fly_process_group=worker', 'b'],
    ['?metadata.tier=', ''],
    ['?region=ams&state=started', ''],
  ])('shows those that are asked for: "%s"', async (query, ids) => {
    const { call } = createRig(MACHINES);
    const shown = parse<Shown[]>(await call('GET', `/v1/apps/${APP}/machines${query}`));
    expect(shown.map(({ id }) => id).join(' ')).toBe(ids);
  });

  it('shows them as they are by now', async () => {
    const { clock, call, act } = createRig();
    await act('stop');
    await clock.advance(400);
    expect(parse(await call('GET', `/v1/apps/${APP}/machines?state=stopped`))).toMatchObject([{ id: ID }]);
  });

  it.each([
    ['keeps-version', true],
    ['drops-version', false],
  ] as const)('leaves out the details in a summary, and %s', async (summary, keeps) => {
    const { call } = createRig([{ id: ID }], { settings: { summary } });
    const [shown] = parse<Shown[]>(await call('GET', `/v1/apps/${APP}/machines?summary=true`));
    expect(shown).toMatchObject({ id: ID, state: 'started', region: 'fra' });
    for (const name of ['config', 'checks', 'events', 'host_status']) expect(shown).not.toHaveProperty(name);
    expect([Object.hasOwn(shown ?? {}, 'instance_id'), Object.hasOwn(shown ?? {}, 'cordoned')]).toEqual([
      keeps,
      keeps,
    ]);
  });
});

describe('when one machine is read', () => {
  it('has the fields of the API', async () => {
    const { call } = createRig([{ id: ID, name: 'old-sun-1', sinceMs: 90_000 }]);
    expect(parse(await call('GET', PATH))).toEqual({
      id: ID,
      name: 'old-sun-1',
      state: 'started',
      region: 'fra',
      image_ref: expect.objectContaining({ registry: 'registry.fly.io', repository: APP }),
      instance_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      private_ip: expect.stringMatching(/^fdaa:[0-9a-f:]+$/),
      created_at: '2025-01-15T10:58:30Z',
      updated_at: '2025-01-15T11:58:30Z',
      config: expect.objectContaining({ guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 } }),
      events: [
        expect.objectContaining({
          type: 'start',
          status: 'started',
          timestamp: Date.UTC(2025, 0, 15, 11, 58, 30),
        }),
        expect.objectContaining({ type: 'launch', status: 'created', source: 'user' }),
        expect.objectContaining({ type: 'launch', status: 'pending', source: 'flyd' }),
      ],
      checks: [],
      host_status: 'ok',
      cordoned: false,
    });
  });

  it('shows its size wherever it shows its config', async () => {
    const guest = { cpu_kind: 'shared', cpus: 4, memory_mb: 1_024 };
    const { call, fly } = createRig([{ id: ID, config: { guest } }]);
    const token = fly.mintToken({ org: 'my-org', withDischarge: true });
    const [inList] = parse<Shown[]>(await call('GET', `/v1/apps/${APP}/machines`));
    const { machines } = parse<{ machines: Shown[] }>(
      await call('GET', '/v1/orgs/my-org/machines', { token }),
    );
    const all = [parse<Shown>(await call('GET', PATH)), inList, machines.find(({ id }) => id === ID)];
    for (const shown of all) expect(shown).toMatchObject({ config: { guest } });
  });

  it.each([
    ['off', false],
    ['stop', true],
    ['suspend', 'suspend'],
    [true, true],
  ] as const)('shows autostop as Fly does: %s', async (autostop, shown) => {
    const { call } = createRig([{ id: ID, config: { services: [{ autostop, autostart: false }] } }]);
    expect(parse(await call('GET', PATH))).toMatchObject({
      config: { services: [{ autostop: shown, autostart: false }] },
    });
  });

  it.each([
    ['flyio/postgres-flex:15', 'registry-1.docker.io', 'flyio/postgres-flex', '15', 'postgres_cluster'],
    ['nginx', 'registry-1.docker.io', 'nginx', 'latest', undefined],
    ['registry.fly.io/shop:v1', 'registry.fly.io', 'shop', 'v1', undefined],
    ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c', undefined],
  ])('takes an image apart: %s', async (image, registry, repository, tag, role) => {
    const { call } = createRig([{ id: ID, config: { image } }]);
    const { image_ref } = parse<{ image_ref: { labels?: Record<string, string> } }>(await call('GET', PATH));
    expect(image_ref).toMatchObject({ registry, repository, tag });
    expect(image_ref.labels?.['fly.app_role']).toBe(role);
  });

  it('has no config where its host is unreachable', async () => {
    const { call } = createRig([{ id: ID, behaviour: { unreachable: true } }]);
    const shown = parse<Shown>(await call('GET', PATH));
    expect(shown).toMatchObject({ host_status: 'unreachable', incomplete_config: { metadata: {} } });
    expect(shown).not.toHaveProperty('config');
  });

  it('shows checks as they come in: none, critical, passing', async () => {
    const config = { checks: { alive: {} }, services: [{ internal_port: 80, checks: [{}] }] };
    const { clock, call, act } = createRig([{ id: ID, state: 'stopped', config }]);
    const checks = async () =>
      parse<{ checks: Shown[] }>(await call('GET', PATH)).checks.map(
        ({ name, status }) => `${name} ${status}`,
      );
    await act('start');
    await clock.advance(1_000);
    expect(await checks()).toEqual([]);
    await clock.advance(500);
    expect(await checks()).toEqual(['alive critical', 'servicecheck-00-http-80 critical']);
    await clock.advance(1_000);
    expect(await checks()).toEqual(['alive passing', 'servicecheck-00-http-80 passing']);
    await act('stop');
    expect(await checks()).toEqual([]);
  });

  it.each([
    ['none', ['alive passing', 'servicecheck-00-tcp-80 passing']],
    [
      'passing',
      ['bg_deployments_compat-00-tcp-80 passing', 'alive passing', 'servicecheck-00-tcp-80 passing'],
    ],
    [
      'critical',
      ['bg_deployments_compat-00-tcp-80 critical', 'alive passing', 'servicecheck-00-tcp-80 passing'],
    ],
  ] as const)('makes up checks for old clients: %s', async (compatChecks, expected) => {
    const config = {
      checks: { alive: { kind: 'informational' } },
      services: [{ internal_port: 80, checks: [{ type: 'tcp' }] }],
    };
    const { clock, call, act } = createRig([{ id: ID, state: 'stopped', config }], {
      settings: { compatChecks },
    });
    const checks = async () =>
      parse<{ checks: Shown[] }>(await call('GET', PATH)).checks.map(
        ({ name, status }) => `${name} ${status}`,
      );
    await act('start');
    await clock.advance(800);
    // They are there before any real check.
    expect(await checks()).toEqual(expected.slice(0, -2));
    await clock.advance(2_000);
    expect(await checks()).toEqual(expected);
  });

  it('lets a check say what it likes', async () => {
    const behaviour = {
      checks: {
        alive: { status: 'warning', output: '::error::x' },
        '*': { status: 'critical', output: '\u001b' },
      },
    } as const;
    const config = { checks: { alive: {}, deep: {} } };
    const { call } = createRig([{ id: ID, behaviour, config }]);
    expect(parse(await call('GET', PATH))).toMatchObject({
      checks: [
        { name: 'alive', status: 'warning', output: '::error::x' },
        { name: 'deep', status: 'critical', output: '\u001b' },
      ],
    });
  });

  it('keeps failing checks where it is told so', async () => {
    const behaviour = { checksPassMs: Number.POSITIVE_INFINITY };
    const { call } = createRig([{ id: ID, behaviour, config: { checks: { alive: {} } } }]);
    expect(parse(await call('GET', PATH))).toMatchObject({ checks: [{ status: 'critical' }] });
  });
});

describe('when an app is read', () => {
  it('tells its organization and how many machines it has', async () => {
    const { call } = createRig(MACHINES);
    expect(parse(await call('GET', `/v1/apps/${APP}`))).toMatchObject({
      name: APP,
      status: 'deployed',
      organization: { slug: 'my-org' },
      machine_count: 3,
      internal_numeric_id: 1_000_001,
    });
  });
});

describe('when anything is answered', () => {
  it("bears the emulator's time and a request id", async () => {
    const { call } = createRig();
    const { headers } = await call('GET', '/v1/nope');
    expect(headers['date']).toBe('Wed, 15 Jan 2025 12:00:00 GMT');
    expect(headers['fly-request-id']).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}-local$/);
  });

  it('takes as long as the latency says', async () => {
    const { fly, clock, call } = createRig(undefined, { settings: { latencyMs: 250 } });
    const before = clock.now();
    await call('GET', PATH);
    expect(clock.now() - before).toBe(250);
    expect(fly.requests).toEqual([
      { method: 'GET', path: PATH, at: before, durationMs: 250, status: 200, token: expect.any(String) },
    ]);
  });

  it('is the same for the same seed and requests', async () => {
    const run = async () => {
      const { call, act } = createRig(MACHINES);
      return [await act('stop'), await call('GET', `/v1/apps/${APP}/machines`)];
    };
    expect(await run()).toEqual(await run());
  });
});
