import { ActionError } from '../errors.js';

/** A secret that a third party wants, and the one origin that may have it. */
export interface Credential {
  /** As `URL.origin` spells it. */
  readonly origin: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
}

/** Fly's own authentication services, and the only origins that its OAuth tokens may be shown to. (superfly/fly-go: tokens/tokens.go) */
export const FLY_AUTHENTICATION = ['https://api.fly.io', 'https://auth.fly.io'];

/**
 * Reads one line `origin: value`, split at the first `: `. A value of one word is sent as Bearer, one with a
 * scheme in front as it stands. Throws an `input` error that shows the origin at most.
 */
export function parseCredential(line: string): Credential {
  const at = line.indexOf(': ');
  const value = line.slice(at + 2).trim();
  const origin = originOf(line.slice(0, at).trim());
  if (at < 0 || value === '' || origin === undefined) {
    throw new ActionError('input', 'has a line that is not of the form `https://host: value`');
  }
  if (/^oidc(\s|$)/.test(value))
    throw new ActionError('input', `wants \`oidc\` for ${origin}, which is not supported yet; give a value`);
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new ActionError('input', `has a value for ${origin} with characters that no header can hold`);
  return { origin, authorization: /\s/.test(value) ? value : `Bearer ${value}` };
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, href } = new URL(text);
  return /^https?:$/.test(protocol) && href === `${origin}/` ? origin : undefined;
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

/**
 * Refuses to contact what would carry a ticket in the clear: https only, http for loopback and for an origin
 * that the user spelled with `http://` when giving its credential.
 */
export function requireSafe(url: URL, credentials: readonly Credential[]): void {
  if (url.protocol === 'https:') return;
  if (
    url.protocol === 'http:' &&
    (isLoopback(url) || credentials.some(({ origin }) => origin === url.origin))
  )
    return;
  throw new ActionError('third party refused', `${url.origin} is not https, so no ticket is sent there`, {
    hint: 'If that is meant, name the origin with `http://` in third-party-credentials.',
  });
}
