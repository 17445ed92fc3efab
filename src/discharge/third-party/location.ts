import { ActionError } from '../../errors.js';
import { type Credential, isLoopback } from './origins.js';

/** Who decides where a ticket may go, beside the token that names the place. */
export interface Bounds {
  readonly credentials: readonly Credential[];
  /** Of the Machines API: a token for the real one has no business on this machine. */
  readonly apiUrl: URL;
}

/**
 * Reads the location of a third party, which whoever made the token has written: an origin and a path, spelled as a URL
 * spells itself, and nothing else, so that nobody is led to another place than the one that is read. Undefined for
 * any other text.
 */
export function parseLocation(location: string): URL | undefined {
  if (!URL.canParse(location)) return undefined;
  const url = new URL(location);
  const [, authority, path = ''] = /^https?:\/\/([^/]+)(.*)$/i.exec(location) ?? [];
  if (authority === undefined) return undefined;
  // Dot segments, backslashes, blanks and control characters are gone or changed once they have been read, and so are
  // numbers that stand for an address and letters that look like others.
  const port = url.protocol === 'https:' ? ':443' : ':80';
  const isHost = [url.host, `${url.host}${port}`].includes(authority.toLowerCase());
  const isPlain = (path === '' ? '/' : path) === url.pathname && isHost;
  const isBare = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  // Some servers take an encoded dot or slash for the real one.
  return isPlain && isBare && !/%(2e|2f|5c)/i.test(path) ? url : undefined;
}

/**
 * Refuses to contact what would carry a ticket in the clear, or to anybody on this machine: https only, http for
 * loopback where the API is there, too, and for an origin that the user spelled with `http://` when giving its credential.
 */
export function requireSafe(url: URL, { credentials, apiUrl }: Bounds): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && credentials.some(({ origin }) => origin === url.origin)) return;
  const isHere = url.protocol === 'http:' && isLoopback(url);
  if (isHere && isLoopback(apiUrl)) return;
  const why = isHere ? 'this machine, where the Machines API is not' : 'not https';
  throw new ActionError('third party refused', `${url.origin} is ${why}, so no ticket is sent there`, {
    hint: 'If that is meant, name the origin with `http://` in third-party-credentials.',
  });
}
