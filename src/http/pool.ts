import http from 'node:http';
import https from 'node:https';
import { proxyHeaders, type WebProxy } from './proxy.js';
import { addressOf, TunnelAgent } from './tunnel-agent.js';

/** The connections of one kind: direct ones, and those through each proxy. */
export class Pool {
  readonly #options: https.AgentOptions;
  readonly #direct: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly #tunnels = new Map<string, TunnelAgent>();

  constructor(options: https.AgentOptions) {
    this.#options = options;
    this.#direct = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  /** Options for Node that lead a request to the URL. */
  routeTo(url: URL, proxy: WebProxy | undefined): http.RequestOptions {
    if (proxy !== undefined && url.protocol === 'https:')
      return { ...directTo(url), agent: this.#tunnel(proxy) };
    const route = proxy === undefined ? directTo(url) : throughProxy(url, proxy);
    return { ...route, agent: this.#direct[route.protocol === 'https:' ? 'https:' : 'http:'] };
  }

  close(): void {
    for (const agent of [...Object.values(this.#direct), ...this.#tunnels.values()]) agent.destroy();
  }

  #tunnel(proxy: WebProxy): TunnelAgent {
    const agent = this.#tunnels.get(proxy.url.href) ?? new TunnelAgent(proxy, this.#options);
    this.#tunnels.set(proxy.url.href, agent);
    return agent;
  }
}

function directTo(url: URL): http.RequestOptions {
  return { ...addressOf(url), protocol: url.protocol, path: url.pathname + url.search };
}

/** Sends requests without encryption, which need no tunnel: the proxy itself is asked for the whole URL (RFC 9112, section 3.2.2). */
function throughProxy(url: URL, { url: proxy }: WebProxy): http.RequestOptions {
  return {
    ...addressOf(proxy),
    protocol: proxy.protocol,
    path: url.origin + url.pathname + url.search,
    headers: { host: url.host, ...proxyHeaders(proxy) },
  };
}
