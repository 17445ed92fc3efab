import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { HttpClient } from '@actions/http-client';
import { passOn, unlessAborted } from '../abort.js';
import { ActionError } from '../errors.js';
import { formatDuration } from '../text.js';
import { adviceFor, connectionCode, wordsOf } from './advice.js';
import { Pool } from './pool.js';
import { type ProxyVariables, proxyFor, type WebProxy } from './proxy.js';
import { RequestWatch } from './request-watch.js';
import { type HttpRequest, NoTunnel, NotSent, TooLarge, type Transport } from './transport.js';
import { ADDRESS_LIMIT_MS } from './tunnel-agent.js';

/** Time in milliseconds within which a connection must be there, TLS and a proxy's tunnel included. */
const CONNECT_LIMIT_MS = 20_000;
const NO_CONNECTION = `no connection within ${formatDuration(CONNECT_LIMIT_MS)}`;

/**
 * Options of all connections. Certificates are checked even if a variable that an earlier step set says not to
 * (NODE_TLS_REJECT_UNAUTHORIZED). There may be more sockets than we ever use, so that short requests don't queue behind waits.
 */
const COMMON = { rejectUnauthorized: true, autoSelectFamilyAttemptTimeout: ADDRESS_LIMIT_MS };
const REUSED = { ...COMMON, keepAlive: true, maxSockets: 500 };
/** Options of connections that serve one request each, which says so; with a limit, Node would keep them all the same. */
const FRESH = { ...COMMON, keepAlive: false };

/** Limit in milliseconds that never matters, since each request carries its own. The client's default of three minutes would end a command that says nothing for so long. */
const QUIET_LIMIT_MS = 24 * 3_600_000;

/** The part of the client that is called; the build drops the rest. */
type Client = Pick<HttpClient, 'requestRawWithCallback' | 'userAgent'>;

const CUT = 'the connection was cut before the answer was whole';

/**
 * Returns a transport over `@actions/http-client`, through the proxies that the environment names. Connections are kept and
 * shared unless a request asks for its own, those through proxies too, which the client's own agents don't do. Throws what a
 * transport throws, and an `input` error for a proxy's address that can't be read.
 */
export function nodeTransport(userAgent: string, env: ProxyVariables = {}): Transport & { close(): void } {
  const client: Client = new HttpClient(userAgent, [], { socketTimeout: QUIET_LIMIT_MS });
  const pools = [new Pool(REUSED), new Pool(FRESH)] as const;
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const proxy = proxyFor(request.url, env);
    if (proxy !== undefined && isReadableOnTheWay(request)) throw readByProxy(request, proxy);
    const over = new AbortController();
    const unsubscribe = passOn(request.signal, over);
    try {
      const route = pools[request.isFresh ? 1 : 0].routeTo(request.url, proxy);
      const message = await open(client, request, route, over);
      return {
        status: message.statusCode ?? 0,
        headers: singleHeaders(message),
        body: await readBody(message, request.maxBytes),
        cookies: message.headers['set-cookie'] ?? [],
      };
    } catch (error) {
      // An abort shows as a connection reset where it meets the body: ask the signal first.
      request.signal.throwIfAborted();
      throw networkError(request, error, proxy);
    } finally {
      unsubscribe();
    }
  };
  return Object.assign(transport, {
    close: () => {
      for (const pool of pools) pool.close();
    },
  });
}

/** Returns whether the request has a secret that isn't encrypted on its way. */
function isReadableOnTheWay({ url, headers }: HttpRequest): boolean {
  return url.protocol === 'http:' && headers['authorization'] !== undefined;
}

function readByProxy({ url }: HttpRequest, { name }: WebProxy): ActionError {
  return new ActionError(
    'input',
    `${url.origin} is not https, so ${name} would read the token that is sent there`,
    {
      hint: `Add ${url.hostname} to NO_PROXY, or give an address that is https.`,
    },
  );
}

type Answered = (message: IncomingMessage) => void;

async function open(
  client: Client,
  { url, method, headers, body }: HttpRequest,
  route: http.RequestOptions,
  over: AbortController,
): Promise<IncomingMessage> {
  const agent = { 'user-agent': client.userAgent };
  const all = { ...route.headers, ...headers, ...agent };
  const options: https.RequestOptions = { ...route, method, headers: all, signal: over.signal };
  const node = route.protocol === 'https:' ? https : http;
  const timer = setTimeout(() => over.abort(new Error(NO_CONNECTION)), CONNECT_LIMIT_MS);
  let sending: RequestWatch | undefined;
  // The client keeps the request that it makes to itself.
  const request = (...given: (Answered | string | URL | http.RequestOptions | undefined)[]) => {
    const answered = given.find((it) => typeof it === 'function');
    const made = node.request(options, answered);
    // Without a listener Node ends the connection, and drops the answer.
    made.once('upgrade', (message) => answered?.(message));
    sending = new RequestWatch(made, () => clearTimeout(timer));
    return made;
  };
  // Inherits, since a copy reads all that the module has: with its WebSocket, Node would load the whole of its own `fetch`.
  const httpModule: typeof http = Object.create(node, { request: { value: request } });
  try {
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      client.requestRawWithCallback(
        { parsedUrl: url, httpModule, options },
        body ?? null,
        (error, answered) => (answered === undefined ? reject(error) : resolve(answered.message)),
      );
    });
    // While a proxy keeps a request waiting, Node has no connection yet on which the request would hear its signal.
    return await unlessAborted(over.signal, answer);
  } catch (error) {
    if (error instanceof NoTunnel || sending?.isUnsent === false) throw error;
    throw new NotSent(wordsOf(error), { code: connectionCode(error), cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Status of a change of protocol, behind which no body comes; we never ask for one. */
const SWITCHING = 101;

async function readBody(message: IncomingMessage, maxBytes: number): Promise<string> {
  if (message.statusCode === SWITCHING) {
    message.socket.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // What is thrown within the loop also ends the connection.
    if (size > maxBytes) throw new TooLarge(maxBytes);
    chunks.push(bytes);
  }
  if (!message.complete) throw new Error(CUT);
  return Buffer.concat(chunks).toString('utf8');
}

function singleHeaders(message: IncomingMessage): Record<string, string | undefined> {
  const entries = Object.entries(message.headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

function networkError(
  { method, url }: HttpRequest,
  error: unknown,
  proxy: WebProxy | undefined,
): ActionError {
  const message = wordsOf(error);
  // Node's one word for a connection that ends within a body.
  const reason = message === 'aborted' ? CUT : message;
  const way = proxy === undefined || error instanceof NoTunnel ? '' : `, through ${proxy.name}`;
  return new ActionError('network', `${method} ${url.origin}${way}: ${reason}`, {
    hint: adviceFor(error, url, proxy),
    cause: error,
  });
}
