import type { TokenOptions } from '../../../../emulator/tokens.js';
import {
  type Fleet,
  findMachines,
  lenientFor,
  type Scope,
} from '../../../../src/commands/selection/fleet.js';
import { selector } from '../../../support/machines.js';
import { outcomes, rigWithToken, run } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig, thrownBy } from '../../../support/rigs/machines-rig.js';

const MACHINES = [{ id: 'd' }, { id: 'b' }, { id: 'a' }];
const ORG = 'my-org';
const OTHERS = [
  { name: 'staging-web', machines: [{ id: 's2' }, { id: 's1' }] },
  { name: 'staging-billing', machines: [{ id: 'sb' }] },
  { name: 'idle-app' },
  { name: 'foreign', org: 'their-org', machines: [{ id: 'f' }] },
];
const OPTIONS = { machines: MACHINES, otherApps: OTHERS };

const scope = (...apps: string[]): Scope => ({ apps, org: ORG });

function find(
  rig: MachinesRig,
  of: Scope,
  wants: 'overview' | 'whole' = 'whole',
  allowEmpty = false,
): Promise<Fleet> {
  return rig.clock.run(findMachines(rig, { scope: of, wants, allowEmpty }));
}

const shown = ({ machines }: Fleet) => machines.map(({ app, id }) => `${app}/${id}`);
const paths = (rig: MachinesRig) =>
  rig.fly.requests.map(({ path, status, fault }) => `${path.replace('/v1/', '')} ${status ?? fault}`);

describe('when apps are named', () => {
  it('costs one request for each, and machines come by app and id', async () => {
    const rig = createMachinesRig(OPTIONS);
    const fleet = await find(rig, { apps: ['staging-web', APP, APP], org: undefined });
    expect(shown(fleet)).toEqual([
      ...['staging-web/s1', 'staging-web/s2'],
      ...['my-app/a', 'my-app/b', 'my-app/d'],
    ]);
    expect(fleet.failures).toEqual([]);
    expect(paths(rig)).toEqual(['apps/staging-web/machines 200', 'apps/my-app/machines 200']);
  });

  it('asks nothing of their organization, not even for an overview', async () => {
    const rig = createMachinesRig(OPTIONS);
    const fleet = await find(rig, scope('idle-app', APP), 'overview');
    expect(fleet).toMatchObject({ apps: ['idle-app', APP], notices: [], warnings: [], failures: [] });
    // Its own count says that there are none, too.
    expect(paths(rig)).toEqual([
      'apps/idle-app/machines 200',
      'apps/my-app/machines 200',
      'apps/idle-app 200',
    ]);
  });

  it('does not hide an app behind another that fails', async () => {
    const rig = createMachinesRig(OPTIONS);
    const fleet = await find(rig, { apps: ['nowhere', APP], org: undefined });
    expect(shown(fleet)).toEqual(['my-app/a', 'my-app/b', 'my-app/d']);
    expect(fleet.failures.map(({ app, error }) => `${app}: ${error.class}`)).toEqual(['nowhere: not found']);
    expect(lenientFor(selector(), fleet).allowEmpty).toBe(true);
  });

  it('throws the first error when no app can be listed', async () => {
    const rig = createMachinesRig(OPTIONS);
    const error = await thrownBy(find(rig, { apps: ['nowhere', 'neither'], org: undefined }));
    expect(error.message).toContain('list the machines of nowhere: Fly answered 404');
  });

  it('names the app that was not there at the deadline, and keeps the others', async () => {
    const faults = [{ path: '/v1/apps/staging-web', fault: 'hang' as const }];
    const rig = createMachinesRig({ ...OPTIONS, faults, timeoutMs: 5_000 });
    const { machines, failures } = await find(rig, { apps: [APP, 'staging-web'], org: undefined });
    expect(machines).toHaveLength(3);
    expect(failures.map(({ app, error }) => `${app}: ${error.class}`)).toEqual(['staging-web: timeout']);
    expect(rig.deadline.elapsed).toBe(5_000);
  });

  it('gives a silent app a third of the time, and tells of the others what was seen of them', async () => {
    const faults = [{ path: '/v1/apps/staging-web', fault: 'hang' as const }];
    const rig = createMachinesRig({ ...OPTIONS, faults, timeoutMs: 60_000 });
    const { machines, failures } = await find(rig, { apps: ['staging-web', APP], org: undefined });
    expect(machines).toHaveLength(3);
    expect(failures.map(({ app, error }) => `${app}: ${error.class}`)).toEqual(['staging-web: timeout']);
    expect(rig.deadline.elapsed).toBe(20_000);
  });

  it('gives a silent app ten seconds at least', async () => {
    const faults = [{ path: '/v1/apps/staging-web', fault: 'hang' as const }];
    const rig = createMachinesRig({ ...OPTIONS, faults, timeoutMs: 15_000 });
    expect((await find(rig, { apps: ['staging-web', APP], org: undefined })).machines).toHaveLength(3);
    expect(rig.deadline.elapsed).toBe(10_000);
  });

  it('gives the only app all the time that there is', async () => {
    const faults = [{ path: '/v1/apps/my-app', fault: 'hang' as const }];
    const rig = createMachinesRig({ ...OPTIONS, faults, timeoutMs: 20_000 });
    await thrownBy(find(rig, { apps: [APP], org: undefined }));
    expect(rig.deadline.elapsed).toBe(20_000);
  });

  it('lets many silent apps keep no other from its turn', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `app-${index}`);
    const otherApps = names.map((name) => ({ name, machines: [{ id: `m-${name}` }] }));
    const faults = names.slice(0, 20).map((name) => ({ path: `/v1/apps/${name}/`, fault: 'hang' as const }));
    const rig = createMachinesRig({ otherApps, faults, timeoutMs: 60_000 });
    const { machines, failures } = await find(rig, { apps: names, org: undefined });
    expect(machines.map(({ id }) => id)).toEqual(names.slice(20).map((name) => `m-${name}`));
    expect(failures).toHaveLength(20);
    expect(rig.deadline.elapsed).toBeLessThan(30_000);
  });

  it('asks ten apps at once at most', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `app-${index}`);
    const otherApps = names.map((name) => ({ name, machines: [{ id: `m-${name}` }] }));
    const rig = createMachinesRig({ otherApps, settings: { latencyMs: 100 } });
    expect((await find(rig, { apps: names, org: undefined })).machines).toHaveLength(25);
    expect(rig.deadline.elapsed).toBe(300);
  });
});

