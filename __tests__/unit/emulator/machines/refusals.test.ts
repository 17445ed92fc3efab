import type { StartRefusal } from '../../../../emulator/machines/wire/start-refusal.js';
import type { GivenSettings } from '../../../../emulator/settings.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import { APP, createRig, ID, PATH, parse } from '../rig.js';

const rigWith = (spec: object = {}, settings: GivenSettings = {}) =>
  createRig([{ id: ID, ...spec }], { settings });

describe('a start that finds no room, or none that is paid for', () => {
  it.each<[StartRefusal, string]>([
    ['no-capacity', '409 {"error":"aborted: no capacity"}'],
    ['no-capacity-403', '403 {"error":"aborted: no capacity","status":"insufficient_capacity"}'],
    ['no-capacity-503', '503 {"error":"aborted: no capacity","status":"insufficient_capacity"}'],
    ['volume-placement', '412 {"error":"aborted: no capacity","status":"volume_placement_capacity"}'],
    ['no-capacity-200', '200 {"status":"error","message":"aborted: no capacity","previous_state":"stopped"}'],
    ['unpaid-402', '402 {"error":"payment required: please add a payment method"}'],
  ])('is refused as it was seen to be: %s', async (start, answer) => {
    const rig = rigWith({ state: 'stopped', behaviour: { start } }, { capacityText: 'aborted: no capacity' });
    expect(await rig.act('start')).toBe(answer);
    expect(rig.fly.machine(APP, ID).state).toBe('stopped');
  });
});

describe('a change that comes too early', () => {
  const ATTEMPTING = 'machine still attempting to start';

  it.each<[string, object, GivenSettings, string]>([
    [
      'start',
      { state: 'created' },
      { startCreated: 'attempting' },
      `412 {"error":"failed_precondition: ${ATTEMPTING}"}`,
    ],
    [
      'start',
      { state: 'created' },
      { startCreated: 'attempting', activeStatus: '409', activePrefix: 'aborted' },
      `409 {"error":"aborted: ${ATTEMPTING}"}`,
    ],
    [
      'start',
      { state: 'starting' },
      { startOnStarted: 'still-active', activeText: ATTEMPTING },
      `412 {"error":"failed_precondition: ${ATTEMPTING}"}`,
    ],
    [
      'stop',
      { state: 'starting' },
      { stopUnready: 'not-started' },
      '409 {"error":"unable to stop machine, not currently started"}',
    ],
  ])('is refused: %s of %j with %j', async (action, spec, settings, answer) => {
    expect(await rigWith(spec, settings).act(action)).toBe(answer);
  });

  it('starts a created machine that nobody else would', async () => {
    const rig = rigWith({ state: 'created', behaviour: { createdMs: Infinity } }, { startCreated: 'ok' });
    expect(await rig.act('start')).toContain('200 ');
    await rig.clock.advance(1_000);
    expect(rig.fly.machine(APP, ID).state).toBe('started');
  });
});

describe('a command that is cut while it runs', () => {
  const EOF = '412 {"error":"failed_precondition: exec request failed: EOF"}';
  const body = { command: ['sleep', '5'] };

  it('says so where its behaviour does', async () => {
    expect(await rigWith({ behaviour: { execCut: 'EOF' } }).act('exec', { body })).toBe(EOF);
  });

  it.each([
    ['eof', EOF],
    ['killed', expect.stringContaining('200 {"exit_code":-1')],
  ] as const)('by a machine that goes down: %s', async (execCut, answer) => {
    const { fly, clock, act } = rigWith({}, { execCut });
    void clock.sleep(1_000).then(() => {
      fly.machine(APP, ID).state = 'stopping';
    });
    expect(await act('exec', { body })).toEqual(answer);
  });

  it.each([
    ['respected', 409],
    ['ignored', 200],
  ] as const)('or not begun while somebody holds a lease, which is %s', async (execLease, status) => {
    const { call } = rigWith({}, { execLease });
    await call('POST', `${PATH}/lease`, { body: { ttl: 30 } });
    expect((await call('POST', `${PATH}/exec`, { body: { command: ['true'] } })).status).toBe(status);
  });
});

describe('an answer to a wait', () => {
  it.each([
    ['full', ['event_id', 'ok', 'state', 'version']],
    ['state', ['ok', 'state']],
    ['bare', ['ok']],
  ] as const)('is %s', async (waitReply, fields) => {
    const { call } = rigWith({}, { waitReply });
    const answer = parse<object>(await call('GET', `${PATH}/wait?state=started`));
    expect(Object.keys(answer).sort()).toEqual(fields);
  });
});

describe('a token that does not do', () => {
  it.each<[GivenSettings, string, string]>([
    [{}, '401', 'Authenticate: token validation error'],
    [{ unauthenticated: '500' }, '500', 'unauthorized'],
    [
      { missingDischarge: 'named' },
      '401',
      'verify: invalid token: all tokens missing third-party discharge tokens; https://fly.test/aaa',
    ],
  ])('for want of its discharge: %j', async (settings, status, text) => {
    const { fly, call } = rigWith({}, settings);
    const answer = await call('GET', PATH, { token: fly.mintToken({ app: APP }) });
    expect(`${answer.status} ${answer.body}`).toMatch(new RegExp(`^${status} .*${text}`));
  });

  it('may read and change nothing, where changes want another discharge', async () => {
    const { call, act } = rigWith({}, { missingDischarge: 'changes' });
    expect((await call('GET', PATH)).status).toBe(200);
    expect(await act('stop')).toMatch(/^401 .*all tokens missing third-party discharge tokens/);
  });

  it('is for another app', async () => {
    const { fly, call } = rigWith({}, { foreignAccess: 'unauthorized' });
    const token = fly.mintToken({ app: 'other-app', withDischarge: true });
    const { status, body } = await call('GET', PATH, { token });
    expect(`${status} ${body}`).toBe('403 {"error":"unauthorized"}');
  });
});

describe('what a token is for', () => {
  it('is told: its organization, and its apps where it is confined to some', async () => {
    const { fly, call } = rigWith();
    const told = async (token?: string) => (await call('GET', '/v1/tokens/current', { token })).body;
    expect(JSON.parse(await told())).toEqual({
      tokens: [{ token_id: expect.any(String), organization: 'my-org', org_slug: 'my-org', apps: [APP] }],
    });
    const whole = fly.mintToken({ withDischarge: true });
    expect(JSON.parse(await told(whole))).toEqual({
      tokens: [{ token_id: expect.any(String), organization: 'my-org', org_slug: 'my-org' }],
    });
    expect(await told('FlyV1 fm2_nothing')).toContain('token validation error');
  });

  it('says from which machine alone it may be used', async () => {
    const { fly, call } = rigWith();
    const source: Caveat = { name: 'FromMachineSource', body: { id: ID } };
    const token = fly.mintToken({ app: APP, withDischarge: true, extraCaveats: [source] });
    const [told] = parse<{ tokens: object[] }>(await call('GET', '/v1/tokens/current', { token })).tokens;
    expect(told).toMatchObject({ apps: [APP], restricted_to_machine: ID });
  });

  it.each([
    ['shown', 200],
    ['forbidden', 403],
    ['unauthorized', 401],
    ['unknown', 404],
  ] as const)(
    'is %s to one that is confined to apps, and told to any other',
    async (currentToken, status) => {
      const { fly, call } = rigWith({}, { currentToken });
      expect((await call('GET', '/v1/tokens/current')).status).toBe(status);
      const token = fly.mintToken({ withDischarge: true });
      expect((await call('GET', '/v1/tokens/current', { token })).status).toBe(200);
    },
  );
});
