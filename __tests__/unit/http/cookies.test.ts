import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { CookieJar, withCookies } from '../../../src/http/cookies.js';
import type { HttpResponse, Transport } from '../../../src/http/transport.js';

const HOST = 'https://api.machines.dev';
const NEVER = new AbortController().signal;

type Answer = Partial<HttpResponse>;

/** Requests in their order, each with what it is answered; gives the cookies that each was sent, and the answers. */
async function exchanged(
  steps: readonly (readonly [path: string, answer?: Answer, waitMs?: number])[],
): Promise<{ sent: (string | undefined)[]; answers: HttpResponse[] }> {
  const clock = createVirtualClock();
  const sent: (string | undefined)[] = [];
  const answers: HttpResponse[] = [];
  let next: Answer = {};
  const transport = new CookieJar(clock).carrying(async ({ headers }) => {
    sent.push(headers['cookie']);
    return { status: 200, headers: {}, body: '', ...next };
  });
  for (const [path, answer = {}, waitMs = 0] of steps) {
    next = answer;
    const url = new URL(path, HOST);
    answers.push(await transport({ method: 'GET', url, headers: {}, signal: NEVER, maxBytes: 1 }));
    await clock.advance(waitMs);
  }
  return { sent, answers };
}

const APP = '/v1/apps/my-app/machines';
const sets = (...cookies: string[]): Answer => ({ cookies });

describe('when a cookie is set', () => {
  it.each<[string, string, string | undefined]>([
    ['a=1; Path=/v1/apps/my-app', APP, 'a=1'],
    ['a=1; path=/v1/apps/my-app/', APP, 'a=1'],
    ['a=1; Path=/v1/apps/my-app', '/v1/apps/my-app', 'a=1'],
    ['a=1; Path=/v1/apps/my-app', '/v1/apps/my-app-2/machines', undefined],
    ['a=1; Path=/v1/apps/my-app', '/v1/apps/other/machines', undefined],
    ['a=1', '/v1/apps/my-app/other', 'a=1'],
    ['a=1', '/v1/apps', undefined],
    ['a=1; Path=/; Secure; HttpOnly; SameSite=Lax', '/', 'a=1'],
    ['a=1; Path=/', 'https://api.fly.io/', undefined],
    ['a=1; Path=/', 'https://api.machines.dev:8443/', undefined],
    ['a=1; Path=/', 'http://api.machines.dev/', undefined],
    ['a=1; Path=/; Domain=machines.dev', '/', 'a=1'],
    ['a=1; Path=/; Domain=machines.dev', 'https://machines.dev/', undefined],
    ['a=1; Path=/; Domain=fly.io', '/', undefined],
    ['a="b=c"; Path=/', '/', 'a="b=c"'],
    ['a=1; Path=/; Max-Age=0', '/', undefined],
    ['a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', undefined],
    ['a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', 'a=1'],
    ['a=1\r\nx: y; Path=/', '/', undefined],
    ['=1; Path=/', '/', undefined],
    ['none', '/', undefined],
    [`a=${'x'.repeat(2_000)}; Path=/`, '/', undefined],
  ])('%s: %s gets %s', async (cookie, path, expected) => {
    const { sent } = await exchanged([[APP, sets(cookie)], [path]]);
    expect(sent).toEqual([undefined, expected]);
  });

  it('carries several, the nearest path first, and takes what is set anew', async () => {
    const { sent } = await exchanged([
      [APP, sets('a=1; Path=/', 'b=2; Path=/v1/apps')],
      [APP, { headers: { 'set-cookie': 'a=3; Path=/' } }],
      [APP, sets('b=; Path=/v1/apps; Max-Age=0')],
      [APP],
    ]);
    expect(sent).toEqual([undefined, 'b=2; a=1', 'b=2; a=3', 'a=3']);
  });

  it('ends with its time', async () => {
    const { sent } = await exchanged([
      [APP, sets('a=1; Path=/; Max-Age=60'), 59_000],
      [APP, {}, 2_000],
      [APP],
    ]);
    expect(sent).toEqual([undefined, 'a=1', undefined]);
  });

  it('is shown to nobody, though an error repeats it', async () => {
    const body = '{"error":"no instance secret-node"}';
    const echo = { status: 500, headers: { 'fly-request-id': 'secret-node', 'set-cookie': 'x=1' }, body };
    const { answers } = await exchanged([
      [APP, sets('a=secret-node; Path=/')],
      [APP, echo],
    ]);
    expect(JSON.stringify(answers)).not.toMatch(/secret-node|x=1|cookie/);
  });
});

it('keeps a bounded number, the newest', async () => {
  const many = Array.from({ length: 2_100 }, (_, at) => `c${at}=1; Path=/p${at}`);
  const { sent } = await exchanged([['/', sets(...many)], ['/p0'], ['/p2099']]);
  expect(sent).toEqual([undefined, undefined, 'c2099=1']);
});

describe('when several senders share a host', () => {
  it('gives all of them the same cookies, and those of another host none', async () => {
    const clock = createVirtualClock();
    const sent: (string | undefined)[] = [];
    const host: Transport = async ({ headers }) => {
      sent.push(headers['cookie']);
      return { status: 200, headers: {}, body: '', cookies: ['a=1; Path=/'] };
    };
    const another: Transport = (request) => host(request);
    const request = {
      method: 'GET',
      url: new URL(APP, HOST),
      headers: {},
      signal: NEVER,
      maxBytes: 1,
    } as const;
    for (const it of [host, host, another]) await withCookies(it, (request) => it(request), clock)(request);
    expect(sent).toEqual([undefined, 'a=1', undefined]);
  });
});
