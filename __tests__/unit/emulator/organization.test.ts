import type { GivenSettings } from '../../../emulator/settings.js';
import { APP, createRig, parse } from './rig.js';

const APPS = '/v1/apps?org_slug=my-org';
const MACHINES = '/v1/orgs/my-org/machines';
const MINUTE = 60_000;

/** Creates four machines, with `d` updated last, and `other` in another app. */
function rigWith(settings: GivenSettings = {}) {
  const rig = createRig(
    [
      { id: 'c', sinceMs: 3 * MINUTE, region: 'ams' },
      { id: 'a', sinceMs: 3 * MINUTE, state: 'stopped' },
      { id: 'b', sinceMs: 2 * MINUTE, state: 'suspended' },
      { id: 'd', sinceMs: MINUTE },
      { id: 'gone', sinceMs: 5 * MINUTE, state: 'destroyed' },
    ],
    { settings },
  );
  const org = rig.fly.mintToken({ org: 'my-org', withDischarge: 86_400_000 });
  const get = async (path: string, token = org) => await rig.call('GET', path, { token });
  return { ...rig, get, own: rig.fly.mintToken({ app: APP, withDischarge: true }) };
}

interface Page {
  readonly machines: { readonly id: string; readonly [name: string]: unknown }[] | null;
  readonly next_cursor?: string;
  readonly error_regions?: string[] | null;
}

/** Collects the ids of every page, until there is no cursor. */
async function pages({ get }: ReturnType<typeof rigWith>, query = '?'): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = parse<Page>(await get(`${MACHINES}${query}&cursor=${cursor}`));
    seen.push((page.machines ?? []).map(({ id }) => id).join(' '));
    cursor = page.next_cursor ?? '';
  } while (cursor !== '');
  return seen;
}

describe("when an organization's apps are listed", () => {
  it('shows them with the number of their machines', async () => {
    const { get } = rigWith();
    expect(parse(await get(APPS))).toEqual({
      total_apps: 2,
      apps: [
        {
          id: expect.any(String),
          name: APP,
          status: 'deployed',
          machine_count: 4,
          volume_count: 0,
          network: 'default',
          organization: { name: 'my-org', slug: 'my-org', internal_numeric_id: 4001 },
          internal_numeric_id: 1000001,
        },
        expect.objectContaining({ name: 'other-app', machine_count: 1 }),
      ],
    });
  });

  it.each(['/v1/apps', '/v1/apps?org_slug='])(
    'is not there without the slug, whatever the token: %s',
    async (path) => {
      expect(await rigWith().get(path, '')).toMatchObject({ status: 404, body: '404 page not found\n' });
    },
  );

  it('gives a token of one app its own, where it is told so', async () => {
    const { fly, get, own } = rigWith();
    expect((await get(APPS, own)).status).toBe(403);
    fly.settings.appsOfOrg = 'own';
    expect(parse(await get(APPS, own))).toMatchObject({ total_apps: 1, apps: [{ name: APP }] });
    expect((await get('/v1/apps?org_slug=foreign-org', own)).status).toBe(403);
  });
});

