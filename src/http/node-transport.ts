import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { HttpClient } from '@actions/http-client';
import { unlessAborted } from '../abort.js';
import { ActionError } from '../errors.js';
import { type HttpRequest, TooLarge, type Transport } from './transport.js';

/** More than ever are in flight on purpose: what is short must not queue behind what waits. */
const MAX_SOCKETS = 500;

const CUT = 'the connection was cut before the answer was whole';

/** A transport over `@actions/http-client`, which brings the runner's proxy settings; connections are kept and shared. */
export function nodeTransport(userAgent: string): Transport & { close(): void } {
  // One client holds one agent, so http and https, or two hosts, need clients of their own.
  const clients = new Map<string, HttpClient>();
  const clientFor = (origin: string): HttpClient => {
    const client =
      clients.get(origin) ?? new HttpClient(userAgent, [], { keepAlive: true, maxSockets: MAX_SOCKETS });
    clients.set(origin, client);
    return client;
  };
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    try {
      const message = await open(clientFor(request.url.origin), request, userAgent);
      return {
        status: message.statusCode ?? 0,
        headers: singleHeaders(message),
        body: await readBody(message, request.maxBytes),
      };
    } catch (error) {
      // An abort shows as a connection reset where it meets the body: ask the signal first.
      request.signal.throwIfAborted();
      throw networkError(request, error);
    }
  };
  return Object.assign(transport, {
    close: () => {
      for (const client of clients.values()) client.dispose();
    },
  });
}

async function open(client: HttpClient, request: HttpRequest, userAgent: string): Promise<IncomingMessage> {
  const { url, method, headers, body, signal } = request;
  const options = {
    method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers: { ...headers, 'user-agent': userAgent },
    agent: client.getAgent(url.href),
    signal,
  };
  const httpModule = url.protocol === 'https:' ? https : http;
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

function networkError({ method, url }: HttpRequest, error: unknown): ActionError {
  const message = error instanceof Error ? error.message : String(error);
  // Node's one word for a connection that ends within a body.
  const reason = message === 'aborted' ? CUT : message;
  return new ActionError('network', `${method} ${url.origin}: ${reason}`, { cause: error });
}
