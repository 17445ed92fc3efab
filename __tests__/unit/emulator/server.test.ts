import { Agent, request } from 'node:http';
import { systemClock } from '../../../emulator/clock.js';
import type { Fly } from '../../../emulator/fly.js';
import { seededRandom } from '../../../emulator/random.js';
import { type Server, serve } from '../../../emulator/server.js';
import { parseToken, ticketsOf } from '../../../src/macaroon/bundle.js';
import { createJudgedFly } from '../../support/documents/judged-fly.js';

let fly: Fly;
let server: Server;
let agent: Agent;

beforeEach(async () => {
  const apps = [{ name: 'shop', machines: [{ id: 'm1' }] }];
  fly = createJudgedFly({ clock: systemClock, random: seededRandom(3), apps }, { requests: false });
  server = await serve(fly, { dripMs: 1 });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(async () => {
  agent.destroy();
  await server.close();
});

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Failure of the connection, as Node names it. */
  readonly failure: string | undefined;
  /** Port of the client: the same port is the same connection. */
  readonly port: number | undefined;
}

function send(
  method: string,
  path: string,
  options: { body?: string; onHeaders?: () => void } = {},
): Promise<Got> {
  return new Promise((resolve) => {
    const headers = { authorization: fly.mintToken({ app: 'shop', withDischarge: true }) };
    const failed = (got: Partial<Got>) => (error: NodeJS.ErrnoException) =>
      resolve({ status: undefined, headers: {}, body: '', port: undefined, ...got, failure: error.code });
    const outgoing = request(new URL(path, server.url), { method, headers, agent }, (response) => {
      const got = { status: response.statusCode, headers: response.headers, port: response.socket.localPort };
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ ...got, body, failure: undefined }));
      response.on('error', (error) => failed({ ...got, body })(error));
      options.onHeaders?.();
    });
    outgoing.on('error', failed({}));
    outgoing.end(options.body);
  });
}

describe('when Fly stands behind HTTP', () => {
  it('answers over a connection that stays open, with its own date', async () => {
    const first = await send('GET', '/v1/apps/shop/machines/m1');
    const second = await send('POST', '/v1/apps/shop/machines/m1/stop', { body: '{"timeout":"1s"}' });
    expect([first.status, second.status, second.body]).toEqual([200, 200, '{"ok":true}']);
    expect(second.port).toBe(first.port);
    expect(first.headers['content-length']).toBe(String(Buffer.byteLength(first.body)));
    expect(first.headers['fly-request-id']).toMatch(/-local$/);
  });

  it('tells tokens where its third parties are', () => {
    const [ticket] = ticketsOf(parseToken(fly.mintToken({ app: 'shop' }).slice(6)));
    expect(ticket?.location).toBe(`${server.url}/aaa/v1`);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('refuses a body of more than a megabyte', async () => {
    const got = await send('POST', '/v1/apps/shop/machines/m1/stop', { body: 'x'.repeat(1_100_000) });
    // A client that is still sending may see the end of the connection first.
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(got.status ?? got.failure);
    expect(fly.requests).toEqual([]);
  });
});

describe('when the connection fails', () => {
  it('is cut in the middle of the body', async () => {
    fly.faults.push({ fault: 'cut', afterEffect: true });
    const got = await send('GET', '/v1/apps/shop/machines');
    expect([got.status, got.failure]).toEqual([200, 'ECONNRESET']);
    expect(got.body.length).toBeGreaterThan(0);
    expect(Number(got.headers['content-length'])).toBeGreaterThan(got.body.length);
  });

  it('is reset before the headers', async () => {
    fly.faults.push({ fault: 'reset', times: 1 });
    expect(await send('GET', '/v1/apps/shop/machines')).toMatchObject({
      status: undefined,
      failure: 'ECONNRESET',
    });
    expect((await send('GET', '/v1/apps/shop/machines')).status).toBe(200);
  });

  it('drips, and arrives whole in the end', async () => {
    fly.faults.push({ fault: 'drip', afterEffect: true });
    expect(await send('POST', '/v1/apps/shop/machines/m1/cordon')).toMatchObject({
      status: 200,
      body: '{"ok":true}',
    });
  });

  it('hangs until the server closes', async () => {
    const arrived = new Promise<void>((resolve) => {
      fly.faults.push({
        fault: 'hang',
        get afterEffect() {
          setImmediate(resolve);
          return false;
        },
      });
    });
    const hanging = send('GET', '/v1/apps/shop/machines');
    await arrived;
    await server.close();
    expect((await hanging).failure).toBe('ECONNRESET');
    server = await serve(fly);
  });
});

describe('when the client goes away', () => {
  it('stops waiting for it', async () => {
    const answered = new Promise<unknown>((resolve) => {
      const wait = request(new URL('/v1/apps/shop/machines/m1/wait?state=stopped', server.url), {
        headers: { authorization: fly.mintToken({ app: 'shop', withDischarge: true }) },
      });
      wait.on('error', resolve);
      wait.end();
      const look = () => {
        if (fly.requests.length === 0) return void setImmediate(look);
        wait.destroy();
      };
      look();
    });
    await answered;
    while (fly.requests[0]?.fault === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(fly.requests).toMatchObject([{ fault: 'reset' }]);
  });
});

describe('when the emulator itself fails', () => {
  it('answers 500 and reports it', async () => {
    const errors: unknown[] = [];
    const broken: Fly = { ...fly, handle: () => Promise.reject(new Error('a fault of ours')) };
    const other = await serve(broken, { onError: (error) => errors.push(error) });
    const answer = await fetch(`${other.url}/v1/platform/regions`);
    await other.close();
    expect(answer.status).toBe(500);
    expect(errors).toEqual([new Error('a fault of ours')]);
  });
});
