import { verify } from 'node:crypto';
import { type Answer, refusal } from '../http.js';
import type { World } from '../world.js';
import { claimsIn, issuerKeys, issuerOf, KEY_ID } from './github-issuer.js';
import { locationOf, type Party } from './parties.js';

/**
 * Refuses a request without an OIDC token of the emulated GitHub that is for this third party and of a job that
 * its policy allows. Returns undefined when the token is good. The statuses are those of the public service for
 * Fly. (gz/fly-oidc-discharge: server.go)
 */
export function refuseWithoutOidc(
  world: World,
  party: Party,
  authorization: string | undefined,
): Answer | undefined {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) return refusal(401, 'missing bearer token');
  const claims = verifiedClaims(world, token);
  const { oidcAudience, oidcClaims } = world.settings[party];
  if (claims === undefined || claims['aud'] !== (oidcAudience || locationOf(world, party)))
    return refusal(401, 'invalid OIDC token');
  const isAllowed = Object.entries(claimsIn(oidcClaims)).every(([name, pattern]) =>
    fits(String(claims[name] ?? ''), pattern),
  );
  return isAllowed ? undefined : refusal(403, `identity not allowed to discharge credential "${party}"`);
}

/**
 * Returns the claims of a token after checking signature, issuer and times; undefined when one of them is
 * wrong.
 */
function verifiedClaims(world: World, token: string): Readonly<Record<string, unknown>> | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const header = decode(head);
  const claims = decode(body);
  if (more.length > 0 || header?.['alg'] !== 'RS256' || header['kid'] !== KEY_ID) return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, issuerKeys().publicKey, Buffer.from(signature, 'base64url')))
    return undefined;
  const now = world.clock.now() / 1_000;
  const isNow = Number(claims?.['nbf']) <= now && now < Number(claims?.['exp']);
  return isNow && claims?.['iss'] === issuerOf(world) ? claims : undefined;
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch {
    return undefined; // The caller refuses it like any other wrong token.
  }
}

function fits(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((it) => it.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
