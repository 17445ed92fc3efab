import { ActionError } from '../errors.js';

/** Proxy that the environment names for an address. */
export interface WebProxy {
  /** Address with scheme http or https; may contain credentials. */
  readonly url: URL;
  /** Name for messages, without credentials: `the proxy 10.0.0.1:3128 (HTTPS_PROXY)`. */
  readonly name: string;
  /** Variable that names it. */
  readonly variable: string;
}

/** Variables by name, as a process has them. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy for a URL by `HTTPS_PROXY` or `HTTP_PROXY`, in lower case first, unless `NO_PROXY` or loopback exempts
 * it; as GitHub's runner reads them, a missing scheme is `http://`. Throws an `input` error where it can't be read: a silent
 * detour around the proxy is not what its owner wants. (actions/runner: RunnerWebProxy.cs)
 */
export function proxyFor(url: URL, env: ProxyVariables): WebProxy | undefined {
  const upper = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = [upper.toLowerCase(), upper].find((name) => (env[name] ?? '').trim() !== '');
  if (variable === undefined || isExempt(url, env)) return undefined;
  const text = (env[variable] ?? '').trim();
  if (/^socks/i.test(text))
    throw new ActionError(
      'input',
      `The environment variable ${variable} names a SOCKS proxy, which is not supported`,
      { hint: 'Set it to the address of an HTTP proxy, `http://host:port`, or leave it out for this step.' },
    );
  const proxy = proxyUrl(text.includes('://') ? text : `http://${text}`);
  if (proxy === undefined)
    throw new ActionError('input', `The environment variable ${variable} is not the address of a proxy`, {
      hint: 'Set it to `http://host:port` or `https://host:port`. If the proxy wants a login, put `name:password@` in front of the host, with special characters encoded (`@` as `%40`).',
    });
  const port = proxy.port || (proxy.protocol === 'https:' ? '443' : '80');
  return { url: proxy, name: `the proxy ${proxy.hostname}:${port} (${variable})`, variable };
}

/** Returns the header that shows a proxy the credentials in its address; none where that has none. */
export function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function proxyUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') return undefined;
  try {
    proxyHeaders(url);
    return url;
  } catch {
    // Percent signs that encode nothing.
    return undefined;
  }
}

function isExempt({ hostname, port, protocol }: URL, env: ProxyVariables): boolean {
  if (/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) return true;
  // A name may end with the root's dot.
  const host = `.${hostname.replace(/\.$/, '')}`;
  const ends = [host, `${host}:${port || (protocol === 'https:' ? 443 : 80)}`];
  return (env['no_proxy'] || env['NO_PROXY'] || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, ''))
    .some((entry) => entry === '*' || (entry !== '' && ends.some((end) => end.endsWith(`.${entry}`))));
}
