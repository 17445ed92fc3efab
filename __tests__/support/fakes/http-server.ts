import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

/** A server on this machine that keeps count of who came. */
export interface TestServer {
  readonly url: URL;
  /** Connections that were ever opened. */
  readonly connections: () => number;
  /** Resolves once no connection is open, whoever ended it. */
  deserted(): Promise<void>;
  close(): Promise<void>;
}

/** Listens with Node's own HTTP server; `host` is a loopback address. */
export function listen(handler: RequestListener, host = '127.0.0.1'): Promise<TestServer> {
  return opened(createServer(handler), host);
}

/** Listens below HTTP: what is sent, and when it ends, is up to the caller. */
export function listenRaw(onConnection: (socket: Socket) => void): Promise<TestServer> {
  return opened(createTcpServer(onConnection), '127.0.0.1');
}

async function opened(
  server: Server | ReturnType<typeof createTcpServer>,
  host: string,
): Promise<TestServer> {
  const open = new Set<Socket>();
  let count = 0;
  let onDeserted: () => void = () => undefined;
  server.on('connection', (socket: Socket) => {
    count += 1;
    open.add(socket);
    socket.on('error', () => undefined); // Resets are what is being tried.
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) onDeserted();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`),
    connections: () => count,
    deserted: () =>
      new Promise((resolve) => {
        onDeserted = resolve;
        if (open.size === 0) resolve();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
