import { ActionError } from '../../../../src/errors.js';
import { tokenText } from '../../../../src/macaroon/bundle.js';
import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type Scripted } from '../../../support/fakes/scripted-transport.js';
import { permission } from '../../../support/tokens/tokens.js';
import { CREDENTIAL, exchange, failure, GOOD, INIT, LOCATION, OTHER, TICKET_TEXT } from './exchange-rig.js';

const good = answer(201, { discharge: GOOD });
const refusal = { class: 'third party refused' };

describe('when a third party answers at once', () => {
  it.each([LOCATION, `${LOCATION}/`])(
    'is handed the ticket in one request, nothing else: %s',
    async (location) => {
      const { done, requests, asked } = exchange([good], { location });
      expect((await done).text).toBe(GOOD);
      expect(asked()).toEqual([`POST ${INIT}`]);
      expect(requests[0]).toMatchObject({
        body: JSON.stringify({ ticket: TICKET_TEXT }),
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        maxBytes: 262_144,
      });
      expect(Object.keys(requests[0]?.headers ?? {})).toHaveLength(2);
    },
  );

  it.each<[string, unknown]>([
    ['alone', { discharge: GOOD }],
    ['beside nulls', { discharge: GOOD, poll_url: null, user_interactive: null, error: null }],
    ['beside empty texts', { discharge: GOOD, poll_url: '', error: '' }],
    ['beside what is to come', { discharge: GOOD, user_interactive: {}, v2: { deep: [1] } }],
    ['with a line break', { discharge: `${GOOD}\n` }],
    ['under a scheme', { discharge: `FlyV1 ${GOOD}` }],
  ])('takes the discharge %s', async (_, body) => {
    expect((await exchange([answer(201, body)]).done).text).toBe(GOOD);
  });

  it('is content with any status of success', async () => {
    expect((await exchange([answer(200, { discharge: GOOD })]).done).text).toBe(GOOD);
  });
});