describe('when apps are chosen in an organization', () => {
  it('lists each of them once, whole', async () => {
    const rig = createMachinesRig(OPTIONS);
    const fleet = await find(rig, scope('staging-*', '*-web', '!staging-billing', APP));
    expect(fleet).toMatchObject({ apps: ['staging-web', APP], notices: [], warnings: [], failures: [] });
    expect(shown(fleet)).toEqual([
      ...['staging-web/s1', 'staging-web/s2'],
      ...['my-app/a', 'my-app/b', 'my-app/d'],
    ]);
    expect(paths(rig)).toEqual([
      'apps?org_slug=my-org 200',
      'apps/staging-web/machines 200',
      'apps/my-app/machines 200',
    ]);
  });

  it('means all of them without a word, apps without machines and none of another organization’s', async () => {
    const rig = createMachinesRig(OPTIONS);
    const { apps } = await find(rig, scope());
    expect(apps).toEqual(['idle-app', APP, 'staging-billing', 'staging-web']);
    // And one for the app whose list is empty.
    expect(rig.fly.requests).toHaveLength(1 + apps.length + 1);
  });

  it('throws for a pattern that nothing fits, and says what there is', async () => {
    const error = await thrownBy(find(createMachinesRig(OPTIONS), scope('stagin-*', 'qa-*', 'my-*')));
    expect(error).toMatchObject({ class: 'not found', message: 'No app of my-org fits stagin-*, qa-*' });
    expect(error.hint).toContain('There is idle-app, my-app, staging-billing, staging-web. ');
    expect(error.hint).toContain('allow-empty: true');
    const fleet = await find(createMachinesRig(OPTIONS), scope('stagin-*', 'my-*'), 'whole', true);
    expect(fleet.apps).toEqual([APP]);
  });

  it('names ten apps at most, and counts the others', async () => {
    const otherApps = Array.from({ length: 30 }, (_, index) => ({ name: `app-${index + 10}` }));
    const error = await thrownBy(find(createMachinesRig({ otherApps }), scope('qa-*')));
    expect(error.hint).toMatch(/There is app-10, .*, app-19 and 21 more\./);
  });

  it('tells of exclusions that meet nothing, and of those that leave nothing', async () => {
    const of = scope('staging-*', '!staging-biling', '!staging-*');
    const fleet = await find(createMachinesRig(OPTIONS), of, 'overview');
    expect(fleet).toMatchObject({ apps: [], machines: [] });
    expect(fleet.notices).toEqual([
      '`app` has !staging-biling, which matches no app of my-org.',
      'No app of my-org was chosen; there are 4.',
    ]);
  });

  it('takes an exclusion that meets nothing for a typo where more is done than shown', async () => {
    const of = scope('staging-*', '!staging-biling', 'qa-*');
    const rig = createMachinesRig(OPTIONS);
    const error = await thrownBy(find(rig, of));
    expect(error).toMatchObject({
      class: 'not found',
      message: 'No app of my-org fits qa-*, !staging-biling',
    });
    expect(error.hint).toContain('staging-billing');
    expect(paths(rig)).toEqual(['apps?org_slug=my-org 200']);
    const fleet = await find(createMachinesRig(OPTIONS), of, 'whole', true);
    expect(fleet.apps).toEqual(['staging-billing', 'staging-web']);
    expect(fleet.notices).toEqual(['`app` has !staging-biling, which matches no app of my-org.']);
  });

  it('does not take an organization where it sees nothing for one where nothing is to be done', async () => {
    const options = { around: () => async () => ({ status: 200, headers: {}, body: '{"apps":[]}' }) };
    expect(await thrownBy(find(createMachinesRig(options), scope()))).toMatchObject({
      class: 'not found',
      message: 'my-org has no apps that this token may see',
    });
    expect((await find(createMachinesRig(options), scope(), 'whole', true)).notices).toEqual([
      'No app of my-org was chosen; there are 0.',
    ]);
  });
});

