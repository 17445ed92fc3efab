import { APP, createRig, ID, parse } from './rig.js';

const PATH = '/v1/tokens/authorize';

/** Creates a rig that asks as Fly's own client does: the token in the body, no header. */
function rigWith(settings: Parameters<typeof createRig>[1] = {}) {
  const rig = createRig(undefined, settings);
  const ask = async (header: string, access: object) => {
    const answer = await rig.call('POST', PATH, { token: '', body: { header, access } });
    return {
      status: answer.status,
      ...parse<{ error?: string; access?: object; verified_token?: object }>(answer),
    };
  };
  return {
    ...rig,
    ask,
    token: (actions = '*') => rig.fly.mintToken({ app: APP, actions, withDischarge: true }),
  };
}

describe('when Fly is asked whether a token may do something', () => {
  it('names what it resolved, and the token that allows it', async () => {
    const { ask, token } = rigWith();
    const [permission = ''] = token().replace('FlyV1 fm2_', '').split(',');
    const answer = await ask(`FlyV1 fm2_${permission},${token().split(',')[1]}`, {
      app_name: APP,
      action: 'C',
    });
    expect(answer.status).toBe(400);
    const whole = token();
    expect(await ask(whole, { app_name: APP, action: 'rC' })).toEqual({
      status: 200,
      access: { action: 'rC', orgid: 4001, appid: 1000001 },
      verified_token: {
        permission_token: whole.slice('FlyV1 fm2_'.length).split(',')[0],
        caveats: expect.arrayContaining([{ type: 'Apps', body: { apps: { 1000001: 'rwcdC' } } }]),
      },
    });
  });

  it.each<[string, object, RegExp | undefined]>([
    ['the machine alone', { machine_id: ID, action: 'C' }, undefined],
    [
      'the machine and its app',
      { machine_id: ID, app_name: APP, org_slug: 'my-org', action: 'C' },
      undefined,
    ],
    ['a command', { machine_id: ID, action: 'C', command: ['ls'] }, undefined],
    ['an action that it lacks', { app_name: APP, action: 'w' }, /unauthorized for access w/],
    ['another app', { app_name: 'other-app', action: 'r' }, /unauthorized for app/],
    ['no such app', { app_name: 'nothing', action: 'r' }, /app not found/],
    [
      'an app of another organization',
      { app_name: APP, org_slug: 'foreign-org', action: 'r' },
      /another organization/,
    ],
    ['no such organization', { org_slug: 'nothing', action: 'r' }, /organization not found/],
    ['nothing at all', { action: 'r' }, /organization not found/],
    ['a command without its machine', { app_name: APP, action: 'C', command: ['ls'] }, /without it/],
    [
      'two things of one level',
      { org_slug: 'my-org', app_name: APP, org_feature: 'wg', action: 'r' },
      /two things/,
    ],
  ])('judges by the caveats: %s', async (_, access, refusal) => {
    const { ask, token } = rigWith();
    const { status, error } = await ask(token('rC'), access);
    expect(status).toBe(refusal === undefined ? 200 : 400);
    if (refusal !== undefined) expect(error).toMatch(refusal);
  });

  it.each(['400', '403', '500'] as const)('refuses with %s where that is set', async (authorizeRefusal) => {
    const { ask, token } = rigWith({ settings: { authorizeRefusal } });
    expect((await ask(token('r'), { app_name: APP, action: 'C' })).status).toBe(Number(authorizeRefusal));
  });

  it.each(['', 'no JSON', '[]', '{"header":1}', '{"header":"FlyV1 x"}'])(
    'refuses the body %j',
    async (body) => {
      const { call } = rigWith();
      expect((await call('POST', PATH, { token: '', body })).status).toBe(400);
    },
  );

  it('takes a token that does not verify for none, and an OAuth token for its person', async () => {
    const { ask, fly } = rigWith();
    const access = { app_name: APP, action: 'C' };
    expect(await ask(fly.mintToken({ app: APP }), access)).toEqual({
      status: 400,
      error: 'no verified tokens',
    });
    fly.userTokens.add('fo1_person');
    expect(await ask('Bearer fo1_person', access)).toMatchObject({ status: 200 });
  });
});

describe('when an app is read', () => {
  it.each(['shown', 'absent'] as const)('its numbers are %s', async (appNumbers) => {
    const { call, token } = rigWith({ settings: { appNumbers } });
    const app = parse<{ internal_numeric_id?: number; organization: object }>(
      await call('GET', `/v1/apps/${APP}`, { token: token() }),
    );
    expect(app.internal_numeric_id).toBe(appNumbers === 'shown' ? 1000001 : undefined);
    expect('internal_numeric_id' in app.organization).toBe(appNumbers === 'shown');
  });
});
