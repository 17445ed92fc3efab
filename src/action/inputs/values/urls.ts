import { isLoopback, isPrivate } from '../../../discharge/third-party/origins.js';
import { ActionError } from '../../../errors.js';
import type { Environment } from '../../runner/environment.js';
import { type Parser, refuse } from './parsers.js';

/** Public address of Fly's Machines API. */
export const PUBLIC_API = 'https://api.machines.dev';
const INTERNAL_API = 'http://_api.internal:4280';
const VARIABLE = 'FLY_FLAPS_BASE_URL';

/**
 * Reads the address of the Machines API as a user gave it: https, or http where nobody can read along (loopback and Fly's
 * private network).
 */
export const apiUrl: Parser<URL> = (text) => {
  const url = privateUrl(
    text,
    'but the token is sent over https only',
    ({ origin }) => origin === INTERNAL_API,
  );
  // Without the path, the token would go to another service of the same host.
  if (!isBare(url)) throw refuse(`can be scheme, host and port only, such as ${url.origin}`);
  return new URL(url.origin);
};

/** Reads the address of metrics, below which `api/v1/` lies: https, or http on loopback. */
export const prometheusUrl: Parser<URL> = (text) => {
  const url = privateUrl(text, 'but the token is sent over https only');
  if (url.search !== '' || url.hash !== '' || hasLogin(url))
    throw refuse('can be scheme, host and path only');
  return url;
};

/** Reads a URL of an app without user and password: https, or http on loopback. Logs show all of it but its query. */
export const probeUrl: Parser<URL> = (text) => {
  const url = privateUrl(text, 'but must be https');
  if (hasLogin(url)) throw refuse('has a user or a password in it');
  url.hash = '';
  return url;
};

/**
 * Reads the address of the Machines API from `FLY_FLAPS_BASE_URL`. An earlier step may have set it, so only Fly's own
 * addresses and loopback are allowed: a stray variable can't send the token elsewhere. Throws an `input` error for others,
 * and for one that is set but empty: a user who sets it means another place than the public one.
 */
export function apiUrlFromEnvironment(env: Environment): URL {
  const text = env[VARIABLE]?.trim();
  if (text === undefined) return new URL(PUBLIC_API);
  if (text !== '') return onlyFlys(text, `The environment variable ${VARIABLE}`, env);
  throw new ActionError('input', `The environment variable ${VARIABLE} is set but empty`, {
    hint: 'Set it to the address that you mean, or remove it for the public one. `act` empties a variable that it is given by name alone: write `--env NAME="$NAME"`.',
  });
}

/** Reads an address that another step may have left: Fly's own or loopback. Throws an `input` error beginning with `what`. */
export function onlyFlys(text: string, what: string, env: Environment): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTaken =
    url !== undefined && isBare(url) && (isFlys(url) || (/^https?:$/.test(url.protocol) && isLoopback(url)));
  if (!isTaken)
    throw new ActionError('input', `${what} is not the bare address of a host of Fly's`, {
      hint: 'Remove it, or, if you mean that host, set `api-url` to it.',
    });
  // Outside of Fly's network, any machine of the runner's network may answer to that name.
  if (url.origin === INTERNAL_API && !env['FLY_MACHINE_ID']?.trim())
    throw new ActionError(
      'input',
      `${what} is ${INTERNAL_API}, but no FLY_MACHINE_ID says that this step runs in Fly's network`,
      { hint: 'Remove it, or, if you mean that address, set `api-url` to it.' },
    );
  return new URL(url.origin);
}

/** Returns whether an address is one of Fly's own for its Machines API. */
export function isFlys({ protocol, hostname, origin }: URL): boolean {
  return (protocol === 'https:' && /(^|\.)machines\.dev$/.test(hostname)) || origin === INTERNAL_API;
}

/** Reads a URL that nobody on the way can read: https, or http on loopback and if `isAllowed` returns true. */
function privateUrl(text: string, why: string, isAllowed: (url: URL) => boolean = () => false): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refuse('is not a URL');
  if (isPrivate(url) || (url.protocol === 'http:' && isAllowed(url))) return url;
  throw refuse(`is ${url.protocol}//${url.host}, ${why}`);
}

function isBare(url: URL): boolean {
  return url.pathname === '/' && url.search === '' && !hasLogin(url);
}

function hasLogin({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
