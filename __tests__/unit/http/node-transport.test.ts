import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { nodeTransport } from '../../../src/http/node-transport.js';
import { endingOfError } from '../../../src/http/retry.js';
import { type HttpRequest, TooLarge } from '../../../src/http/transport.js';
import { caught } from '../../support/caught.js';
import { listen, listenRaw, type TestServer } from '../../support/fakes/http-server.js';
import { IPV6, itWhere } from '../../support/where.js';

const NEVER = new AbortController().signal;
const SECRET = 'poll-secret';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function transport(env: Record<string, string> = {}): ReturnType<typeof nodeTransport> {
  const it = nodeTransport('tester', env);
  closers.push(it.close);
  return it;
}

async function serve(handler: RequestListener, host?: string): Promise<TestServer> {
  const server = await listen(handler, host);
  closers.push(server.close);
  return server;
}

async function serveRaw(onConnection: (socket: Socket) => void): Promise<TestServer> {
  const server = await listenRaw(onConnection);
  closers.push(server.close);
  return server;
}

function get({ url }: Pick<TestServer, 'url'>, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, signal: NEVER, maxBytes: 1000, ...more };
}

describe('when a request is answered', () => {
  const seen: { method?: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const echo: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, headers: request.headers, body });
    response.writeHead(418, { 'X-Mixed': 'Case', 'set-cookie': ['a=1', 'b=2'] }).end('päck');
  };
  beforeEach(() => seen.splice(0));

  it('gives status, headers in lower case, of several the first, and the body', async () => {
    const server = await serve(echo);
    const answer = await transport()(get(server, { url: new URL('/a/b?c=d', server.url) }));
    expect(answer).toMatchObject({ status: 418, body: 'päck', headers: { 'x-mixed': 'Case' } });
    expect(answer.headers['set-cookie']).toBe('a=1');
  });

  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
  const END = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

  it.each([
    ['a change of protocol', SWITCH, 101, ''],
    ['a change of protocol to none', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 101, ''],
    ['a change of protocol with more behind', `${SWITCH}\x81\x05hello`, 101, ''],
    [
      'an offer of another protocol',
      END.replace('\r\n', '\r\nConnection: upgrade\r\nUpgrade: h2c\r\n'),
      200,
      'ok',
    ],
    ['a wish to go on', `HTTP/1.1 100 Continue\r\n\r\n${END}`, 200, 'ok'],
    ['a sign of life', `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${END}`, 200, 'ok'],
    ['hints before it', `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${END}`, 200, 'ok'],
    ['nothing', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
    ['nothing new', 'HTTP/1.1 304 Not Modified\r\n\r\n', 304, ''],
    ['a status that there is not', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 999, ''],
  ])('takes %s for what it is, though the connection stays open', async (_, text, status, body) => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.write(text, 'latin1')));
    const send = transport();
    expect(await send(get(server))).toMatchObject({ status, body });
    // What has changed its protocol serves nobody else.
    if (status !== 101) return;
    await server.deserted();
    expect(await send(get(server))).toMatchObject({ status });
    expect(server.connections()).toBe(2);
  });

  it('tells a proxy that changes the protocol from one that opens a tunnel', async () => {
    const proxy = await serveRaw((socket) => socket.once('data', () => socket.write(SWITCH)));
    const send = transport({ HTTPS_PROXY: proxy.url.href });
    const error = await caught(send(get({ url: new URL('https://api.example.test/') })));
    expect(error).toMatchObject({
      class: 'network',
      message: expect.stringContaining('answered 101 when asked for'),
    });
    expect(endingOfError(error)).toBe('answered');
    await proxy.deserted();
  });

  it('deletes without a body', async () => {
    const server = await serve(echo);
    await transport()(get(server, { method: 'DELETE', headers: { 'x-nonce': 'n' } }));
    expect(seen).toMatchObject([{ method: 'DELETE', headers: { 'x-nonce': 'n' }, body: '' }]);
  });

  it('keeps the connection for the next one, and opens more for those side by side', async () => {
    const server = await serve(echo);
    const send = transport();
    for (let i = 0; i < 5; i += 1) await send(get(server));
    expect(server.connections()).toBe(1);
    await Promise.all([1, 2, 3].map(() => send(get(server))));
    expect(server.connections()).toBe(3);
  });

  it('sends the body with its length in bytes, and the headers that are given', async () => {
    const server = await serve(echo);
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    await transport()(get(server, { method: 'POST', body: '"ä"', headers }));
    expect(seen).toMatchObject([
      {
        method: 'POST',
        body: '"ä"',
        headers: { ...headers, 'content-length': '4', 'user-agent': 'tester', host: server.url.host },
      },
    ]);
  });

  it('sends a POST without a body as one of length 0', async () => {
    const server = await serve(echo);
    await transport()(get(server, { method: 'POST' }));
    expect(seen[0]?.headers['content-length']).toBe('0');
    expect(seen[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  itWhere(IPV6)('finds a server at [::1]', async () => {
    const server = await serve(echo, '::1');
    expect(await transport()(get(server))).toMatchObject({ status: 418 });
    expect(seen[0]?.headers.host).toBe(server.url.host);
  });

  it('reads a body of exactly as much as is allowed', async () => {
    const server = await serve((_, response) => response.end('x'.repeat(1000)));
    expect((await transport()(get(server))).body).toHaveLength(1000);
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      asked += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await transport()(get(server))).toMatchObject({
      status: 307,
      headers: { location: '/elsewhere' },
    });
    expect(asked).toBe(1);
  });
});

describe('when the connection fails', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  it.each<[string, (socket: Socket) => void]>([
    ['reset before a header', (socket) => socket.resetAndDestroy()],
    ['closed before a header', (socket) => socket.end()],
    ['closed in the headers', (socket) => socket.end(`${head}content-le`)],
    ['cut in a body of known length', (socket) => socket.end(`${head}content-length: 10\r\n\r\nhalf`)],
    ['cut in a chunk', (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\na\r\nhalf`)],
    ['cut between chunks', (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`)],
    ['not HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
  ])('is an error of class network that says whom, not what: %s', async (_, answer) => {
    const server = await serveRaw((socket) => socket.once('data', () => answer(socket)));
    const url = new URL(`/poll/${SECRET}`, server.url);
    const error = await caught(transport()(get(server, { url })));
    expect(error).toMatchObject({ class: 'network' });
    expect(String(error)).toContain(`GET ${server.url.origin}: `);
    expect(String(error)).not.toContain(SECRET);
  });

  it('tells a connection that was refused from one that broke', async () => {
    const server = await listen(() => undefined);
    await server.close();
    const error = await caught(transport()(get(server)));
    expect(error).toMatchObject({ class: 'network', cause: { code: 'ECONNREFUSED' } });
  });

  it('does not make the next request suffer', async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      asked += 1;
      if (asked === 1) response.socket?.resetAndDestroy();
      else response.end('ok');
    });
    const send = transport();
    await caught(send(get(server)));
    expect(await send(get(server))).toMatchObject({ status: 200, body: 'ok' });
  });
});