describe.each([APPS, MACHINES])('when a token asks for an organization that it may not read: %s', (path) => {
  it.each([
    ['no token', 'my-org', '', 401],
    ['another', 'foreign-org', undefined, 403],
    ['none of that name', 'nope', undefined, 404],
  ] as const)('%s', async (_, slug, token, status) => {
    expect((await rigWith().get(path.replace('my-org', slug), token)).status).toBe(status);
  });

  it('is counted by organization: three at once, then one a second', async () => {
    const { get, clock } = rigWith({ rateLimits: true });
    const statuses = async (times: number) => {
      const got: number[] = [];
      while (got.length < times) got.push((await get(path)).status);
      return got;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    await clock.advance(1_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });
});

describe("when an organization's machines are listed", () => {
  it('shows little of each', async () => {
    const { get, fly } = rigWith();
    const { machines } = parse<Page>(await get(`${MACHINES}?state=suspended`));
    const { config, instanceId, name, privateIp } = fly.machine(APP, 'b');
    expect(machines).toEqual([
      {
        app_name: APP,
        id: 'b',
        name,
        state: 'suspended',
        region: 'fra',
        version: instanceId,
        private_ip: privateIp,
        created_at: '2025-01-15T10:58:00Z',
        updated_at: '2025-01-15T11:58:00Z',
        config: { image: config.image, guest: config.guest, metadata: config.metadata },
      },
    ]);
    const [summary] = parse<Page>(await get(`${MACHINES}?state=suspended&summary=true`)).machines ?? [];
    expect(summary).not.toHaveProperty('config');
  });

  it.each([
    ['', 'other a c b d'],
    ['?include_deleted=true', 'other gone a c b d'],
    ['?region=ams', 'c'],
    ['?state=stopped,suspended', 'a b'],
    ['?updated_after=2025-01-15T11:57:00Z', 'b d'],
    ['?limit=2', 'other a'],
  ])('shows those that are asked for, oldest update first: "%s"', async (query, ids) => {
    expect(
      parse<Page>(await rigWith().get(`${MACHINES}${query}`))
        .machines?.map(({ id }) => id)
        .join(' '),
    ).toBe(ids);
  });

  it.each<[string, GivenSettings, string, string[]]>([
    ['one', {}, '?', ['other a c b d']],
    ['as asked', {}, '?limit=2', ['other a', 'c b', 'd']],
    ['as short as it likes', { orgPage: 2 }, '?limit=1000', ['other a', 'c b', 'd']],
    ['some empty', { orgPage: 3, orgEmptyPages: true }, '?', ['other a c', '', 'b d']],
    ['the cursor before the time', { orgPage: 2 }, '?updated_after=2025-01-15T11:56:59Z', ['a c', 'b d']],
  ])('comes in pages: %s', async (_, settings, query, expected) => {
    expect(await pages(rigWith(settings), query)).toEqual(expected);
  });

  it('shows a machine again that changes between two pages', async () => {
    const rig = rigWith({ orgPage: 3 });
    const { next_cursor: cursor } = parse<Page>(await rig.get(MACHINES));
    await rig.call('POST', `/v1/apps/${APP}/machines/a/start`);
    const { machines } = parse<Page>(await rig.get(`${MACHINES}?cursor=${cursor}`));
    expect(machines).toMatchObject([{ id: 'b' }, { id: 'd' }, { id: 'a', state: 'starting' }]);
  });

  it.each([
    ['shown', { next_cursor: '', error_regions: [], machines: [] }],
    ['absent', { machines: [] }],
    ['null', { next_cursor: '', error_regions: null, machines: null }],
  ] as const)('leaves empty fields %s', async (orgZeros, expected) => {
    const page = parse<Page>(await rigWith({ orgZeros }).get(`${MACHINES}?region=nrt`));
    expect(page).toMatchObject(expected);
    expect(Object.hasOwn(page, 'next_cursor')).toBe(orgZeros !== 'absent');
  });

  it('names the regions that it could not read', async () => {
    const { get } = rigWith({ orgErrorRegions: 'ams, nrt' });
    expect(parse<Page>(await get(`${MACHINES}?state=started`))).toMatchObject({
      machines: [{ id: 'other' }, { id: 'd' }],
      error_regions: ['ams', 'nrt'],
    });
    expect(parse<Page>(await get(`${MACHINES}?region=fra`)).error_regions).toEqual([]);
  });

  it('shows changes late where it is told so', async () => {
    const rig = rigWith({ orgLagMs: 5_000 });
    await rig.call('POST', `/v1/apps/${APP}/machines/d/stop`);
    rig.fly.addMachine(APP, { id: 'new', sinceMs: 0 });
    const newest = async () => parse<Page>(await rig.get(MACHINES)).machines?.slice(-2);
    expect(await newest()).toMatchObject([{ id: 'b' }, { id: 'd', state: 'started' }]);
    await rig.clock.advance(5_000);
    expect(await newest()).toMatchObject([{ id: 'd', state: 'stopping' }, { id: 'new' }]);
    await rig.clock.advance(400);
    expect(await newest()).toMatchObject([{ id: 'new' }, { id: 'd', state: 'stopped' }]);
  });

  it('is for tokens of the whole organization, unless it is told so', async () => {
    const { fly, get, own } = rigWith();
    expect((await get(MACHINES, own)).status).toBe(403);
    fly.settings.orgMachines = 'allowed';
    const { machines } = parse<Page>(await get(MACHINES, own));
    expect(machines?.map(({ id }) => id)).toEqual(['a', 'c', 'b', 'd']);
  });

  it.each(['limit=0', 'limit=x', 'cursor=x', 'cursor=W10', 'updated_after=yesterday'])(
    'refuses %s',
    async (query) => {
      expect((await rigWith().get(`${MACHINES}?${query}`)).status).toBe(400);
    },
  );
});
