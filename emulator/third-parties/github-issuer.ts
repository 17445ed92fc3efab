import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { hex } from '../random.js';
import type { World } from '../world.js';

/** Path, below the origin, at which the emulated GitHub issues OIDC tokens. */
export const ISSUER_PATH = '/github';
/** Id of the key that signs tokens. */
export const KEY_ID = 'emulated-github';

let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

/** Returns the issuer's keys: one pair for each process, made at first use, whatever the seed. */
export function issuerKeys(): NonNullable<typeof pair> {
  pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pair;
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
export function issueToken(world: World, audience: string): string {
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
  const signed = [{ typ: 'JWT', alg: 'RS256', kid: KEY_ID }, payload].map(encode).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(signed), issuerKeys().privateKey);
  return `${signed}.${signature.toString('base64url')}`;
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

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
