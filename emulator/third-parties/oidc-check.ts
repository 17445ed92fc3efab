import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { standingStill } from '../clock.js';
import { type Answer, refusal } from '../http.js';
import type { World } from '../world.js';
import { claimsIn, issuerKeys, issuerOf } from './github-issuer.js';
import { locationOf, type Party } from './parties.js';

/**
 * Refuses a request without an OIDC token of the emulated GitHub that is for this third party and of a job that
 * its policy allows. Returns undefined when the token is good. The statuses are those of the public service for
 * Fly. (gz/fly-oidc-discharge: server.go)
 */
export async function refuseWithoutOidc(
  world: World,
  party: Party,
  authorization: string | undefined,
): Promise<Answer | undefined> {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) return refusal(401, 'missing bearer token');
  const { oidcAudience, oidcClaims } = world.settings[party];
  const claims = await verifiedClaims(world, token, oidcAudience || locationOf(world, party));
  if (claims === undefined) return refusal(401, 'invalid OIDC token');
  const isAllowed = Object.entries(claimsIn(oidcClaims)).every(([name, pattern]) =>
    fits(String(claims[name] ?? ''), pattern),
  );
  return isAllowed ? undefined : refusal(403, `identity not allowed to discharge credential "${party}"`);
}

/** Returns the claims of a token; undefined when its signature, issuer, audience or times are wrong. */
async function verifiedClaims(
  world: World,
  token: string,
  audience: string,
): Promise<JWTPayload | undefined> {
  const { clock } = world;
  const verified = jwtVerify(token, createLocalJWKSet(issuerKeys().published), {
    algorithms: ['RS256'],
    issuer: issuerOf(world),
    audience,
    currentDate: new Date(clock.now()),
    requiredClaims: ['nbf', 'exp'],
  });
  try {
    return (await standingStill(clock, verified)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function fits(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((it) => it.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