describe('when an overview of an organization is wanted', () => {
  it('takes the organization’s listing, page by page, and says that it lags behind', async () => {
    const rig = createMachinesRig({ ...OPTIONS, settings: { orgPage: 2, orgEmptyPages: true } });
    const fleet = await find(rig, scope('*', '!staging-billing'), 'overview');
    expect(shown(fleet)).toEqual([
      ...['my-app/a', 'my-app/b', 'my-app/d'],
      ...['staging-web/s1', 'staging-web/s2'],
    ]);
    expect(fleet.notices).toEqual([expect.stringMatching(/^Read from the listing of my-org, which lags/)]);
    expect(fleet.apps).toEqual(['idle-app', APP, 'staging-web']);
    const asked = paths(rig);
    expect(asked.slice(0, 2)).toEqual(['apps?org_slug=my-org 200', 'orgs/my-org/machines?limit=1000 200']);
    expect(asked.slice(2).every((path) => /^orgs\/.*cursor=.* 200$/.test(path))).toBe(true);
  });

  it('comes to what the apps themselves say', async () => {
    const keyed = async (wants: 'overview' | 'whole') =>
      (await find(createMachinesRig(OPTIONS), scope(), wants)).machines.map(
        ({ app, id, name, state, region, privateIp, processGroup, metadata }) => ({
          app,
          id,
          name,
          state,
          region,
          privateIp,
          processGroup,
          metadata,
        }),
      );
    expect(await keyed('overview')).toEqual(await keyed('whole'));
  });

  it('asks the apps where that takes no more requests, since their lists are as of now', async () => {
    const rig = createMachinesRig(OPTIONS);
    const fleet = await find(rig, scope('my-*'), 'overview');
    expect(fleet.notices).toEqual([]);
    expect(paths(rig)).toEqual(['apps?org_slug=my-org 200', 'apps/my-app/machines 200']);
  });

  it('asks the apps where one was named that the organization may not have', async () => {
    const rig = createMachinesRig(OPTIONS);
    const { machines, failures } = await find(rig, scope('staging-*', 'foreign'), 'overview');
    expect(machines).toHaveLength(3);
    expect(failures.map(({ app, error }) => `${app}: ${error.class}`)).toEqual(['foreign: forbidden']);
  });

  it('reports the regions that could not be read, and calls no filter misspelt then', async () => {
    const rig = createMachinesRig({ ...OPTIONS, settings: { orgErrorRegions: 'iad,lhr' } });
    const fleet = await find(rig, scope(), 'overview');
    expect(fleet.warnings).toEqual(['Fly could not read iad, lhr: apps and machines there may be missing.']);
    expect(lenientFor(selector(), fleet).allowEmpty).toBe(true);
    expect(lenientFor(selector(), { ...fleet, errorRegions: [] }).allowEmpty).toBe(false);
  });
});

