import { isLoopback } from '../discharge/origins.js';
import { ActionError } from '../errors.js';

/** Reads an address that a token goes to: https, or http on loopback. Throws an `input` error. */
export function parsePrometheusUrl(text: string): URL {
  const url = httpUrl(text);
  if (url.search !== '' || url.hash !== '')
    throw new ActionError('input', 'can be scheme, host and path only');
  return url;
}

/** Reads an address that is asked without any token. Throws an `input` error. */
export function parseProbeUrl(text: string): URL {
  return httpUrl(text);
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new ActionError('input', 'is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw new ActionError('input', `is ${url.protocol}//${url.host}, but must be https`);
  if (url.username !== '' || url.password !== '')
    throw new ActionError('input', 'holds a user or a password, which has no place in an address');
  return url;
}
