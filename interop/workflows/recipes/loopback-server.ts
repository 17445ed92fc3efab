import { once } from 'node:events';
import { createServer } from 'node:http';

/** Server on loopback in place of all that isn't Fly: an app that is always well, Slack, and a recorder of `gh`. */
export interface LoopbackServer {
  readonly url: string;
  /** Returns what was posted so far: path and body. */
  said(): readonly string[];
  close(): void;
}

/** Serves until it is closed; answers each request well. */
export async function serveLoopback(): Promise<LoopbackServer> {
  const posted: string[] = [];
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    if (request.method === 'POST') posted.push(`${request.url} ${Buffer.concat(body).toString().trim()}`);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    said: () => posted,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
