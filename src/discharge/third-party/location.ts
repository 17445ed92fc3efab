import { ActionError } from '../../errors.js';
import { type Credential, isLoopback } from './origins.js';

/** Settings that decide where a ticket may go, beside the token that names the place. */
export interface LocationBounds {
  readonly credentials: readonly Credential[];
  /** Address of the Machines API. With the real one, no ticket goes to this machine. */
  readonly apiUrl: URL;
}

/**
 * Reads the location of a third party, as the token's maker wrote it: an origin and a path in a URL's own spelling, and
 * nothing else, so that a reader sees the very place that requests go to. Undefined for any other text.
 */
export function parseLocation(location: string): URL | undefined {
  if (!URL.canParse(location)) return undefined;
  const url = new URL(location);
  const [, authority, path = ''] = /^https?:\/\/([^/]+)(.*)$/i.exec(location) ?? [];
  if (authority === undefined) return undefined;
  // A URL drops or changes dot segments, backslashes, blanks, control characters, numbers that stand for an address
  // and letters that look like others.
  const port = url.protocol === 'https:' ? ':443' : ':80';
  const isHost = [url.host, `${url.host}${port}`].includes(authority.toLowerCase());
  const isPlain = (path === '' ? '/' : path) === url.pathname && isHost;
  const isBare = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  // Some servers take an encoded dot or slash for the real one.
  return isPlain && isBare && !/%(2e|2f|5c)/i.test(path) ? url : undefined;
}

/**
 * Throws `third party refused` for a URL that would carry a ticket in the clear, or to a program on this machine. Allows
 * https, http on loopback if the API is there, too, and http for an origin whose credential the user gave with `http://`.
 */
export function requireSafe(url: URL, { credentials, apiUrl }: LocationBounds): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && credentials.some(({ origin }) => origin === url.origin)) return;
  const isHere = url.protocol === 'http:' && isLoopback(url);
  if (isHere && isLoopback(apiUrl)) return;
  const why = isHere ? 'this machine, where the Machines API is not' : 'not https';
  throw new ActionError('third party refused', `${url.origin} is ${why}, so no ticket is sent there`, {
    hint: 'To allow it, name the origin with `http://` in third-party-credentials.',
  });
}
