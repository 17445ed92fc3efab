import { attenuate } from '../../../src/macaroon/attenuate.js';
import { parseToken, tokenText } from '../../../src/macaroon/bundle.js';
import { APP, createRig, ID, PATH, parse } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;
const rig = createRig();
const { fly, clock, call } = rig;
const permission = fly.mintToken({ app: APP });
const bundle = fly.dischargeToken(permission);
const [permissionText = '', dischargeText = ''] = bundle.replace('FlyV1 ', '').split(',');
/** This token is valid at another Fly. */
const foreignToken = createRig(undefined, { seed: 8 }).fly.mintToken({ app: APP, thirdParty: false });
const now = () => Math.floor(clock.now() / 1_000);

/** Changes one bit of the tail. */
function tamper(text: string): string {
  const bytes = Buffer.from(text.slice(4), 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return `fm2_${bytes.toString('base64')}`;
}

describe('when a token can be used', () => {
  it.each([
    ['FlyV1', bundle],
    ['bare', `${permissionText},${dischargeText}`],
    ['Bearer around FlyV1, in any case', `bearer flyv1 ${permissionText}, ${dischargeText}`],
    ['discharge first', `FlyV1 ${dischargeText},${permissionText}`],
    ['beside one of another Fly', `FlyV1 ${foreignToken.slice(6)},${bundle.slice(6)}`],
    ['without third party', fly.mintToken({ app: APP, thirdParty: false })],
    ['with two third parties', fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'], withDischarge: true })],
    ['of the whole organization', fly.mintToken({ org: 'my-org', withDischarge: true })],
    ['for reading', fly.mintToken({ app: APP, actions: 'r', withDischarge: true })],
    [
      'narrowed by its holder',
      `FlyV1 ${tokenText(attenuate(parseToken(permissionText).macaroon, [{ name: 'Action', body: 1 }]))},${dischargeText}`,
    ],
  ])('lists machines: %s', async (_, token) => {
    expect(await call('GET', LIST, { token })).toMatchObject({ status: 200 });
  });
});

describe('when no token can be used', () => {
  it.each([
    ['none', ''],
    ['no blank behind the scheme', bundle.replace('FlyV1 ', 'Bearer FlyV1')],
    ['the tail changed', `FlyV1 ${tamper(permissionText)},${dischargeText}`],
    ["the discharge's tail changed", `FlyV1 ${permissionText},${tamper(dischargeText)}`],
    ['minted by another Fly', foreignToken],
    ['no discharge', permission],
    ['a discharge only', `FlyV1 ${dischargeText}`],
    ['a discharge that has ended', fly.mintToken({ app: APP, withDischarge: -60_000 })],
    ['the discharge of another token', `${fly.mintToken({ app: APP })},${dischargeText}`],
    ['one of two discharges', `${fly.mintToken({ app: APP, thirdParty: ['own', 'aaa'] })},${dischargeText}`],
    [
      'a third party that nobody is',
      fly.mintToken({ app: APP, thirdParty: 'https://x.test', withDischarge: true }),
    ],
    ['the token has ended', fly.mintToken({ app: APP, expires: now() - 1, withDischarge: true })],
    ['an OAuth token that nobody has', 'Bearer fo1_nobody'],
    ['no base64', 'FlyV1 fm2_%%%'],
  ])('answers 401: %s', async (_, token) => {
    const answer = await call('GET', LIST, { token });
    expect(answer).toMatchObject({ status: 401, body: '{"error":"Authenticate: token validation error"}' });
    expect(answer.headers['www-authenticate']).toBe('Basic realm="api.machines.dev"');
  });

  it('counts a discharge as ended in the second after its last', async () => {
    const token = fly.mintToken({ app: APP, withDischarge: 600_000 });
    await clock.advance(600_000);
    expect((await call('GET', LIST, { token })).status).toBe(200);
    await clock.advance(1_000);
    expect((await call('GET', LIST, { token })).status).toBe(401);
  });
});

describe('when a valid token forbids the access', () => {
  const readOnly = () => fly.mintToken({ app: APP, actions: 'r', withDischarge: true });
  const ownMachine = { name: 'Machines', body: { machines: new Map([[ID, 0x1f]]) } } as const;

  it.each([
    ['another app', '/v1/apps/other-app/machines', fly.mintToken({ app: APP, withDischarge: true })],
    ["another organization's app", '/v1/apps/foreign-app/machines', fly.mintToken({ withDischarge: true })],
    [
      'listing with one machine',
      LIST,
      fly.mintToken({ app: APP, withDischarge: true, extraCaveats: [ownMachine] }),
    ],
  ])('answers 403: %s', async (_, path, token) => {
    expect(await call('GET', path, { token: fly.dischargeToken(token.split(',')[0] ?? '') })).toMatchObject({
      status: 403,
    });
  });

  it('tells one machine from another', async () => {
    const token = fly.mintToken({ app: APP, withDischarge: true, extraCaveats: [ownMachine] });
    expect((await call('GET', PATH, { token })).status).toBe(200);
    expect((await call('GET', `${LIST}/another`, { token })).status).toBe(403);
  });

  it('answers 404 for an app that there is not', async () => {
    expect((await call('GET', '/v1/apps/nope/machines')).status).toBe(404);
  });

  it('tells the missing action, as 403 or 401', async () => {
    const refused = await call('POST', `${PATH}/stop`, { token: readOnly() });
    expect(refused.status).toBe(403);
    expect(parse<{ error: string }>(refused).error).toContain('unauthorized for access C (C not allowed)');
    fly.settings.missingAction = '401';
    expect((await call('POST', `${PATH}/stop`, { token: readOnly() })).status).toBe(401);
    expect((await call('GET', '/v1/apps/other-app/machines', { token: readOnly() })).status).toBe(403);
    expect(fly.machine(APP, ID).state).toBe('started');
  });

  it('is satisfied by any one token of the bundle', async () => {
    const both = `${readOnly()},${fly.mintToken({ app: APP, actions: 'rC', withDischarge: true }).slice(6)}`;
    expect((await call('POST', `${PATH}/cordon`, { token: both })).status).toBe(200);
  });

  it.each([
    ['lease', 'leaseAction'],
    ['cordon', 'cordonAction'],
  ] as const)('wants the action of the setting: %s', async (action, setting) => {
    const { fly: own, call: ask } = createRig();
    const token = own.mintToken({ app: APP, actions: 'rC', withDischarge: true });
    own.settings[setting] = 'w';
    expect((await ask('POST', `${PATH}/${action}`, { token })).status).toBe(403);
    own.settings[setting] = 'C';
    expect((await ask('POST', `${PATH}/${action}`, { token })).status).toBeLessThan(300);
  });
});

describe('when a part of the token is no macaroon', () => {
  it.each([
    ['ignored', 200],
    ['refused', 401],
  ] as const)('is %s', async (malformedPart, status) => {
    const { fly: own, call: ask } = createRig(undefined, { settings: { malformedPart } });
    const token = `${own.mintToken({ app: APP, withDischarge: true })},fm2_AAAA`;
    expect((await ask('GET', LIST, { token })).status).toBe(status);
  });
});

describe('when a user token is known', () => {
  it('may do everything', async () => {
    fly.userTokens.add('fo1_me');
    expect((await call('GET', '/v1/apps/foreign-app/machines', { token: 'Bearer fo1_me' })).status).toBe(200);
  });
});

describe('when a route is unknown', () => {
  it.each([
    ['GET', '/v1/nope'],
    ['DELETE', `${PATH}/start`],
    ['GET', '/v1/apps//machines'],
  ])('answers in plain text before it looks at the token: %s %s', async (method, path) => {
    expect(await call(method, path, { token: '' })).toMatchObject({
      status: 404,
      body: '404 page not found\n',
    });
  });

  it('tells the regions without a token', async () => {
    const answer = await call('GET', '/v1/platform/regions', { token: '' });
    expect(parse<{ Regions: { code: string }[] }>(answer).Regions.map(({ code }) => code)).toContain('fra');
  });
});
