import { isLoopback } from '../discharge/origins.js';
import { ActionError } from '../errors.js';

/** Where Fly's Machines API is for everybody. */
export const PUBLIC_API = 'https://api.machines.dev';
const INTERNAL_API = 'http://_api.internal:4280';

/**
 * Reads the Machines API's address as a user gave it: https, or http where nothing is given away (loopback and
 * Fly's private network). Throws an `input` error.
 */
export function parseApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new ActionError('input', 'is not a URL');
  const isSafe =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && (isLoopback(url) || url.origin === INTERNAL_API));
  if (!isSafe)
    throw new ActionError('input', `is ${url.protocol}//${url.host}, but the token is sent over https only`);
  // Dropped in silence, a path would leave the token with another service of the same host.
  if (!isBare(url))
    throw new ActionError('input', `can be scheme, host and port only, such as ${url.origin}`);
  return new URL(url.origin);
}

/**
 * Reads the address from `FLY_FLAPS_BASE_URL`. An earlier step may have set that, so only addresses of Fly's own
 * and loopback are taken: a stray variable can't send the token elsewhere.
 */
export function apiUrlFromEnvironment(text: string | undefined): URL {
  if (text === undefined || text.trim() === '') return new URL(PUBLIC_API);
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (
    url !== undefined &&
    isBare(url) &&
    (isFlys(url) || (/^https?:$/.test(url.protocol) && isLoopback(url)))
  )
    return new URL(url.origin);
  throw new ActionError(
    'input',
    "The environment variable FLY_FLAPS_BASE_URL is not the bare address of a host of Fly's",
    {
      hint: 'Remove it, or, if that host is meant, give it as `api-url`.',
    },
  );
}

/** Whether an address is one of Fly's own for its Machines API. */
export function isFlys({ protocol, hostname, origin }: URL): boolean {
  return (protocol === 'https:' && /(^|\.)machines\.dev$/.test(hostname)) || origin === INTERNAL_API;
}

function isBare(url: URL): boolean {
  return url.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
}
