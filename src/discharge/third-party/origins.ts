import { ActionError } from '../../errors.js';
import type { Ticket } from '../../macaroon/bundle.js';

/** What a third party wants to be shown, and the one origin that may have it. */
export interface Credential {
  /** As `URL.origin` spells it. */
  readonly origin: string;
  /** Value of the Authorization header; undefined for an OIDC token of the job, which is asked for each time. */
  readonly authorization: string | undefined;
  /** Of the OIDC token; the third party's location unless given. */
  readonly audience?: string | undefined;
  /** The one path at the origin that it is for, below which nothing else is shown it; undefined: any. */
  readonly path?: string;
}

/**
 * Fly's own authentication services, the only ones that its OAuth tokens may be shown to. (superfly/fly-go:
 * tokens/tokens.go; superfly/macaroon: flyio/flyio.go)
 */
const FLYS_OWN = [
  { origin: 'https://api.fly.io', path: '/aaa/v1' },
  { origin: 'https://auth.fly.io', path: '/' },
] as const;
/** Their origins. */
export const FLY_AUTHENTICATION: readonly string[] = FLYS_OWN.map(({ origin }) => origin);

/** Whether a third party is Fly's own, or stands for it on this machine. */
export function isFlysOwn(url: URL): boolean {
  const isOne = FLYS_OWN.some(({ origin, path }) => origin === url.origin && path === placeOf(url));
  return isOne || (isLoopback(url) && url.pathname.startsWith('/aaa/'));
}

/** The path of a location, which means the same with and without a slash at its end. */
export function placeOf({ pathname }: URL): string {
  return pathname.replace(/(?<=.)\/$/, '');
}

/** The value of a line that stands for the job's OIDC token and is no secret: `oidc`, or that and an audience. */
export const OIDC = /^oidc(?:\s+(.*))?$/i;

/**
 * Reads one line `origin: value` or `origin: oidc [audience]`, split at the first `: `. A value of one word is sent as
 * Bearer, one with a scheme in front as it stands. Throws an `input` error that shows the origin at most.
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

/** Whoever makes a token names the path, and at Fly there is more than its third parties. */
function pathAt(origin: string): Pick<Credential, 'path'> {
  const own = FLYS_OWN.find((it) => it.origin === origin);
  return own === undefined ? {} : { path: own.path };
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : undefined;
}

/** The origins of third parties, each once; of those whose location is a URL of the web. */
export function originsOf(tickets: readonly Ticket[]): string[] {
  return [...new Set(tickets.flatMap(({ location }) => originOf(location) ?? []))];
}

/** The origins that credentials were given for though none of the third parties is there. */
export function strays(credentials: readonly Credential[], tickets: readonly Ticket[]): string[] {
  const known = originsOf(tickets);
  return [...new Set(credentials.map(({ origin }) => origin))].filter((origin) => !known.includes(origin));
}

/** The credentials by which a bundle's OAuth tokens authenticate at Fly itself. */
export function flyCredentials(userTokens: readonly string[]): Credential[] {
  if (userTokens.length === 0) return [];
  const authorization = `Bearer ${userTokens.join(',')}`;
  return FLYS_OWN.map((place) => ({ ...place, authorization }));
}

/** Loopback by name or number: the one place where plain http gives nothing away. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether nobody on the way can read along: https, or http on this machine. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
