import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fly } from './fly.js';
import type { Answer, FlyRequest } from './http.js';

/** Options of the server. */
export interface ServeOptions {
  /** Port to listen on. Default 0: any free one. */
  readonly port?: number;
  /** Scheme and host with which third parties' locations start. Default: the server's own URL. */
  readonly origin?: string;
  /** Milliseconds between two bytes of an answer that drips. Default 1000. */
  readonly dripMs?: number;
  /** Called with an error inside the emulator; the client gets a 500. */
  readonly onError?: (error: unknown) => void;
}

/** A server that listens. */
export interface Server {
  readonly url: string;
  /** Ends all connections, including hanging ones. */
  close(): Promise<void>;
}

/** Largest body of a request, in bytes. */
const MAX_BODY = 1_048_576;
const KEEP_ALIVE_MS = 30_000;

/** Serves a Fly over HTTP on 127.0.0.1, and sets its origin. */
export async function serve(fly: Fly, options: ServeOptions = {}): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(fly, request, response, options).catch((error: unknown) => {
      options.onError?.(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end('the emulator failed\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // The cast is safe: a server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  fly.origin = options.origin ?? url;
  return {
    url,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  fly: Fly,
  incoming: IncomingMessage,
  response: ServerResponse,
  { dripMs = 1_000 }: ServeOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = await readBody(incoming);
  if (body === 'gone') return;
  if (body === 'too large') {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const reply = await fly.handle(requestOf(incoming, body.text), gone.signal);
  if (!('fault' in reply)) {
    response.writeHead(reply.status, withLength(reply)).end(reply.body);
    return;
  }
  switch (reply.fault) {
    case 'hang':
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'cut': {
      const { status, headers, body: whole } = reply.answer;
      const half = whole.slice(0, Math.ceil(whole.length / 2));
      // One byte more than there is, so that even an empty body arrives incomplete.
      response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(whole) + 1) });
      response.write(half, () => incoming.socket.destroy());
      return;
    }
    case 'drip':
      drip(response, reply.answer, dripMs);
  }
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): FlyRequest {
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return { method, path: url, headers: Object.fromEntries(single), body };
}

async function readBody(incoming: IncomingMessage): Promise<{ text: string } | 'gone' | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      size += chunk.length;
      if (size > MAX_BODY) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    // Reading fails only when the client has gone, so there is nobody to tell.
    return 'gone';
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}

function withLength({ headers, body }: Answer): Record<string, string> {
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

function drip(response: ServerResponse, answer: Answer, ms: number): void {
  const bytes = Buffer.from(answer.body);
  let sent = 0;
  response.writeHead(answer.status, withLength(answer)).flushHeaders();
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= bytes.length) response.end();
  }, ms);
  response.once('close', () => clearInterval(timer));
}
