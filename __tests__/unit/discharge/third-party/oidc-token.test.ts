import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { fetchOidcToken, oidcSource } from '../../../../src/discharge/third-party/oidc-token.js';
import { ActionError } from '../../../../src/errors.js';
import { caught } from '../../../support/caught.js';
import { connectionError } from '../../../support/fakes/fly-transport.js';
import { answer, type Scripted, scripted } from '../../../support/fakes/scripted-transport.js';

const REQUEST_TOKEN = 'request-token-of-the-job-0123456789';
const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJhdWQiOiJ4In0'.repeat(2)}.c2lnbmF0dXJl_-`;
const ENV = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://vstoken.example/_apis/token?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
};
const AUDIENCE = 'https://id.example/v1?a=b&c=ü d';
const good = answer(200, { count: 1, value: JWT });

function asking(script: readonly Scripted[], env: Readonly<Record<string, string>> = ENV) {
  const clock = createVirtualClock();
  const start = clock.now();
  const { transport, requests } = scripted(...script);
  const told: string[] = [];
  const tools = { transport, clock, jitter: () => 1, source: oidcSource(env) };
  const stop = new AbortController();
  const onSecret = (text: string) => void told.push(`${requests.length} ${text}`);
  const done = clock.run(fetchOidcToken({ ...tools, onSecret }, AUDIENCE, stop.signal));
  done.catch(() => undefined);
  return { done, requests, told, stop, took: () => clock.now() - start };
}

describe("when GitHub is asked for the job's OIDC token", () => {
  it('hands it out for the audience, and tells of both secrets before they are used', async () => {
    const { done, requests, told } = asking([good]);
    expect(await done).toBe(JWT);
    expect(requests).toMatchObject([
      { method: 'GET', headers: { authorization: `bearer ${REQUEST_TOKEN}`, accept: 'application/json' } },
    ]);
    const url = requests[0]?.url;
    expect(url?.origin).toBe('https://vstoken.example');
    expect([...(url?.searchParams ?? [])]).toEqual([
      ['api-version', '2.0'],
      ['audience', AUDIENCE],
    ]);
    expect(told).toEqual([`0 ${REQUEST_TOKEN}`, `1 ${JWT}`]);
  });

  it.each<[string, readonly Scripted[], number]>([
    ['an error of its own', [answer(503), answer(502), good], 1_500],
    ['a broken connection', [connectionError('ECONNRESET'), good], 500],
    ['no answer', ['hang', good], 10_500],
    ['an empty value', [answer(200, { value: '' }), good], 500],
    ['too many requests', [answer(429, '', { 'retry-after': '7' }), good], 7_000],
  ])('is asked again after %s', async (_, script, took) => {
    const it = asking(script);
    expect(await it.done).toBe(JWT);
    expect(it.took()).toBe(took);
  });

  it.each<[string, Scripted, RegExp, RegExp]>([
    ['401', answer(401, { message: REQUEST_TOKEN }), /it answered 401$/, /id-token: write/],
    ['403', answer(403, `no: ${REQUEST_TOKEN}`), /it answered 403$/, /id-token: write/],
    [
      'a redirect',
      answer(302, '', { location: 'https://evil.example/' }),
      /it answered 302$/,
      /githubstatus/,
    ],
  ])('says what came back, once and without a secret: %s', async (_, last, message, hint) => {
    const { done, requests } = asking([last]);
    const error = await caught(done);
    expect(error).toMatchObject({
      class: 'missing discharge',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(JSON.stringify([String(error), error])).not.toMatch(/request-token|eyJ/);
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Scripted]>([
    ['an empty value', answer(200, { value: '' })],
    ['no JSON', answer(200, '<html>')],
    ['nothing', answer(200, '')],
    ['no value', answer(200, {})],
    ['a value that breaks the header', answer(200, { value: `${JWT}\r\nx: y` })],
    ['another type', answer(200, { value: 5 })],
  ])('says that the answers hold none after half a minute of them, without a secret: %s', async (_, last) => {
    const { done, requests } = asking(Array(8).fill(last));
    const error = await caught(done);
    expect(error).toMatchObject({
      class: 'missing discharge',
      message: expect.stringMatching(/its answer \(200\) holds none$/),
      hint: expect.stringMatching(/githubstatus/),
    });
    expect(JSON.stringify([String(error), error])).not.toMatch(/request-token|eyJ/);
    expect(requests).toHaveLength(8);
  });

  it('is given up after half a minute', async () => {
    const it = asking(Array(8).fill(answer(500)));
    expect(await caught(it.done)).toMatchObject({ class: 'missing discharge', status: 500 });
    expect(it.requests).toHaveLength(8);
    expect(it.took()).toBe(28_000);
  });

  it('is not waited for where it wants to be left alone for long, and that is said', async () => {
    const { done, requests } = asking([answer(429, '', { 'retry-after': '3600' })]);
    expect(await caught(done)).toMatchObject({ class: 'rate limited', status: 429 });
    expect(requests).toHaveLength(1);
  });

  it('is told by its last answer where time is up before', async () => {
    const { done, stop } = asking([answer(503)]);
    stop.abort(new ActionError('timeout', 'not done within 10 s'));
    expect(await caught(done)).toMatchObject({ class: 'missing discharge', status: 503 });
  });

  it('ends with the signal', async () => {
    const { done, stop } = asking(['hang']);
    stop.abort(new Error('that is enough'));
    expect(await caught(done)).toMatchObject({ message: 'that is enough' });
  });
});

describe('when the job may have no OIDC token', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['neither', {}],
    ['no address', { ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN }],
    ['no secret', { ...ENV, ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }],
  ])('says which permission is missing, and sends nothing: %s', async (_, env) => {
    const { done, requests } = asking([], env);
    expect(await caught(done)).toMatchObject({
      class: 'input',
      message: expect.stringContaining('gives this job no OIDC token'),
      hint: expect.stringMatching(/`permissions: \{ id-token: write \}`.*forks/),
    });
    expect(requests).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'an address that is none',
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'vstoken' },
      /ACTIONS_ID_TOKEN_REQUEST_URL holds no address.*hand it on/,
    ],
    [
      'an address that others can read along',
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://gitea.example:3000/api/actions?x=1' },
      /their address http:\/\/gitea\.example:3000 is not https.*ROOT_URL/,
    ],
    [
      'a line ending in the secret',
      { ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${REQUEST_TOKEN}\n` },
      /ACTIONS_ID_TOKEN_REQUEST_TOKEN holds .* line ending/,
    ],
    [
      'another character that no header can hold',
      { ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${REQUEST_TOKEN}\u2026` },
      /ACTIONS_ID_TOKEN_REQUEST_TOKEN holds /,
    ],
  ])('says what it was told instead, and sends nothing: %s', async (_, odd, what) => {
    const { done, requests } = asking([], { ...ENV, ...odd });
    const error = await caught(done);
    expect(error).toMatchObject({ class: 'input', line: expect.stringMatching(what) });
    expect(JSON.stringify([String(error), error])).not.toMatch(/id-token|request-token/);
    expect(requests).toEqual([]);
  });
});
