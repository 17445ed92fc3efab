import { ActionError } from '../../errors.js';
import type { Ticket } from '../../macaroon/bundle.js';

/** Credential for a third party, and the one origin that may see it. */
export interface Credential {
  /** Origin as `URL.origin` spells it. */
  readonly origin: string;
  /** Value of the Authorization header; undefined for an OIDC token of the job, which we ask for each time. */
  readonly authorization: string | undefined;
  /** Audience of the OIDC token; default: the third party's location. */
  readonly audience?: string | undefined;
  /** Only path at the origin that may see it; undefined: any. */
  readonly path?: string;
}

/**
 * Authentication services of Fly itself, the only ones that may see its OAuth tokens. (superfly/fly-go:
 * tokens/tokens.go; superfly/macaroon: flyio/flyio.go)
 */
const FLYS_OWN = [
  { origin: 'https://api.fly.io', path: '/aaa/v1' },
  { origin: 'https://auth.fly.io', path: '/' },
] as const;
/** Origins of Fly's own authentication services. */
export const FLY_AUTHENTICATION: readonly string[] = FLYS_OWN.map(({ origin }) => origin);

/** Returns whether a third party is Fly's own, or stands for it on this machine. */
export function isFlysOwn(url: URL): boolean {
  const isOne = FLYS_OWN.some(({ origin, path }) => origin === url.origin && path === placeOf(url));
  return isOne || (isLoopback(url) && url.pathname.startsWith('/aaa/'));
}

/** Returns the path of a location without the slash at its end, which changes nothing. */
export function placeOf({ pathname }: URL): string {
  return pathname.replace(/(?<=.)\/$/, '');
}

/** Value of a line that stands for the job's OIDC token and is no secret: `oidc`, or that and an audience. */
export const OIDC = /^oidc(?:\s+(.*))?$/i;

/**
 * Reads one line `origin: value` or `origin: oidc [audience]`, split at the first `: `. Sends a value of one word as
 * Bearer, and one with a scheme in front as it stands. Throws an `input` error that shows no more than the origin.
 */
export function parseCredential(line: string): Credential {
  const at = line.indexOf(': ');
  const value = line.slice(at + 2).trim();
  const place = line.slice(0, at).trim();
  const origin = originOf(place);
  if (at < 0 || value === '' || origin === undefined) {
    throw new ActionError('input', 'has a line that is not of the form `https://host: value`');
  }
  if (new URL(place).href !== `${origin}/`) {
    const what = `has a line with more than an origin in front: \`${origin}\` is all that it takes, without a path`;
    throw new ActionError('input', what);
  }
  const path = pathAt(origin);
  const oidc = OIDC.exec(value);
  if (oidc !== null) {
    const audience = oidc[1];
    if (/\s/.test(audience ?? ''))
      throw new ActionError('input', `wants \`oidc\` for ${origin} with more than one word as its audience`);
    return { origin, authorization: undefined, audience, ...path };
  }
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new ActionError('input', `has a value for ${origin} with characters that no header can hold`);
  return { origin, authorization: /\s/.test(value) ? value : `Bearer ${value}`, ...path };
}

/** Limits a credential for Fly to one path: the token's maker names the path, and Fly serves more than third parties. */
function pathAt(origin: string): Pick<Credential, 'path'> {
  const own = FLYS_OWN.find((it) => it.origin === origin);
  return own === undefined ? {} : { path: own.path };
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : undefined;
}

/** Returns the origins of third parties, each once; skips locations that are no http or https URL. */
export function originsOf(tickets: readonly Ticket[]): string[] {
  return [...new Set(tickets.flatMap(({ location }) => originOf(location) ?? []))];
}

/** Returns the origins that have a credential but no third party. */
export function strays(credentials: readonly Credential[], tickets: readonly Ticket[]): string[] {
  const known = originsOf(tickets);
  return [...new Set(credentials.map(({ origin }) => origin))].filter((origin) => !known.includes(origin));
}

/** Returns the credentials with which a bundle's OAuth tokens authenticate at Fly itself. */
export function flyCredentials(userTokens: readonly string[]): Credential[] {
  if (userTokens.length === 0) return [];
  const authorization = `Bearer ${userTokens.join(',')}`;
  return FLYS_OWN.map((place) => ({ ...place, authorization }));
}

/** Returns whether a URL is on loopback, by name or number: the one place where plain http gives nothing away. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Returns whether the network can't read a request: https, or http on this machine. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