describe('when a connection that was kept is closed by the time it is used again', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  /** Answers the first request of each connection, and does that to each later one; counts all. */
  async function served(
    later: (socket: Socket) => void,
  ): Promise<TestServer & { readonly asked: () => number }> {
    let asked = 0;
    const server = await serveRaw((socket) => {
      let isFirst = true;
      socket.on('data', () => {
        asked += 1;
        if (isFirst) socket.write(OK);
        else later(socket);
        isFirst = false;
      });
    });
    return { ...server, asked: () => asked };
  }

  it.each<[string, 'not sent' | 'unsure', (socket: Socket) => void]>([
    ['closed', 'not sent', (socket) => socket.end()],
    ['reset', 'not sent', (socket) => socket.resetAndDestroy()],
    ['cut within an answer', 'unsure', (socket) => socket.end('HTTP/1.1 20')],
    ['cut within a body', 'unsure', (socket) => socket.end(`${OK.slice(0, -1)}`)],
  ])('knows what was sent, %s: %s', async (_, ending, later) => {
    const server = await served(later);
    const send = transport();
    const post = get(server, { method: 'POST', body: '{}' });
    await send(post);
    const error = await caught(send(post));
    expect([server.connections(), server.asked()]).toEqual([1, 2]);
    expect(endingOfError(error)).toBe(ending);
  });

  it('leaves open what became of it where the connection was a fresh one', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.end()));
    const error = await caught(transport()(get(server, { method: 'POST', isFresh: true })));
    expect(endingOfError(error)).toBe('unsure');
  });

  it('takes a connection of its own for what wants a fresh one, and says so', async () => {
    const seen: unknown[] = [];
    const server = await serve(({ headers }, response) => {
      seen.push(headers.connection);
      response.end('ok');
    });
    const send = transport();
    for (const isFresh of [false, true, true, false]) await send(get(server, { isFresh }));
    expect(seen).toEqual(['keep-alive', 'close', 'close', 'keep-alive']);
    expect(server.connections()).toBe(3);
  });

  it('takes what broke before the connection was secure for not sent', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const url = new URL(`https://127.0.0.1:${server.url.port}/`);
    const error = await caught(transport()(get({ url }, { method: 'POST' })));
    expect(error).toMatchObject({ class: 'network' });
    expect(endingOfError(error)).toBe('not sent');
  });
});

