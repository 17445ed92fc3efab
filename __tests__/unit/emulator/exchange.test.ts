import type { Exchange } from '../../../emulator/exchange.js';
import type { FlyRequest } from '../../../emulator/http.js';
import { APP, createRig, ID, PATH } from './rig.js';

const LIST = `/v1/apps/${APP}/machines`;

/** A rig whose exchanges are kept. */
function watched(options: Parameters<typeof createRig>[1] = {}) {
  const exchanges: Exchange[] = [];
  const rig = createRig([{ id: ID }], { ...options, onExchange: (it) => exchanges.push(it) });
  return { ...rig, exchanges, last: () => exchanges.at(-1) };
}

describe('when a function says which requests fail', () => {
  it('fails those alone, and the rules count the others', async () => {
    const { reply } = createRig(undefined, {
      faultOf: ({ method }) => (method === 'POST' ? { fault: 'reset' } : undefined),
      faults: [{ from: 2, fault: { status: 503 } }],
    });
    expect(await reply('GET', LIST)).toMatchObject({ status: 200 });
    expect(await reply('POST', `${PATH}/stop`)).toMatchObject({ fault: 'reset' });
    expect(await reply('GET', LIST)).toMatchObject({ status: 503 });
  });

  it.each([
    [true, 'stopping'],
    [false, 'started'],
  ])('lets a request take effect first: %s', async (afterEffect, state) => {
    const { fly, reply } = createRig(undefined, { faultOf: () => ({ fault: 'cut', afterEffect }) });
    await reply('POST', `${PATH}/stop`);
    expect(fly.machine(APP, ID).state).toBe(state);
  });

  it('tells senders apart, whose answers are the same', async () => {
    const { fly, clock } = createRig(undefined, {
      faultOf: ({ by }) => (by === 'step 2' ? { fault: 'hang' } : undefined),
    });
    const authorization = fly.mintToken({ app: APP, withDischarge: true });
    const request: FlyRequest = { method: 'GET', path: LIST, headers: { authorization }, body: '' };
    const send = (by: string) => clock.run(fly.handle({ ...request, by }));
    expect(await send('step 2')).toMatchObject({ fault: 'hang' });
    const [one, two] = [await send('step 1'), await clock.run(fly.handle(request))];
    expect(one).toMatchObject({ status: 200, body: 'body' in two ? two.body : '' });
  });
});

describe('when somebody listens to exchanges', () => {
  it('tells him what the world answered beside the reply', async () => {
    const { reply, last, clock } = watched({
      settings: { latencyMs: 30 },
      faultOf: ({ method }) =>
        method === 'POST' ? { fault: { status: 500 }, afterEffect: true } : undefined,
    });
    const at = clock.now();
    const got = await reply('POST', `${PATH}/stop`);
    expect(got).toMatchObject({ status: 500 });
    expect(last()).toEqual({
      request: expect.objectContaining({ method: 'POST', path: `${PATH}/stop` }),
      at,
      answer: expect.objectContaining({ status: 200, body: '{"ok":true}' }),
      reply: got,
      endedAt: at + 30,
    });
    const read = await reply('GET', LIST);
    expect(last()).toMatchObject({ answer: { body: 'body' in read ? read.body : '' }, reply: read });
  });

  it('tells him of a request that never arrived', async () => {
    const { reply, last } = watched({ faults: [{ fault: 'reset' }] });
    await reply('GET', LIST);
    expect(last()).toMatchObject({ answer: undefined, reply: { fault: 'reset' } });
    expect(last()).not.toHaveProperty('leftEarly');
  });

  it.each([
    ['before the answer', {}, `${PATH}/wait?state=stopped`, [undefined, true]],
    ['after it', { latencyMs: 60_000 }, LIST, [200, undefined]],
  ])('tells him of a client that left %s', async (_, settings, path, expected) => {
    const { fly, clock, last } = watched({ settings });
    const gone = new AbortController();
    const authorization = fly.mintToken({ app: APP, withDischarge: true });
    const request: FlyRequest = { method: 'GET', path, headers: { authorization }, body: '', by: 'me' };
    const answering = fly.handle(request, gone.signal);
    await clock.advance(1_000);
    gone.abort();
    expect(await clock.run(answering)).toMatchObject({ fault: 'reset' });
    expect(last()).toMatchObject({ reply: { fault: 'reset' } });
    expect(last()?.request).toBe(request);
    expect([last()?.answer?.status, last()?.leftEarly]).toEqual(expected);
  });
});
