import { GONE_TEXTS } from '../../../../emulator/machines/wire/gone.js';
import { APP, createRig, ID, PATH, parse, type Rig } from '../rig.js';

const LIST = `/v1/apps/${APP}/machines`;

const listed = async ({ call }: Rig, query = '') =>
  parse<{ id: string }[]>(await call('GET', LIST + query)).map(({ id }) => id);
const statusOf = async ({ call }: Rig, path = PATH) => (await call('GET', path)).status;

describe('where there is no such machine', () => {
  it.each(GONE_TEXTS)('says so as it was seen to: %s', async (goneText) => {
    const { call, act } = createRig([{ id: 'old', state: 'destroyed', sinceMs: 120_000 }], {
      settings: { goneText },
    });
    const told = (id: string) =>
      `${goneText.slice(0, 3)} {"error":"${goneText.slice(4).replace(/ID('?)$/, `${id}$1`)}"}`;
    expect(await act('stop')).toBe(told(ID));
    const { status, body } = await call('GET', `${LIST}/old`);
    expect(`${status} ${body}`).toBe(told('old'));
  });
});

describe('when a machine that is listed is not to be seen', () => {
  it('answers 404 for a while after the first list', async () => {
    const rig = createRig(undefined, { settings: { unseenMs: 1_500 } });
    expect(await statusOf(rig)).toBe(200);
    expect(await listed(rig)).toEqual([ID]);
    expect(await rig.act('stop')).toContain('404 ');
    await rig.clock.advance(1_000);
    expect(await listed(rig)).toEqual([ID]);
    expect(await statusOf(rig)).toBe(404);
    await rig.clock.advance(500);
    expect(await statusOf(rig)).toBe(200);
  });

  it('answers 404 so many times, for one machine where it says so itself', async () => {
    const rig = createRig([{ id: ID, behaviour: { unseenTimes: 2 } }, { id: 'b' }], {
      settings: { unseenTimes: 1 },
    });
    await listed(rig);
    const seen = async (path: string) => [await statusOf(rig, path), await statusOf(rig, path)];
    expect([...(await seen(PATH)), await statusOf(rig)]).toEqual([404, 404, 200]);
    expect(await seen(`${LIST}/b`)).toEqual([404, 200]);
  });
});

describe('when a list shows too little', () => {
  const MACHINES = [
    { id: 'a', region: 'fra' },
    { id: 'b', region: 'ams' },
    { id: 'c', region: 'fra' },
  ];

  it.each([
    ['nothing', []],
    ['one-region', ['a', 'c']],
  ] as const)('shows %s for a while, and the app counts them all', async (listShows, shown) => {
    const rig = createRig(MACHINES, { settings: { listShows, listLieMs: 5_000 } });
    expect(await listed(rig)).toEqual(shown);
    expect(parse(await rig.call('GET', `/v1/apps/${APP}`))).toMatchObject({ machine_count: 3 });
    expect(await statusOf(rig, `${LIST}/b`)).toBe(200);
    await rig.clock.advance(5_000);
    expect(await listed(rig)).toEqual(['a', 'b', 'c']);
  });

  it('shows it so many times', async () => {
    const rig = createRig(MACHINES, { settings: { listShows: 'nothing', listLieTimes: 2 } });
    expect([await listed(rig), await listed(rig), await listed(rig)]).toEqual([[], [], ['a', 'b', 'c']]);
  });
});

describe('what a list shows of machines that have gone or are going', () => {
  const STATES = ['destroying', 'destroyed', 'replaced', 'migrated', 'launch_failed'] as const;

  it.each([
    ['hidden', STATES.filter((it) => it !== 'destroyed')],
    ['shown', [...STATES]],
  ] as const)('is all but the destroyed ones, which are %s', async (listDestroyed, shown) => {
    const machines = STATES.map((state) => ({ id: state, state, sinceMs: 0 }));
    expect(await listed(createRig(machines, { settings: { listDestroyed } }))).toEqual(shown);
  });
});

describe('what is left of a machine', () => {
  it('is an id with times of 1970 where its behaviour says so', async () => {
    const { call } = createRig([{ id: ID, behaviour: { zombie: true } }]);
    const shown = parse(await call('GET', PATH));
    expect(shown).toMatchObject({ id: ID, created_at: '1970-01-01T00:00:00Z', events: null });
    expect(shown).not.toHaveProperty('config');
  });
});

describe('what is told of containers and checks', () => {
  const config = { containers: [{ name: 'web', healthchecks: [{}] }, { name: 'logs' }] };

  it.each([
    [undefined, ['web started', 'logs started'], ['web healthy', 'logs started']],
    [{ web: 'unhealthy' }, ['web unhealthy', 'logs started'], ['web unhealthy', 'logs started']],
    ['unreported', undefined, undefined],
  ] as const)('is each with its state: %j', async (containers, first, then) => {
    const behaviour = containers === undefined ? {} : { containers };
    const rig = createRig([{ id: ID, state: 'stopped', config, behaviour }]);
    const told = async () =>
      parse<{ containers?: { name: string; state: string }[] }>(await rig.call('GET', PATH)).containers?.map(
        ({ name, state }) => `${name} ${state}`,
      );
    expect(await told()).toBeUndefined();
    await rig.act('start');
    await rig.clock.advance(900);
    expect(await told()).toEqual(first);
    await rig.clock.advance(2_000);
    expect(await told()).toEqual(then);
  });

  it('has checks that nobody configured', async () => {
    const behaviour = { reports: ['probe'], checksPassMs: Number.POSITIVE_INFINITY };
    const { call } = createRig([{ id: ID, behaviour }]);
    expect(parse(await call('GET', PATH))).toMatchObject({
      checks: [{ name: 'probe', status: 'critical' }],
    });
  });
});
