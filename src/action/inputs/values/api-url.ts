import { isLoopback } from '../../../discharge/third-party/origins.js';
import { ActionError } from '../../../errors.js';
import type { Environment } from '../../runner/environment.js';

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
 * and loopback are taken: a stray variable can't send the token elsewhere. Throws an `input` error, also where it is
 * set and empty: whoever sets it means another place than the public one.
 */
export function apiUrlFromEnvironment(env: Environment): URL {
  const text = env[VARIABLE]?.trim();
  if (text === undefined) return new URL(PUBLIC_API);
  if (text !== '') return onlyFlys(text, `The environment variable ${VARIABLE}`, env);
  throw new ActionError('input', `The environment variable ${VARIABLE} is set but empty`, {
    hint: 'Give it the address that is meant, or remove it for the public one. `act` empties a variable that it is given by name alone: write `--env NAME="$NAME"`.',
  });
}

/** Reads an address that may have been left by somebody else: Fly's own, and loopback. Throws an `input` error that begins with `what`. */
export function onlyFlys(text: string, what: string, env: Environment): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTaken =
    url !== undefined && isBare(url) && (isFlys(url) || (/^https?:$/.test(url.protocol) && isLoopback(url)));
  if (!isTaken)
    throw new ActionError('input', `${what} is not the bare address of a host of Fly's`, {
      hint: 'Remove it, or, if that host is meant, give it as `api-url`.',
    });
  // Elsewhere, any machine of the network that the runner is in may answer to the name.
  if (url.origin === INTERNAL_API && !env['FLY_MACHINE_ID']?.trim())
    throw new ActionError(
      'input',
      `${what} is ${INTERNAL_API}, but no FLY_MACHINE_ID says that this step runs in Fly's network`,
      { hint: 'Remove it, or, if that address is meant, give it as `api-url`.' },
    );
  return new URL(url.origin);
}

const VARIABLE = 'FLY_FLAPS_BASE_URL';

/** Whether an address is one of Fly's own for its Machines API. */
export function isFlys({ protocol, hostname, origin }: URL): boolean {
  return (protocol === 'https:' && /(^|\.)machines\.dev$/.test(hostname)) || origin === INTERNAL_API;
}

function isBare(url: URL): boolean {
  return url.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
}