describe('when a host has several addresses', () => {
  const proxied = (scheme: string): Record<string, string> => ({ HTTPS_PROXY: `${scheme}://127.0.0.1:1` });
  it.each<[string, string, Record<string, string>]>([
    ['http', 'directly', {}],
    ['https', 'directly', {}],
    ['https', 'through a proxy', proxied('http')],
    ['https', 'through a proxy behind TLS', proxied('https')],
  ])('gives each of them seconds to answer, for %s %s', async (scheme, _, env) => {
    const limits: unknown[] = [];
    for (const { Agent } of [http, https]) {
      const spy = jest
        .spyOn(Agent.prototype, 'createConnection')
        .mockImplementation((...[options]: readonly unknown[]) => {
          limits.push(Object(options));
          throw new Error('none');
        });
      closers.push(() => spy.mockRestore());
    }
    const send = transport(env);
    for (const isFresh of [false, true])
      await caught(send(get({ url: new URL(`${scheme}://fly.test/`) }, { isFresh })));
    const limit = { autoSelectFamilyAttemptTimeout: 5_000 };
    expect(limits).toMatchObject([limit, limit]);
  });
});

describe('when the answer is larger than wanted', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['of a known length', (response) => response.end('x'.repeat(1001))],
    [
      'without an end',
      (response) => {
        const more = () => response.write('x'.repeat(700), (error) => error ?? setImmediate(more));
        more();
      },
    ],
  ])('ends the connection and says whose answer it was: %s', async (_, answer) => {
    const server = await serve((_request, response) => answer(response));
    const error = await caught(transport()(get(server)));
    expect(error).toMatchObject({ class: 'network', cause: expect.any(TooLarge) });
    expect(String(error)).toContain(`GET ${server.url.origin}: the answer is larger than 1000 bytes`);
    await server.deserted();
  });
});

describe('when the signal aborts', () => {
  const reason = new Error('that is enough');

  it.each<[string, (response: ServerResponse, stop: () => void) => void]>([
    ['before there is a header', (_, stop) => stop()],
    ['in the middle of the body', (response, stop) => response.write('half', stop)],
    [
      'while the body drips',
      (response, stop) => {
        let sent = 0;
        const drip = () => {
          sent += 1;
          if (sent === 5) stop();
          if (!response.destroyed) response.write('x', () => setImmediate(drip));
        };
        drip();
      },
    ],
  ])('rejects with its reason and lets go of the connection: %s', async (_, answer) => {
    const controller = new AbortController();
    const server = await serve((_request, response) => answer(response, () => controller.abort(reason)));
    const request = get(server, { signal: controller.signal, maxBytes: 1_000_000 });
    expect(await caught(transport()(request))).toBe(reason);
    await server.deserted();
  });

  it('sends nothing when that was before', async () => {
    const server = await serve((_, response) => response.end());
    const request = get(server, { signal: AbortSignal.abort(reason) });
    expect(await caught(transport()(request))).toBe(reason);
    expect(server.connections()).toBe(0);
  });

  it('does not wait for a proxy that never answers', async () => {
    const controller = new AbortController();
    const proxy = await serveRaw((socket) => socket.once('data', () => controller.abort(reason)));
    const send = transport({ https_proxy: proxy.url.href });
    const url = new URL('https://fly.test/');
    expect(await caught(send(get({ url }, { signal: controller.signal })))).toBe(reason);
    send.close();
    await proxy.deserted();
  });
});

