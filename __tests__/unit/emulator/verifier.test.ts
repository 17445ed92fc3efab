import { createVerifier } from '../../../emulator/access/verifier.js';
import { seededRandom } from '../../../emulator/random.js';
import { tokenText } from '../../../src/macaroon/bundle.js';
import { PERMISSION_LOCATION } from '../../../src/macaroon/macaroon.js';
import { mint } from '../../../src/macaroon/mint.js';
import { APP, createRig } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;
const AAA = 'https://fly.test/aaa/v1';

describe('when a header comes again', () => {
  const random = seededRandom(4);
  const keys = { kid: random(16), root: random(32), aaa: random(32) };
  const header = () => {
    const nonce = { kid: keys.kid, rnd: random(16), proof: false };
    return `FlyV1 ${tokenText(mint({ nonce, location: PERMISSION_LOCATION, key: keys.root, caveats: [] }))}`;
  };

  it('is not verified again, unless the authentication service has moved', () => {
    const verify = createVerifier(keys);
    const one = header();
    const first = verify(one, AAA);
    expect(first.permissions).toHaveLength(1);
    expect(verify(one, AAA)).toBe(first);
    const moved = verify(one, 'https://elsewhere.test/aaa/v1');
    expect(moved).not.toBe(first);
    expect(moved).toEqual(first);
  });

  it('is forgotten after many others', () => {
    const verify = createVerifier(keys);
    const one = header();
    const first = verify(one, AAA);
    for (let count = 0; count < 63; count += 1) verify(`FlyV1 ${count}`, AAA);
    expect(verify(one, AAA)).toBe(first);
    verify('FlyV1 another', AAA);
    expect(verify(one, AAA)).not.toBe(first);
  });

  it('holds no longer than its tokens, and no sooner', async () => {
    const { fly, clock, call } = createRig();
    const token = fly.mintToken({ app: APP, withDischarge: 60_000 });
    const later = fly.dischargeToken(fly.mintToken({ app: APP }));
    expect(await call('GET', LIST, { token })).toMatchObject({ status: 200 });
    await clock.advance(61_000);
    expect(await call('GET', LIST, { token })).toMatchObject({ status: 401 });
    await clock.advance(-61_000 - 5_000);
    expect(await call('GET', LIST, { token: later })).toMatchObject({ status: 401 });
    await clock.advance(5_000);
    expect(await call('GET', LIST, { token: later })).toMatchObject({ status: 200 });
  });

  it('is judged by the settings and users of its time', async () => {
    const { fly, call } = createRig();
    const token = `${fly.mintToken({ app: APP, withDischarge: true })},nonsense`;
    const statuses: number[] = [];
    for (const malformedPart of ['ignored', 'refused', 'ignored'] as const) {
      fly.settings.malformedPart = malformedPart;
      statuses.push((await call('GET', LIST, { token })).status);
    }
    expect(statuses).toEqual([200, 401, 200]);
    const user = 'Bearer fo1_somebody';
    expect((await call('GET', LIST, { token: user })).status).toBe(401);
    fly.userTokens.add('fo1_somebody');
    expect((await call('GET', LIST, { token: user })).status).toBe(200);
  });
});
