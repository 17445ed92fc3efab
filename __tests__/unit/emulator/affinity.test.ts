import { APP, createRig, ID, PATH, parse, type Rig } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;

const cookieOf = async ({ call }: Rig, method: string, path: string) =>
  (await call(method, path)).headers['set-cookie'];

describe('the affinity cookie', () => {
  it.each([
    ['all', true, true],
    ['changes', false, true],
    ['reads', true, false],
    ['none', false, false],
  ] as const)('is set on %s, for the path of the app', async (cookies, onReads, onChanges) => {
    const rig = createRig(undefined, { settings: { cookies } });
    const cookie = expect.stringMatching(/^fly_flaps_affinity=[\w-]+; Path=\/v1\/apps\/shop$/);
    for (const path of [LIST, PATH]) {
      expect(await cookieOf(rig, 'GET', path)).toEqual(onReads ? cookie : undefined);
    }
    expect(await cookieOf(rig, 'POST', `${PATH}/stop`)).toEqual(onChanges ? cookie : undefined);
  });

  it('is set by no other address', async () => {
    const rig = createRig();
    expect(await cookieOf(rig, 'GET', '/v1/orgs/my-org/machines')).toBeUndefined();
    expect(await cookieOf(rig, 'GET', '/v1/platform/regions')).toBeUndefined();
  });
});

describe('a read without the cookie', () => {
  const states = async ({ call }: Rig, headers: Record<string, string> = {}) => [
    parse<{ state: string }[]>(await call('GET', LIST, { headers }))[0]?.state,
    parse<{ state: string }>(await call('GET', PATH, { headers })).state,
  ];

  it('knows of no newer writes for a while, and one with it does', async () => {
    const rig = createRig(undefined, { settings: { staleMs: 2_000 } });
    const [cookie = ''] = (await cookieOf(rig, 'POST', `${PATH}/stop`))?.split(';') ?? [];
    await rig.clock.advance(1_000);
    expect(await states(rig)).toEqual(['started', 'started']);
    expect(await states(rig, { cookie: 'fly_flaps_affinity=another' })).toEqual(['started', 'started']);
    expect(await states(rig, { cookie: `a=b; ${cookie}` })).toEqual(['stopped', 'stopped']);
    const { events } = parse<{ events: { type: string }[] }>(await rig.call('GET', PATH));
    expect(events[0]?.type).toBe('start');
    await rig.clock.advance(1_400);
    expect(await states(rig)).toEqual(['stopped', 'stopped']);
  });

  it('tells of checks as they were then', async () => {
    const spec = { id: ID, state: 'stopped', config: { checks: { web: {} } } } as const;
    const rig = createRig([spec], { settings: { staleMs: 1_000, cookies: 'none' } });
    await rig.act('start');
    await rig.clock.advance(2_200);
    await rig.act('stop');
    await rig.clock.advance(300);
    const known = parse<{ state: string; checks: { status: string }[] }>(await rig.call('GET', PATH));
    expect([known.state, known.checks[0]?.status]).toEqual(['started', 'critical']);
    const [listed] = parse<(typeof known)[]>(await rig.call('GET', LIST));
    expect(listed?.checks[0]?.status).toBe('critical');
  });

  it('knows nothing of a machine that is newer still', async () => {
    const rig = createRig([], { settings: { staleMs: 7_300_000 } });
    rig.fly.addMachine(APP, { id: ID });
    expect((await rig.call('GET', PATH)).status).toBe(404);
    expect(parse(await rig.call('GET', LIST))).toEqual([]);
  });

  it('is up to date where nothing else is set', async () => {
    const rig = createRig();
    await rig.act('stop');
    expect(await states(rig)).toEqual(['stopping', 'stopping']);
  });
});
