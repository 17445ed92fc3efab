import { ActionError } from '../../../../src/errors.js';
import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type Scripted } from '../../../support/fakes/scripted-transport.js';
import { exchange, failure, GOOD, INIT, LOCATION } from './exchange-rig.js';

const USER_URL = 'https://login.example/approve?flow=abc';
const person = (urls: object = {}) =>
  answer(201, { user_interactive: { user_url: USER_URL, poll_url: '/poll/1', ...urls } });
const wait = answer(202, { error: 'not ready' });
const good = answer(200, { discharge: GOOD });

function approving(
  script: readonly Scripted[],
  { limit, onPause }: { limit?: AbortSignal; onPause?: () => void } = {},
) {
  const asked: string[] = [];
  const stop = new AbortController();
  const it = exchange(script, {
    ...(limit === undefined ? {} : { signal: limit }),
    ...(onPause === undefined ? {} : { onPause }),
    approval: {
      signal: stop.signal,
      ask: ({ href }, location) => void asked.push(`${href} for ${location}`),
    },
  });
  return { ...it, people: asked, stop };
}

describe('when a third party wants a person, who may be asked', () => {
  it('sends them to its URL and polls until they have approved', async () => {
    const it = approving([person(), wait, wait, good]);
    expect((await it.done).text).toBe(GOOD);
    expect(it.people).toEqual([`${USER_URL} for ${LOCATION}`]);
    const poll = 'GET https://id.example/poll/1';
    expect(it.asked()).toEqual([`POST ${INIT}`, poll, poll, poll]);
    expect(it.pauses).toEqual([1_000, 2_000]);
  });

  it('waits longer than for others, and past a trouble on the way', async () => {
    const limit = new AbortController();
    const trouble = [answer(503), answer(503), answer(502), answer(503)];
    const { done } = approving([person(), wait, ...trouble, good], {
      limit: limit.signal,
      onPause: () => limit.abort(new ActionError('timeout', 'no discharge within 1 min')),
    });
    expect((await done).text).toBe(GOOD);
  });

  it.each<[string, ActionError, object]>([
    [
      'the deadline',
      new ActionError('timeout', 'not done within 5 min'),
      {
        class: 'timeout',
        message: `${LOCATION}: nobody has approved: not done within 5 min`,
        hint: expect.stringContaining('`timeout: 30m`'),
      },
    ],
    ['a cancel', new ActionError('cancelled', 'the job was cancelled'), { class: 'cancelled' }],
  ])('ends with %s', async (_, reason, error) => {
    const it = approving([person(), wait], { onPause: () => it.stop.abort(reason) });
    expect(await failure(it)).toMatchObject(error);
  });

  it('does not blame the person for a connection that is gone', async () => {
    const it = approving([person(), ...Array(5).fill(connectionError('ECONNREFUSED'))]);
    expect(await failure(it)).toMatchObject({
      class: 'network',
      message: expect.not.stringContaining('nobody'),
      hint: expect.stringContaining('out of reach'),
    });
  });

  it('hears that they have refused', async () => {
    const it = approving([person(), answer(200, { error: 'user rejected approval' })]);
    expect(await failure(it)).toMatchObject({
      class: 'third party refused',
      message: `${LOCATION}: it answered 200: user rejected approval`,
    });
  });

  it.each<[string, object]>([
    ['a poll URL elsewhere', { poll_url: 'https://evil.example/poll' }],
    ['no poll URL', { poll_url: undefined }],
    ['no URL for the person', { user_url: undefined }],
    ['a URL that is none', { user_url: 'https://' }],
    ['a URL that others can read along', { user_url: 'http://login.example/' }],
    ['a script', { user_url: 'javascript:alert(1)' }],
    ['another host dressed up', { user_url: 'https://id.example@evil.example/' }],
    ['a URL without an end', { user_url: `https://login.example/${'x'.repeat(2_000)}` }],
    ['a number', { user_url: 5 }],
  ])('asks nobody where there is %s', async (_, urls) => {
    const it = approving([person(urls)]);
    expect(await failure(it)).toMatchObject({ class: 'third party refused' });
    expect(it.people).toEqual([]);
    expect(it.requests).toHaveLength(1);
  });

  it.each(['/login?x=1', 'http://127.0.0.1:8080/login'])('may send them to %s', async (url) => {
    const it = approving([person({ user_url: url }), good]);
    await it.done;
    expect(it.people).toEqual([`${new URL(url, INIT).href} for ${LOCATION}`]);
  });
});