describe('when the token may not do everything', () => {
  const ofApps: TokenOptions = { app: APP };

  it('asks app by app where only the apps may be listed', async () => {
    const settings = { appsOfOrg: 'own', orgMachines: 'forbidden' } as const;
    const faults = [{ path: '/v1/orgs/', fault: { status: 404, body: '404 page not found' } }];
    const rig = createMachinesRig({ ...OPTIONS, settings, faults });
    const fleet = await find(rig, scope(), 'overview');
    expect(fleet.machines).toHaveLength(6);
    expect([fleet.notices, fleet.warnings]).toEqual([[], []]);
    expect(paths(rig).slice(0, 2)).toEqual([
      'apps?org_slug=my-org 200',
      'orgs/my-org/machines?limit=1000 404',
    ]);
  });

  it.each(['hang', { status: 503 }] as const)(
    'asks app by app where the listing fails: %j',
    async (fault) => {
      const rig = createMachinesRig({ ...OPTIONS, faults: [{ path: '/v1/orgs/', fault }] });
      const fleet = await find(rig, scope('*', '!staging-billing'), 'overview');
      expect(fleet.machines).toHaveLength(5);
      expect([fleet.failures, fleet.notices]).toEqual([[], []]);
    },
  );

  it.each(['overview', 'whole'] as const)(
    'finds the apps by their machines where only those may be listed: %s',
    async (wants) => {
      const settings = { appsOfOrg: 'forbidden', orgMachines: 'allowed' } as const;
      const rig = rigWithToken(ofApps, { ...OPTIONS, settings });
      const fleet = await find(rig, scope('*'), wants);
      expect(shown(fleet)).toEqual(['my-app/a', 'my-app/b', 'my-app/d']);
      expect(fleet.warnings).toEqual([expect.stringContaining('This token may not list the apps of my-org')]);
      expect(paths(rig).filter((path) => path.startsWith('orgs/'))).toHaveLength(1);
      expect(paths(rig)).toHaveLength(wants === 'whole' ? 3 : 2);
    },
  );

  describe('and regions could not be read', () => {
    const settings = { appsOfOrg: 'forbidden', orgMachines: 'allowed', orgErrorRegions: 'iad,lhr' } as const;

    it.each<['overview' | 'whole', readonly string[]]>([
      ['overview', ['*']],
      ['whole', ['*']],
      ['overview', ['my-*', 'idle-app']],
    ])('warns of apps and machines that are missing: %s of %j', async (wants, apps) => {
      const rig = rigWithToken(ofApps, { ...OPTIONS, settings });
      const { warnings, errorRegions } = await find(rig, scope(...apps), wants);
      expect(errorRegions).toEqual(['iad', 'lhr']);
      expect(warnings.filter((it) => it.includes('Fly could not read iad, lhr'))).toHaveLength(1);
    });

    it('names them where a pattern fits nothing', async () => {
      const rig = rigWithToken(ofApps, { ...OPTIONS, settings });
      expect((await thrownBy(find(rig, scope('qa-*')))).hint).toContain('Fly could not read iad, lhr');
    });
  });

  it('still calls a filter misspelt where only some apps may be unknown', async () => {
    const settings = { appsOfOrg: 'forbidden', orgMachines: 'allowed' } as const;
    const fleet = await find(rigWithToken(ofApps, { ...OPTIONS, settings }), scope('*'), 'whole');
    expect(fleet.warnings).toHaveLength(1);
    expect(lenientFor(selector(), fleet).allowEmpty).toBe(false);
  });

  it.each([
    [403, { error: 'no' }],
    [401, { error: 'unauthorized' }],
  ])('says which token to give where an app may not be listed: %d', async (status, body) => {
    const faults = [{ path: '/v1/apps/staging-web', fault: { status, body } }];
    const of = { apps: [APP, 'staging-web'], org: undefined };
    const { failures } = await find(createMachinesRig({ ...OPTIONS, faults }), of);
    expect(failures.map(({ error }) => error.status)).toEqual([status]);
    expect(failures[0]?.error.class).toBe(status === 403 ? 'forbidden' : 'unauthorized');
    expect(failures[0]?.error.hint).toContain('`fly tokens create deploy -a staging-web -x 8760h`');
    expect(failures[0]?.error.message).toContain(`list the machines of staging-web: Fly answered ${status}`);
    expect(failures[0]?.error.requestId).toBeDefined();
  });

  it('does not take a token of another organization for one of an app', async () => {
    const settings = { appsOfOrg: 'forbidden', orgMachines: 'forbidden' } as const;
    const { hint } = await thrownBy(
      find(rigWithToken({ org: 'their-org' }, { ...OPTIONS, settings }), scope()),
    );
    expect(hint).toMatch(/^Is the token for my-org\?/);
    expect(hint).not.toContain("can't list others");
  });

  it('says what was tried and what to change where neither may be listed', async () => {
    const settings = { appsOfOrg: 'forbidden', orgMachines: 'forbidden' } as const;
    const rig = rigWithToken(ofApps, { ...OPTIONS, settings });
    const error = await thrownBy(find(rig, scope('staging-*')));
    expect(['forbidden', 'unauthorized']).toContain(error.class);
    expect(error.message).toMatch(
      /^list the apps of my-org: Fly answered 40[13].*; its machines could not be listed either/,
    );
    expect(error.hint).toContain('name them in `app`');
    expect(error.hint).toContain('fly tokens create org -o my-org -x 8760h');
    expect(error.requestId).toBeDefined();
  });

  it('asks whether the slug is right where there is no such organization', async () => {
    const error = await thrownBy(find(createMachinesRig(OPTIONS), { apps: [], org: 'nobody' }));
    expect(error).toMatchObject({ class: 'not found', status: 404 });
    expect(error.hint).toContain('Is `nobody` its slug');
  });

  it('does not take a failure of Fly’s for a refusal', async () => {
    const faults = [{ path: '/v1/apps?', fault: { status: 500 } }];
    const rig = createMachinesRig({ ...OPTIONS, faults });
    expect((await thrownBy(find(rig, scope()))).class).toBe('Fly failure');
    expect(paths(rig).some((path) => path.startsWith('orgs/'))).toBe(false);
  });
});

