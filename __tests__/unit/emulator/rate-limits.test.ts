import type { GivenSettings } from '../../../emulator/settings.js';
import { APP, createRig, ID, PATH } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;
const limited = (settings: GivenSettings = {}) =>
  createRig([{ id: ID }, { id: 'second' }], { settings: { rateLimits: true, ...settings } });

async function statuses(times: number, send: () => Promise<{ status: number }>): Promise<number[]> {
  const got: number[] = [];
  for (let i = 0; i < times; i += 1) got.push((await send()).status);
  return got;
}

describe('when requests come too fast', () => {
  it('takes three of an action at once, then one a second', async () => {
    const { clock, call } = limited();
    const send = () => call('POST', `${PATH}/cordon`);
    expect(await statuses(5, send)).toEqual([200, 200, 200, 429, 429]);
    await clock.advance(1_000);
    expect(await statuses(2, send)).toEqual([200, 429]);
    await clock.advance(60_000);
    expect(await statuses(4, send)).toEqual([200, 200, 200, 429]);
  });

  it('takes ten reads of a machine at once, then five a second', async () => {
    const { clock, call } = limited();
    const send = () => call('GET', PATH);
    expect((await statuses(12, send)).filter((status) => status === 200)).toHaveLength(10);
    await clock.advance(1_000);
    expect((await statuses(7, send)).filter((status) => status === 200)).toHaveLength(5);
  });

  it('counts each action and each machine by itself', async () => {
    const { call } = limited();
    await statuses(4, () => call('POST', `${PATH}/cordon`));
    expect((await call('POST', `${PATH}/uncordon`)).status).toBe(200);
    expect((await call('POST', `${LIST}/second/cordon`)).status).toBe(200);
  });

  it.each([
    [0, undefined],
    [7, '7'],
  ])('says when to come back only where it is set: %i', async (retryAfterS, header) => {
    const { call } = limited({ retryAfterS });
    await statuses(3, () => call('GET', LIST));
    const refused = await call('GET', LIST);
    expect(refused).toMatchObject({ status: 429, body: '{"error":"rate limit exceeded"}' });
    expect(refused.headers['retry-after']).toBe(header);
  });

  it.each([
    ['app', 429],
    ['token', 200],
  ] as const)('counts lists by %s', async (listLimit, status) => {
    const { fly, call } = limited({ listLimit });
    await statuses(3, () => call('GET', LIST));
    const token = fly.mintToken({ app: APP, withDischarge: true });
    expect((await call('GET', LIST, { token })).status).toBe(status);
  });

  it('lets everything through where it is off', async () => {
    const { call } = limited({ rateLimits: false });
    expect(new Set(await statuses(20, () => call('GET', LIST)))).toEqual(new Set([200]));
  });
});
