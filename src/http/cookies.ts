import type { Clock } from '../clock.js';
import type { HttpResponse, Transport } from './transport.js';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
  readonly path: string;
  /** Unix milliseconds by this machine's clock. */
  readonly end: number;
}

/** Longest text of all and of one cookie, in characters: no server can fill our memory, or make requests too long to be taken. */
const MOST_COOKIES = 2_000;
const MOST_SENT = 20;
const LONGEST_COOKIE = 1_024;
/** Shortest secret value: a shorter text may occur anywhere by chance. */
const SHORTEST_COOKIE_SECRET = 6;

const jars = new WeakMap<Transport, CookieJar>();

/**
 * Returns a host's transport with cookies carried, which are the same each time: steps that a post puts back one after another stay
 * at the server that has seen what the one before did.
 */
export function withCookies(host: Transport, transport: Transport, clock: Clock): Transport {
  const jar = jars.get(host) ?? new CookieJar(clock);
  jars.set(host, jar);
  return jar.carrying(transport);
}

/** Cookies: each goes back to the origin that set it, below its path, and lives no longer than this process. (RFC 6265) */
export class CookieJar {
  readonly #clock: Clock;
  readonly #cookies = new Map<string, Cookie>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the transport with cookies carried. Its callers never see them, even where an error repeats them. */
  carrying(transport: Transport): Transport {
    return async (request) => {
      const { url } = request;
      const sent = this.#for(url);
      const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
      const headers = cookie === '' ? request.headers : { ...request.headers, cookie };
      const { cookies, ...response } = await transport({ ...request, headers });
      const set = cookies ?? [response.headers['set-cookie'] ?? ''];
      const taken = set.flatMap((text) => this.#take(text, url, response));
      return without([...sent, ...taken], response);
    };
  }

  #for({ origin, pathname }: URL): Cookie[] {
    const now = this.#clock.now();
    return [...this.#cookies.values()]
      .filter((it) => it.origin === origin && it.end > now && isBelow(pathname, it.path))
      .sort((a, b) => b.path.length - a.path.length)
      .slice(0, MOST_SENT);
  }

  /** Takes what a `Set-Cookie` header sets, or removes what that has ended. */
  #take(text: string, url: URL, response: Omit<HttpResponse, 'cookies'>): Cookie[] {
    const [pair = '', ...attributes] = text.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (text.length > LONGEST_COOKIE || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value))
      return [];
    const given = new Map(
      attributes.map((it): [string, string] => {
        const [key = '', ...rest] = it.split('=');
        return [key.trim().toLowerCase(), rest.join('=').trim()];
      }),
    );
    const path = given.get('path')?.startsWith('/') ? (given.get('path') ?? '') : folderOf(url.pathname);
    const now = this.#clock.now();
    const cookie = { name, value, origin: url.origin, path, end: now + cookieLife(given, response, now) };
    const key = [cookie.origin, path, name].join(' ');
    // What is set anew is the newest.
    this.#cookies.delete(key);
    if (cookie.end > now && isOwn(given.get('domain'), url)) this.#cookies.set(key, cookie);
    for (const oldest of this.#cookies.keys()) {
      if (this.#cookies.size <= MOST_COOKIES) break;
      this.#cookies.delete(oldest);
    }
    return [cookie];
  }
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function folderOf(pathname: string): string {
  return pathname.slice(0, pathname.lastIndexOf('/')) || '/';
}

/** Returns whether a cookie is the host's own: one for a whole domain is kept for its host alone, and one for another host is not kept. */
function isOwn(domain: string | undefined, { hostname }: URL): boolean {
  const wanted = (domain ?? '').replace(/^\./, '').toLowerCase();
  return wanted === '' || `.${hostname}`.endsWith(`.${wanted}`);
}

/** Returns a cookie's life in milliseconds, by the clock of the server that sets it; infinite where it sets none. */
function cookieLife(
  given: ReadonlyMap<string, string>,
  { headers }: Pick<HttpResponse, 'headers'>,
  now: number,
): number {
  const age = given.get('max-age') ?? '';
  if (/^-?\d+$/.test(age)) return Number(age) * 1000;
  const end = Date.parse(given.get('expires') ?? '');
  const sent = Date.parse(headers['date'] ?? '');
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end - (Number.isNaN(sent) ? now : sent);
}

function without(cookies: readonly Cookie[], { status, headers, body }: HttpResponse): HttpResponse {
  const secrets = cookies.map(({ value }) => value).filter(({ length }) => length >= SHORTEST_COOKIE_SECRET);
  const hidden = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[…]'), text);
  const { 'set-cookie': _, ...others } = headers;
  if (status < 300 || secrets.length === 0) return { status, headers: others, body };
  const shown = Object.entries(others).map(([name, value]) => [name, value && hidden(value)]);
  return { status, headers: Object.fromEntries(shown), body: hidden(body) };
}