describe('when the environment names a proxy', () => {
  const SECURE = new URL('https://fly.test/');

  it('asks it for the whole URL where nothing is encrypted, and keeps the connection', async () => {
    const asked: unknown[] = [];
    const proxy = await serve(({ method, url, headers }, response) => {
      asked.push([method, url, headers.host, headers['proxy-authorization']]);
      response.end('ok');
    });
    const send = transport({ HTTP_PROXY: `http://me:p%40ss@${proxy.url.host}` });
    const url = new URL('http://fly.test:4280/a?b=c');
    for (let i = 0; i < 2; i += 1)
      expect(await send(get({ url }))).toMatchObject({ status: 200, body: 'ok' });
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    const expected = ['GET', 'http://fly.test:4280/a?b=c', 'fly.test:4280', authorization];
    expect(asked).toEqual([expected, expected]);
    expect(proxy.connections()).toBe(1);
  });

  it('shows it no token: what would go in the clear does not go', async () => {
    const proxy = await serve((_, response) => response.end('ok'));
    const send = transport({ HTTP_PROXY: proxy.url.href });
    const url = new URL('http://_api.internal:4280/v1/apps/shop/machines');
    const headers = { authorization: 'FlyV1 fm2_secret' };
    await expect(send(get({ url }, { headers }))).rejects.toMatchObject({
      class: 'input',
      message: expect.stringMatching(
        /^http:\/\/_api\.internal:4280 is not https, so the proxy .* would read the token/,
      ),
      hint: expect.stringContaining('Add _api.internal to NO_PROXY'),
    });
    expect(proxy.connections()).toBe(0);
  });

  it.each([
    [
      403,
      'Let the proxy allow fly.test, or add it to NO_PROXY if it can be reached without a proxy.',
      'answered',
    ],
    [
      407,
      'Set HTTPS_PROXY to an address with the right credentials: `http://name:password@host:port`.',
      'answered',
    ],
    [
      503,
      'Let the proxy allow fly.test, or add it to NO_PROXY if it can be reached without a proxy.',
      'not sent',
    ],
  ])('says whose no it was when it answers %i, and what to change', async (status, hint, ending) => {
    const asked: string[] = [];
    const proxy = await serveRaw((socket) =>
      socket.once('data', (data) => {
        asked.push(String(data));
        socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      }),
    );
    const send = transport({ HTTPS_PROXY: `http://me:${SECRET}@${proxy.url.host}` });
    const error = await caught(send(get({ url: SECURE })));
    expect(error).toMatchObject({ class: 'network', hint });
    expect(String(error)).toContain(
      `GET https://fly.test: the proxy ${proxy.url.host} (HTTPS_PROXY) answered ${status} when asked for fly.test:443`,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(SECRET);
    expect(endingOfError(error)).toBe(ending);
    expect(asked.join('')).toMatch(/^CONNECT fly\.test:443 HTTP\/1\.1\r\n/);
    const authorization = Buffer.from(`me:${SECRET}`).toString('base64');
    expect(asked.join('').toLowerCase()).toContain(
      `proxy-authorization: basic ${authorization.toLowerCase()}`,
    );
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is gone', (socket) => socket.resetAndDestroy()],
    ['ends the connection', (socket) => socket.end()],
    ['is no proxy', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
  ])('knows that nothing was sent when the proxy %s', async (_, answer) => {
    const proxy = await serveRaw((socket) => socket.once('data', () => answer(socket)));
    const error = await caught(transport({ https_proxy: proxy.url.host })(get({ url: SECURE })));
    expect(error).toMatchObject({
      class: 'network',
      message: expect.stringContaining(`the proxy ${proxy.url.host} (https_proxy) can't be reached: `),
      hint: 'Is https_proxy right, and does the proxy run?',
    });
    expect(endingOfError(error)).toBe('not sent');
  });

  it('does not go past one that it can not read', async () => {
    const error = await caught(transport({ HTTPS_PROXY: 'socks5://10.0.0.1:1080' })(get({ url: SECURE })));
    expect(error).toMatchObject({ class: 'input' });
  });
});

describe('when it is closed', () => {
  it('leaves no connection that keeps the process alive, idle or in use', async () => {
    const arrived = new AbortController();
    const server = await serve((request, response) => {
      if (request.url === '/hang') arrived.abort();
      else response.end();
    });
    const send = transport();
    await Promise.all([send(get(server)), send(get(server))]);
    const hanging = caught(send(get(server, { url: new URL('/hang', server.url) })));
    if (!arrived.signal.aborted) await once(arrived.signal, 'abort');
    send.close();
    await server.deserted();
    expect(await hanging).toMatchObject({ class: 'network' });
    expect(server.connections()).toBe(2);
  });
});
