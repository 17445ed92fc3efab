import { forManyListeners } from '../../../../src/clock.js';
import { answer, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { createMachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const NEVER = forManyListeners(new AbortController().signal);
const ALL = { limit: 1_000 };

const shown = (app_name: string, id: string, more: object = {}) => ({
  app_name,
  id,
  state: 'started',
  ...more,
});

describe('when the apps of an organization are listed', () => {
  it('tells their names and how many machines they have', async () => {
    const apps = [
      { id: 'abc', name: 'web', machine_count: 3, volume_count: 1, network: 'default' },
      { name: 'idle', machine_count: 0 },
    ];
    const { client, asked } = scriptedClient([answer(200, { total_apps: 2, apps })]);
    expect(await client.appsOf('my org', NEVER)).toEqual([
      { name: 'web', machineCount: 3 },
      { name: 'idle', machineCount: 0 },
    ]);
    expect(asked()).toEqual(['GET /v1/apps?org_slug=my+org']);
  });

  it.each([{ apps: null }, { apps: [] }, {}])('takes %j for none', async (body) => {
    expect(await scriptedClient([answer(200, body)]).client.appsOf('o', NEVER)).toEqual([]);
  });

  it.each(['', '..'])('does not believe a name that would lead a path elsewhere: %j', async (name) => {
    const { client } = scriptedClient([answer(200, { apps: [{ name }] })]);
    expect(await thrownBy(client.appsOf('o', NEVER))).toMatchObject({ class: 'Fly failure' });
  });

  it.each(['', '.', '..'])('does not believe such a slug of an app either: %j', async (slug) => {
    const { client } = scriptedClient([answer(200, { organization: { slug } })]);
    expect(await thrownBy(client.orgOf('web', NEVER))).toMatchObject({ class: 'Fly failure' });
  });

  it('says what was tried when it is refused', async () => {
    const { client } = scriptedClient([answer(403, { error: 'no' })]);
    const error = await thrownBy(client.appsOf('my-org', NEVER));
    expect(error.line).toContain('list the apps of my-org: Fly answered 403: no');
  });
});

describe('when the machines of an organization are listed', () => {
  it('reads page after page, short and empty ones too, until there is no next', async () => {
    const { client, clock, asked } = scriptedClient([
      answer(200, { machines: [shown('web', 'b')], next_cursor: 'c/1' }),
      answer(200, { machines: [], next_cursor: 'c2' }),
      answer(200, { machines: null, next_cursor: 'c3' }),
      answer(200, { machines: [shown('web', 'a'), shown('api', 'z')], next_cursor: '' }),
    ]);
    const { machines, errorRegions } = await clock.run(client.machinesOf('my/org', ALL, NEVER));
    expect(machines.map(({ app, id }) => `${app}/${id}`)).toEqual(['api/z', 'web/a', 'web/b']);
    expect(errorRegions).toEqual([]);
    expect(asked()).toEqual([
      'GET /v1/orgs/my%2Forg/machines?limit=1000',
      'GET /v1/orgs/my%2Forg/machines?limit=1000&cursor=c%2F1',
      'GET /v1/orgs/my%2Forg/machines?limit=1000&cursor=c2',
      'GET /v1/orgs/my%2Forg/machines?limit=1000&cursor=c3',
    ]);
  });

  it('keeps to the rate of one organization', async () => {
    const pages = Array.from({ length: 10 }, (_, index) =>
      answer(200, { machines: [], next_cursor: index === 9 ? null : `c${index}` }),
    );
    const { client, clock } = scriptedClient(pages);
    const start = clock.now();
    await clock.run(client.machinesOf('o', ALL, NEVER));
    expect(clock.now() - start).toBe(7_000);
  });

  it('takes a machine that changed between two pages as it was told last', async () => {
    const { client } = scriptedClient([
      answer(200, { machines: [shown('web', 'a')], next_cursor: 'c' }),
      answer(200, { machines: [shown('web', 'a', { state: 'stopped' }), shown('api', 'a')] }),
    ]);
    const { machines } = await client.machinesOf('o', ALL, NEVER);
    expect(machines.map(({ app, state }) => `${app} ${state}`)).toEqual(['api started', 'web stopped']);
  });

  it('gathers the regions that could not be read', async () => {
    const { client } = scriptedClient([
      answer(200, { machines: [], next_cursor: 'c', error_regions: ['fra', 'syd'] }),
      answer(200, { machines: [], error_regions: ['syd', 'ord'] }),
    ]);
    expect((await client.machinesOf('o', ALL, NEVER)).errorRegions).toEqual(['fra', 'syd', 'ord']);
  });

  it.each([
    ['at once', ['c1', 'c1']],
    ['later', ['c1', 'c2', 'c3', 'c1']],
  ])('is an error of Fly when a cursor comes back %s', async (_, cursors) => {
    const { client, clock } = scriptedClient(
      cursors.map((next_cursor) => answer(200, { machines: [], next_cursor })),
    );
    const error = await thrownBy(clock.run(client.machinesOf('o', ALL, NEVER)));
    expect(error.class).toBe('Fly failure');
    expect(error.message).toContain('list the machines of o');
  });

  it('shows of each machine what is told, and takes the rest for harmless', async () => {
    const config = {
      image: 'registry.fly.io/web:1',
      guest: { cpus: 1 },
      metadata: { fly_process_group: 'worker', a: 'b' },
    };
    const told = { name: 'n', region: 'fra', version: '01V', private_ip: 'fdaa::1', config };
    const { client } = scriptedClient([answer(200, { machines: [shown('web', 'a', told)] })]);
    const { machines } = await client.machinesOf('o', ALL, NEVER);
    expect(machines).toEqual([
      {
        ...{ app: 'web', id: 'a', name: 'n', state: 'started', region: 'fra', privateIp: 'fdaa::1' },
        seenAt: undefined,
        ...{ instanceId: '01V', processGroup: 'worker', metadata: config.metadata, hostStatus: 'ok' },
        ...{ isStandby: false, autoDestroy: false, killTimeout: undefined, cordoned: false },
        ...{ autostop: false, autostart: false, checks: [], configuredChecks: { names: [], ofServices: 0 } },
        ...{
          newestEvent: undefined,
          newestStart: undefined,
          events: [],
          updatedAt: undefined,
          isPostgres: false,
        },
        ...{
          isOneShot: false,
          containers: [],
          checksTake: 0,
          checkedContainers: [],
          containerNames: undefined,
        },
        ...{ schedule: undefined, holder: undefined },
      },
    ]);
  });

  it.each([
    [{ metadata: { 'fly-managed-postgres': 'true' } }],
    [{ image: 'flyio/postgres-flex:16.4' }],
    [{ image: 'docker-hub-mirror.fly.io/flyio/postgres:14@sha256:00' }],
  ])('knows Postgres by %j', async (config) => {
    const { client } = scriptedClient([answer(200, { machines: [shown('db', 'a', { config })] })]);
    expect((await client.machinesOf('o', ALL, NEVER)).machines[0]?.isPostgres).toBe(true);
  });

  it.each([
    ['an id', { machines: [shown('web', '..')] }],
    ['an app', { machines: [{ id: 'a', state: 'started' }] }],
    ['an app that leads elsewhere', { machines: [shown('..', 'a')] }],
    ['a page', []],
  ])('says what makes no sense: %s', async (_, body) => {
    const { client } = scriptedClient([answer(200, body)]);
    expect(await thrownBy(client.machinesOf('o', ALL, NEVER))).toMatchObject({ class: 'Fly failure' });
  });
});

describe('when Fly keeps an organization', () => {
  const apps = ['b-app', 'a-app'].map((name) => ({
    name,
    machines: Array.from({ length: 5 }, (_, index) => ({ id: `${name[0]}${index}`, sinceMs: 1_000 * index })),
  }));
  const open = { appsOfOrg: 'own', orgMachines: 'allowed', orgPage: 3, orgEmptyPages: true } as const;

  it.each(['shown', 'absent', 'null'] as const)(
    'finds all apps and machines (empty fields: %s)',
    async (orgZeros) => {
      const settings = { ...open, orgZeros, orgErrorRegions: 'syd' };
      const { client, clock, fly } = createMachinesRig({
        machines: [{ id: 'm' }],
        otherApps: apps,
        settings,
      });
      const listed = await clock.run(client.appsOf('my-org', NEVER));
      expect(listed.map(({ name, machineCount }) => `${name} ${machineCount}`).sort()).toEqual([
        ...['a-app 5', 'b-app 5', 'my-app 1'],
      ]);
      const { machines, errorRegions } = await clock.run(client.machinesOf('my-org', ALL, NEVER));
      expect(machines.map(({ id }) => id).join()).toBe('a0,a1,a2,a3,a4,b0,b1,b2,b3,b4,m');
      expect(machines[0]).toMatchObject({ app: 'a-app', processGroup: 'app', region: 'fra' });
      expect(errorRegions).toEqual(['syd']);
      expect(fly.requests.every(({ status }) => status === 200)).toBe(true);
      expect(fly.requests.length).toBeGreaterThanOrEqual(1 + 4);
    },
  );
});
