import { ActionError } from '../errors.js';
import type { Ticket } from '../macaroon/bundle.js';

/** What a third party wants to be shown, and the one origin that may have it. */
export interface Credential {
  /** As `URL.origin` spells it. */
  readonly origin: string;
  /** Value of the Authorization header; undefined for an OIDC token of the job, which is asked for each time. */
  readonly authorization: string | undefined;
  /** Of the OIDC token; the third party's location unless given. */
  readonly audience?: string | undefined;
}

/** Fly's own authentication services, and the only origins that its OAuth tokens may be shown to. (superfly/fly-go: tokens/tokens.go) */
export const FLY_AUTHENTICATION = ['https://api.fly.io', 'https://auth.fly.io'];

/** Whether a third party is Fly's own, or stands for it on this machine. */
export function isFlysOwn(url: URL): boolean {
  return FLY_AUTHENTICATION.includes(url.origin) || (isLoopback(url) && url.pathname.startsWith('/aaa/'));
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
  const oidc = OIDC.exec(value);
  if (oidc !== null) {
    const audience = oidc[1];
    if (/\s/.test(audience ?? ''))
      throw new ActionError('input', `wants \`oidc\` for ${origin} with more than one word as its audience`);
    return { origin, authorization: undefined, audience };
  }
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new ActionError('input', `has a value for ${origin} with characters that no header can hold`);
  return { origin, authorization: /\s/.test(value) ? value : `Bearer ${value}` };
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
  return FLY_AUTHENTICATION.map((origin) => ({ origin, authorization }));
}

/** Loopback by name or number: the one place where plain http gives nothing away. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether nobody on the way can read along: https, or http on this machine. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/**
 * Refuses to contact what would carry a ticket in the clear: https only, http for loopback and for an origin
 * that the user spelled with `http://` when giving its credential.
 */
export function requireSafe(url: URL, credentials: readonly Credential[]): void {
  if (isPrivate(url)) return;
  if (url.protocol === 'http:' && credentials.some(({ origin }) => origin === url.origin)) return;
  throw new ActionError('third party refused', `${url.origin} is not https, so no ticket is sent there`, {
    hint: 'If that is meant, name the origin with `http://` in third-party-credentials.',
  });
}