describe('when a command that changes something sweeps an organization', () => {
  const POSTGRES = { id: 'pg1', name: 'db', config: { image: 'flyio/postgres-flex:15.6' } };
  const options = { machines: [{ id: 'web1' }], otherApps: [{ name: 'my-db', machines: [POSTGRES] }] };
  const wish = { org: ORG, apps: ['my-*'] };

  it('leaves unmanaged Postgres alone, unless it is named by its id', async () => {
    const rig = createMachinesRig(options);
    const done = await run(rig, 'stop', wish);
    expect(outcomes(done)).toEqual({ web1: 'changed', pg1: 'skipped' });
    const skipped = done.result.machines.find(({ machine }) => machine.id === 'pg1');
    expect(skipped?.reason).toBe('a node of unmanaged Postgres');
    const byName = await run(createMachinesRig(options), 'stop', {
      ...wish,
      selector: selector({ machines: ['db'] }),
    });
    expect(outcomes(byName)).toEqual({ pg1: 'skipped' });
    const byId = await run(createMachinesRig(options), 'stop', {
      ...wish,
      selector: selector({ machines: ['pg1'] }),
    });
    expect(outcomes(byId)).toEqual({ pg1: 'changed' });
  });

  it('does not mind Postgres in an app that was named', async () => {
    const done = await run(createMachinesRig(options), 'stop', { apps: ['my-db'] });
    expect(outcomes(done)).toEqual({ pg1: 'changed' });
  });

  it('lists each app once', async () => {
    const rig = createMachinesRig(options);
    await run(rig, 'stop', wish);
    expect(paths(rig).filter((path) => /\/machines 200$/.test(path))).toEqual([
      'apps/my-app/machines 200',
      'apps/my-db/machines 200',
    ]);
  });

  it('wants more than everything of everything', async () => {
    const rig = createMachinesRig(options);
    for (const apps of [[], ['*'], ['!my-db']]) {
      const error = await thrownBy(run(rig, 'stop', { org: ORG, apps }));
      expect(error).toMatchObject({ class: 'input', message: expect.stringContaining('Narrow it') });
    }
    expect(rig.fly.requests).toEqual([]);
    expect(outcomes(await run(rig, 'stop', { org: ORG, apps: ['*'], limit: 1 }))).toMatchObject({
      web1: 'changed',
    });
  });
});