describe('when a third party wants to be polled', () => {
  const wait = answer(202, { error: 'not ready' });

  it.each([
    ['absolute', `${INIT}/poll/abc?x=y`, `${INIT}/poll/abc?x=y`],
    ['from the root', '/poll/abc', 'https://id.example/poll/abc'],
    ['relative to the request', '3p/poll/abc', `${INIT}/poll/abc`],
    ['with the usual port spelled out', 'https://id.example:443/poll', 'https://id.example/poll'],
  ])('asks at a URL that is %s', async (_, poll, url) => {
    const { done, requests, asked } = exchange([answer(201, { poll_url: poll }), good]);
    expect((await done).text).toBe(GOOD);
    expect(asked()).toEqual([`POST ${INIT}`, `GET ${url}`]);
    expect(requests[1]?.body).toBeUndefined();
    expect(requests[1]?.headers).toEqual({ accept: 'application/json' });
  });

  it('doubles its pauses up to a quarter of a minute, whatever the bodies say', async () => {
    const pending = [wait, answer(202, ''), answer(202, '<html>'), answer(202, { discharge: OTHER })];
    const script = [answer(201, { poll_url: '/poll' }), ...pending, wait, wait, good];
    const { done, pauses } = exchange(script);
    expect((await done).text).toBe(GOOD);
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it('goes on past a trouble on the way', async () => {
    const script = [
      answer(201, { poll_url: '/poll' }),
      wait,
      answer(503),
      connectionError('ECONNRESET'),
      good,
    ];
    expect((await exchange(script).done).text).toBe(GOOD);
  });

  it.each<[string, Scripted, object]>([
    [
      'refuses in the end',
      answer(200, { error: 'denied' }),
      { message: `${LOCATION}: it answered 200: denied` },
    ],
    [
      'has forgotten it',
      answer(404, { error: 'not found' }),
      { status: 404, hint: expect.stringContaining('run') },
    ],
    ['has nothing', answer(200, {}), { message: expect.stringContaining('no discharge') }],
    ['wants to be polled elsewhere', answer(200, { poll_url: '/poll2' }), {}],
    ['gives that of another ticket', answer(200, { discharge: OTHER }), {}],
    ['gives a page', answer(200, '<html>'), {}],
  ])('is an error when it %s', async (_, last, error) => {
    const it = exchange([answer(201, { poll_url: '/poll' }), wait, last]);
    expect(await failure(it)).toMatchObject({ ...refusal, ...error });
    expect(it.requests).toHaveLength(3);
  });

  it.each([
    'https://elsewhere.test/poll',
    'http://id.example/poll',
    'https://id.example:8443/poll',
    'https://sub.id.example/poll',
    'https://id.example@elsewhere.test/poll',
    '//elsewhere.test/poll',
    '\\\\elsewhere.test\\poll',
    'javascript:alert(1)',
    'https://',
  ])('does not follow it to another origin: %s', async (poll) => {
    const it = exchange([answer(201, { poll_url: poll })], { credentials: [CREDENTIAL] });
    expect(await failure(it)).toMatchObject({
      ...refusal,
      message: expect.stringContaining('another origin'),
    });
    expect(it.requests).toHaveLength(1);
  });

  it('ends as soon as the signal aborts', async () => {
    const stop = new AbortController();
    const reason = new ActionError('cancelled', 'the job was cancelled');
    const script = [answer(201, { poll_url: '/poll' }), wait, wait, wait];
    const onPause = (ms: number) => (ms === 2_000 ? stop.abort(reason) : undefined);
    const it = exchange(script, { signal: stop.signal, onPause });
    expect(await failure(it)).toBe(reason);
    expect(it.requests).toHaveLength(3);
  });
});

describe('when a third party gives no discharge', () => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each<[string, Scripted, object]>([
    [
      'a refusal',
      answer(403, { error: 'no session' }),
      { status: 403, message: `${LOCATION}: it answered 403: no session` },
    ],
    [
      'a login',
      answer(401, { error: 'log in' }),
      { status: 401, hint: expect.stringContaining('third-party-credentials') },
    ],
    ['a refusal in a success', answer(201, { error: 'no', discharge: GOOD }), { status: 201 }],
    ['a refusal without a word', answer(403, ''), { status: 403, message: `${LOCATION}: it answered 403` }],
    ['a page of a proxy', answer(403, '<html>Forbidden</html>'), { status: 403 }],
    ['a page', answer(200, '<html>Welcome</html>'), { message: expect.stringContaining('not the JSON') }],
    ['nothing', answer(201, ''), { message: expect.stringContaining('not the JSON') }],
    ['an empty object', answer(201, {}), { message: expect.stringContaining('neither') }],
    [
      'empty texts',
      answer(201, { discharge: '', poll_url: '' }),
      { message: expect.stringContaining('neither') },
    ],
    ['null', answer(201, 'null'), {}],
    ['a list', answer(201, '[]'), {}],
    ['a text', answer(201, '"fm2_"'), {}],
    ['a number for a discharge', answer(201, { discharge: 5 }), {}],
    ['half of the JSON', answer(201, '{"discharge":"fm2_'), {}],
    ['nesting without an end', answer(201, nested), {}],
    ['a redirect to nowhere', answer(302), { status: 302 }],
    ['not modified', answer(304), { status: 304 }],
    [
      'a person to log in',
      answer(201, { user_interactive: { user_url: 'https://id.example/u', poll_url: '/p' } }),
      {
        message: expect.stringContaining('a person'),
        hint: expect.stringContaining('`approve: true`'),
      },
    ],
  ])('says what came back: %s', async (_, last, error) => {
    const it = exchange([last]);
    expect(await failure(it)).toMatchObject({ ...refusal, ...error });
    expect(it.requests).toHaveLength(1);
  });

  it.each([
    ['too short', 'fm2_AAAA'],
    ['not base64', 'fm2_????'],
    ['cut off', GOOD.slice(0, -8)],
    ['without a label', GOOD.slice(4)],
    ['under a label that breaks the header', `x\r\nauthorization: Bearer y,_${GOOD.slice(4)}`],
    ['with another beside it', `${GOOD},${GOOD}`],
    ['with an OAuth token beside it', `${GOOD},fo1_abc`],
    ['a permission token', tokenText(permission())],
    ['for another ticket', OTHER],
    ['for this ticket, but long gone mad', `${GOOD.slice(0, 40)}AAAA${GOOD.slice(44)}`],
    ['a token of somebody else', 'ghp_0123456789abcdef0123456789abcdef0123'],
  ])('does not take a discharge that is %s', async (_, discharge) => {
    expect(await failure(exchange([answer(201, { discharge })]))).toMatchObject(refusal);
  });

  it.each([
    `unknown ticket ${TICKET_TEXT}`,
    `unknown ticket ${encodeURIComponent(TICKET_TEXT)}`,
    `{"ticket":"${TICKET_TEXT}"}`,
    `unknown credential ${CREDENTIAL.authorization}`,
    `bad authorization "${CREDENTIAL.authorization.replace('Bearer ', `Bearer ${GOOD}`)}"`,
  ])('does not show a secret that it sends back: %#', async (error) => {
    const it = exchange([answer(400, { error })], { credentials: [CREDENTIAL] });
    expect(await failure(it)).toMatchObject({ ...refusal, message: expect.stringContaining('[…]') });
  });
});

describe('when a third party can not be reached', () => {
  it.each<[string, Scripted[], number[]]>([
    ['reset', [connectionError('ECONNRESET')], [500]],
    ['refused', [connectionError('ECONNREFUSED')], [500]],
    ['down', [answer(503, 'Service Unavailable'), answer(500, 'oops')], [500, 1_000]],
    ['too many', [answer(429, '', { 'retry-after': '7' })], [7_000]],
  ])('asks again: %s', async (_, troubles, waits) => {
    const { done, pauses } = exchange([...troubles, good]);
    expect((await done).text).toBe(GOOD);
    expect(pauses).toEqual(waits);
  });

  it('says whom it tried for half a minute', async () => {
    const reset = connectionError('ECONNRESET');
    const it = exchange(Array.from({ length: 8 }, () => reset));
    expect(await failure(it)).toMatchObject({
      class: 'network',
      message: expect.stringMatching(`^${LOCATION}: .*ECONNRESET`),
      hint: expect.stringContaining('third party'),
    });
  });

  it('says that it is down after half a minute', async () => {
    const down = answer(503, 'Service Unavailable');
    expect(await failure(exchange(Array.from({ length: 8 }, () => down)))).toMatchObject({
      class: 'missing discharge',
      status: 503,
      hint: expect.stringContaining('down'),
    });
  });

  it('says what it answered last where the step’s time is over before that', async () => {
    const stop = new AbortController();
    const it = exchange([answer(503), 'hang'], { signal: stop.signal });
    while (it.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new ActionError('timeout', 'not done within 2 s'));
    expect(await failure(it)).toMatchObject({ class: 'missing discharge', status: 503 });
  });

  it('says that it limits requests where it wants to be left alone for longer', async () => {
    const limited = answer(429, '', { 'retry-after': '3600' });
    expect(await failure(exchange([limited]))).toMatchObject({
      class: 'rate limited',
      status: 429,
      message: expect.stringContaining('it answered 429'),
    });
  });

  it.each([408, 503])('does not take a %d for a refusal', async (status) => {
    const it = exchange([answer(status, '', { 'retry-after': '3600' })]);
    expect(await failure(it)).toMatchObject({ class: 'missing discharge', status });
  });

  it('does not ask again once the signal has aborted', async () => {
    const stop = new AbortController();
    const it = exchange(['hang', good], { signal: stop.signal });
    await Promise.resolve();
    stop.abort(new ActionError('cancelled', 'the job was cancelled'));
    expect(await failure(it)).toMatchObject({ class: 'cancelled', message: 'the job was cancelled' });
    expect(it.requests).toHaveLength(1);
  });
});
