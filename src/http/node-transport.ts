import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { HttpClient } from '@actions/http-client';
import { unlessAborted } from '../abort.js';
import { ActionError } from '../errors.js';
import { adviceFor, wordsOf } from './advice.js';
import { type Environment, proxyFor, proxyHeaders, type WebProxy } from './proxy.js';
import { type HttpRequest, NoTunnel, TooLarge, type Transport } from './transport.js';
import { addressOf, TunnelAgent } from './tunnel-agent.js';

/**
 * More than ever are in flight on purpose: what is short must not queue behind what waits. Certificates are checked though
 * a variable of an earlier step (NODE_TLS_REJECT_UNAUTHORIZED) says not to.
 */
const KEPT = { keepAlive: true, maxSockets: 500, rejectUnauthorized: true };

/** In milliseconds. Each request carries its own limit; the client's, after three minutes, would cut short a command that says nothing. */
const QUIET_LIMIT_MS = 24 * 3_600_000;

const CUT = 'the connection was cut before the answer was whole';

/**
 * A transport over `@actions/http-client`, through the proxies that the environment names; connections are kept and shared, those
 * through proxies too, which the client's own agents don't do. Besides what a transport throws, an `input` error for a proxy's address that can't be read.
 */
export function nodeTransport(userAgent: string, env: Environment = {}): Transport & { close(): void } {
  const client = new HttpClient(userAgent, [], { socketTimeout: QUIET_LIMIT_MS });
  const direct = { 'http:': new http.Agent(KEPT), 'https:': new https.Agent(KEPT) };
  const tunnels = new Map<string, TunnelAgent>();
  const tunnel = (proxy: WebProxy): TunnelAgent => {
    const agent = tunnels.get(proxy.url.href) ?? new TunnelAgent(proxy, KEPT);
    tunnels.set(proxy.url.href, agent);
    return agent;
  };
  const routeTo = (url: URL, proxy: WebProxy | undefined): http.RequestOptions => {
    if (proxy !== undefined && url.protocol === 'https:') return { ...directTo(url), agent: tunnel(proxy) };
    const route = proxy === undefined ? directTo(url) : throughProxy(url, proxy);
    return { ...route, agent: direct[route.protocol === 'https:' ? 'https:' : 'http:'] };
  };
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const proxy = proxyFor(request.url, env);
    if (proxy !== undefined && isReadable(request)) throw readByProxy(request, proxy);
    try {
      const message = await open(client, request, routeTo(request.url, proxy));
      return {
        status: message.statusCode ?? 0,
        headers: singleHeaders(message),
        body: await readBody(message, request.maxBytes),
      };
    } catch (error) {
      // An abort shows as a connection reset where it meets the body: ask the signal first.
      request.signal.throwIfAborted();
      throw networkError(request, error, proxy);
    }
  };
  return Object.assign(transport, {
    close: () => {
      for (const agent of [...Object.values(direct), ...tunnels.values()]) agent.destroy();
    },
  });
}

/** Whether whoever is on the way could read a secret in it. */
function isReadable({ url, headers }: HttpRequest): boolean {
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

function directTo(url: URL): http.RequestOptions {
  return { ...addressOf(url), protocol: url.protocol, path: url.pathname + url.search };
}

/** What isn't encrypted needs no tunnel: the proxy itself is asked for the whole URL. (RFC 9112, section 3.2.2) */
function throughProxy(url: URL, { url: proxy }: WebProxy): http.RequestOptions {
  return {
    ...addressOf(proxy),
    protocol: proxy.protocol,
    path: url.origin + url.pathname + url.search,
    headers: { host: url.host, ...proxyHeaders(proxy) },
  };
}

async function open(
  client: HttpClient,
  { url, method, headers, body, signal }: HttpRequest,
  route: http.RequestOptions,
): Promise<IncomingMessage> {
  const agent = { 'user-agent': client.userAgent };
  const options = { ...route, method, headers: { ...route.headers, ...headers, ...agent }, signal };
  const httpModule = route.protocol === 'https:' ? https : http;
  const answer = client.requestRaw({ parsedUrl: url, httpModule, options }, body ?? null);
  // While a proxy keeps a request waiting, Node has no connection yet on which the request would hear its signal.
  const { message } = await unlessAborted(signal, answer);
  return message;
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<string> {
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
