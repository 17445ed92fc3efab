import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that lets nothing through and remembers what clients asked for. */
export interface DeadEnd {
  readonly url: string;
  /** Hosts and URLs, in the order of arrival. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Opens the proxy on loopback. */
export async function openDeadEnd(): Promise<DeadEnd> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(502).end();
  });
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    // A client that leaves at once needs no answer.
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // The cast is safe: a server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
