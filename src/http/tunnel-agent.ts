import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { wordsOf } from './advice.js';
import { proxyHeaders, type WebProxy } from './proxy.js';
import { NoTunnel } from './transport.js';

/**
 * Time in milliseconds for which one of a host's addresses is tried before the next. Node's 250 are too short for a host
 * far away beside an IPv6 address that leads nowhere.
 */
export const ADDRESS_LIMIT_MS = 5_000;

/** Keeps connections to TLS servers through the tunnels that a proxy opens; fails with {@link NoTunnel} where it opens none. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: WebProxy;
  readonly #opening = new Set<ClientRequest>();

  constructor(proxy: WebProxy, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { url, name } = this.#proxy;
    const host = options.host ?? '';
    const target = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
    // Node looks at a stream only where there is no error.
    const fail = callback as (error: Error) => void;
    const request = (url.protocol === 'https:' ? https : http).request({
      ...addressOf(url),
      method: 'CONNECT',
      path: target,
      agent: new (url.protocol === 'https:' ? https : http).Agent({
        autoSelectFamilyAttemptTimeout: ADDRESS_LIMIT_MS,
      }),
      // As on the way behind it: an environment that turns this off would have the proxy's credentials.
      rejectUnauthorized: true,
      headers: { host: target, ...proxyHeaders(url) },
    });
    this.#opening.add(request);
    request.once('close', () => this.#opening.delete(request));
    request.on('error', (cause) =>
      fail(new NoTunnel(`${name} can't be reached: ${wordsOf(cause)}`, { cause })),
    );
    request.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode <= 299) {
        // TLS goes over a socket that is given; the types know of that for `tls.connect` alone.
        const over: https.RequestOptions & { socket: Duplex } = { ...options, socket };
        const stream = super.createConnection(over);
        if (stream) callback(null, stream);
        return;
      }
      socket.destroy();
      fail(new NoTunnel(`${name} answered ${statusCode} when asked for ${target}`, { status: statusCode }));
    });
    request.end();
  }

  /** Also ends what waits for the proxy. */
  override destroy(): void {
    for (const request of this.#opening) request.destroy();
    super.destroy();
  }
}

/** Returns host and port of a URL as Node's own requests take them. */
export function addressOf(url: URL): { readonly host: string; readonly port: number } {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
