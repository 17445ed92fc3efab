import { isLoopback } from '../../../discharge/third-party/origins.js';
import { ActionError } from '../../../errors.js';

/** Reads the address of metrics, below which `api/v1/` lies: https, or http on loopback. Throws an `input` error. */
export function parsePrometheusUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new ActionError('input', 'is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw new ActionError('input', `is ${url.protocol}//${url.host}, but the token is sent over https only`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new ActionError('input', 'can be scheme, host and path only');
  return url;
}
