import { createHash, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { standingStill } from '../clock.js';
import { hex } from '../random.js';
import type { World } from '../world.js';

/** Path, below the origin, at which the emulated GitHub issues OIDC tokens. */
export const ISSUER_PATH = '/github';
/** Key and algorithm of all signatures, in the words of a header. */
const SIGNER = { alg: 'RS256', kid: 'emulated-github' };

let keys: ReturnType<typeof makeKeys> | undefined;

/** Returns the issuer's keys: one pair for each process, made at first use, whatever the seed. */
export function issuerKeys(): NonNullable<typeof keys> {
  keys ??= makeKeys();
  return keys;
}

function makeKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', ...SIGNER };
  return { privateKey, published: { keys: [key] } };
}

/** Returns the URL of the issuer. */
export function issuerOf({ origin }: Pick<World, 'origin'>): string {
  return `${origin}${ISSUER_PATH}`;
}

/**
 * Returns the token with which a job asks for its OIDC tokens. It derives from this Fly's keys and is as secret
 * as they are.
 */
export function requestToken({ keys }: World): string {
  return createHash('sha256').update(keys.root).update('ACTIONS_ID_TOKEN_REQUEST_TOKEN').digest('base64url');
}

/** Returns the variables that the runner sets in each step of a job with `permissions: id-token: write`. */
export function requestVariables(world: World) {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${issuerOf(world)}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken(world),
  };
}

/** Signs an OIDC token of the job in the settings. (docs.github.com: OpenID Connect reference) */
export function issueToken(world: World, audience: string): Promise<string> {
  const { clock, random, settings } = world;
  const now = Math.floor(clock.now() / 1_000);
  const claims = claimsIn(settings.githubClaims);
  const { repository = '', ref = '', environment } = claims;
  const payload = {
    jti: hex(random, 16),
    sub: `repo:${repository}:${environment === undefined ? `ref:${ref}` : `environment:${environment}`}`,
    aud: audience,
    repository_owner: repository.split('/')[0],
    ...claims,
    iss: issuerOf(world),
    nbf: now - 300,
    exp: now + Math.floor(settings.githubLifetimeMs / 1_000),
    iat: now,
  };
  const token = new SignJWT(payload).setProtectedHeader({ typ: 'JWT', ...SIGNER });
  return standingStill(clock, token.sign(issuerKeys().privateKey));
}

/** Reads claims in the form of a setting: `NAME=VALUE`, separated by commas. */
export function claimsIn(text: string): Record<string, string> {
  const pairs = text.split(',').filter((it) => it.trim() !== '');
  return Object.fromEntries(
    pairs.map((it) => {
      const [name = '', ...value] = it.trim().split('=');
      return [name, value.join('=')] as const;
    }),
  );
}
