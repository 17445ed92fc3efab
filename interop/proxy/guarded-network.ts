import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import { createBridges } from './bridges.js';
import { createPrivateCa } from './private-ca.js';
import { startTinyproxy, type Tinyproxy } from './tinyproxy.js';

/** A network in which only a proxy leads to Fly, and whose certificates come from a private CA. */
export interface GuardedNetwork {
  readonly fly: Fly;
  /** Path of the CA's certificate. */
  readonly ca: string;
  /** Direct URL of Fly's hosts: on loopback, at an address that programs don't recognize as such. */
  readonly direct: string;
  /** Hosts of all tunnels, such as `api.fly.io:443`, in order. */
  readonly tunnels: string[];
  /** Returns the number of completed TLS handshakes. */
  handshakes(): number;
  /** Starts another proxy to the same network, with extra lines in its configuration. */
  proxy(lines?: readonly string[]): Promise<Tinyproxy>;
  /** Returns an address at which the proxy takes TLS. */
  secure(proxy: Tinyproxy): Promise<string>;
  close(): Promise<void>;
}

export const PROXIED_APP = 'my-app';

/** Opens the network; Fly's third parties are at https://api.fly.io. */
export async function openGuardedNetwork(): Promise<GuardedNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  // Programs never use a proxy for loopback, but recognize only its usual names; 0.0.0.0 leads there as well.
  const ca = createPrivateCa(folder, ['DNS:api.machines.dev', 'DNS:api.fly.io', 'IP:0.0.0.0']);
  const machines = Array.from({ length: 20 }, () => ({ processGroup: 'worker' }));
  const settings = { bootMs: 10, stopMs: 10 };
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    settings,
    apps: [{ name: PROXIED_APP, machines }],
  });
  const plain = await serve(fly, { origin: 'https://api.fly.io' });
  const bridges = createBridges();
  let handshakes = 0;
  const servers: Server[] = [];
  /** Starts a server that takes TLS off, and calls back for each connection. */
  const encrypted = (port: number, onSecure: () => void = () => undefined): Promise<number> => {
    const server = createTlsServer({ key: ca.key, cert: ca.cert }, (socket) => {
      onSecure();
      bridges.to(port, socket);
    });
    servers.push(server.on('tlsClientError', () => undefined)); // A client that doesn't trust us leaves.
    return listen(server);
  };
  const flyPort = await encrypted(Number(new URL(plain.url).port), () => {
    handshakes += 1;
  });
  // Every name beyond the proxy leads to our Fly.
  const tunnels: string[] = [];
  const beyond = createServer().on('connect', ({ url = '' }, socket: Socket) => {
    tunnels.push(url);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    bridges.to(flyPort, socket);
  });
  servers.push(beyond);
  const upstream = `127.0.0.1:${await listen(beyond)}`;
  const proxies: Tinyproxy[] = [];
  return {
    fly,
    ca: ca.file,
    tunnels,
    direct: `https://0.0.0.0:${flyPort}`,
    handshakes: () => handshakes,
    proxy: async (lines) => {
      const proxy = await startTinyproxy(folder, upstream, lines);
      proxies.push(proxy);
      return proxy;
    },
    secure: async ({ host }) => `https://0.0.0.0:${await encrypted(Number(host.split(':')[1]))}`,
    close: async () => {
      for (const proxy of proxies) await proxy.stop();
      bridges.close();
      for (const server of servers) server.close();
      await plain.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port; // The cast is safe: it listens on a port.
}
