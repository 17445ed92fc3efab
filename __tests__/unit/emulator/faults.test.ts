import type { FaultRule } from '../../../emulator/faults.js';
import { APP, createRig, ID, PATH } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;

async function outcomes(
  faults: readonly FaultRule[],
  times: number,
  path = LIST,
): Promise<(string | number)[]> {
  const { reply } = createRig(undefined, { faults });
  const got: (string | number)[] = [];
  for (let i = 0; i < times; i += 1) {
    const answer = await reply('GET', path);
    got.push('fault' in answer ? answer.fault : answer.status);
  }
  return got;
}

describe('when a rule says which requests fail', () => {
  it.each<[string, readonly FaultRule[], (string | number)[]]>([
    ['all', [{ fault: 'cut' }], ['cut', 'cut', 'cut', 'cut']],
    ['another method', [{ method: 'POST', fault: 'cut' }], [200, 200, 200, 200]],
    ['a prefix', [{ path: LIST, times: 1, fault: 'reset' }], ['reset', 200, 200, 200]],
    ['another prefix', [{ path: '/aaa/', fault: 'reset' }], [200, 200, 200, 200]],
    ['a pattern', [{ path: /machines$/g, from: 2, times: 2, fault: 'hang' }], [200, 'hang', 'hang', 200]],
    ['a status', [{ from: 3, fault: { status: 503 } }], [200, 200, 503, 503]],
    [
      'the first rule that applies',
      [
        { times: 1, fault: 'drip' },
        { times: 2, fault: { status: 500 } },
      ],
      ['drip', 500, 200, 200],
    ],
  ])('%s', async (_, faults, expected) => {
    expect(await outcomes(faults, 4)).toEqual(expected);
  });

  it('takes rules in while it runs', async () => {
    const { fly, reply } = createRig();
    expect(await reply('GET', LIST)).toMatchObject({ status: 200 });
    fly.faults.push({ fault: { status: 502, body: { error: 'bad gateway' }, headers: { 'x-proxy': '1' } } });
    expect(await reply('GET', LIST)).toMatchObject({
      status: 502,
      body: '{"error":"bad gateway"}',
      headers: { 'x-proxy': '1', 'content-type': 'application/json' },
    });
    fly.faults.length = 0;
    expect(await reply('GET', LIST)).toMatchObject({ status: 200 });
  });

  it('answers with a page where JSON was due', async () => {
    const { call } = createRig(undefined, { faults: [{ fault: 'garbage' }] });
    expect((await call('GET', LIST)).body).toMatch(/^<!doctype html>/);
  });
});

describe('when an answer is lost', () => {
  it.each([
    [true, 'stopping'],
    [false, 'started'],
  ])('the request took effect: %s', async (afterEffect, state) => {
    const { fly, reply } = createRig(undefined, { faults: [{ method: 'POST', fault: 'cut', afterEffect }] });
    expect(await reply('POST', `${PATH}/stop`)).toMatchObject({ fault: 'cut' });
    expect(fly.machine(APP, ID).state).toBe(state);
    expect(fly.requests).toMatchObject([{ method: 'POST', fault: 'cut' }]);
  });
});
