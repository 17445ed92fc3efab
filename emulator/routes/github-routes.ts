import { type Answer, json, plain } from '../http.js';
import {
  ISSUER_PATH,
  issuerKeys,
  issuerOf,
  issueToken,
  requestToken,
} from '../third-parties/github-issuer.js';
import type { Context, PublicRoute } from './route.js';

/** Routes of GitHub's OIDC: tokens for jobs that may have them, and the keys that verify them. */
export const GITHUB_ROUTES: readonly PublicRoute[] = [
  { scope: 'public', method: 'GET', path: `${ISSUER_PATH}/token`, handle: token },
  {
    scope: 'public',
    method: 'GET',
    path: `${ISSUER_PATH}/.well-known/openid-configuration`,
    handle: ({ world }) => {
      const issuer = issuerOf(world);
      return json(200, {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    },
  },
  {
    scope: 'public',
    method: 'GET',
    path: `${ISSUER_PATH}/.well-known/jwks`,
    handle: () => json(200, issuerKeys().published),
  },
];

async function token({ world, headers, query }: Context): Promise<Answer> {
  const given = headers['authorization'] ?? '';
  if (given.replace(/^bearer +/i, '') !== requestToken(world)) return plain(401, 'Unauthorized');
  return json(200, { value: await issueToken(world, query.get('audience') ?? issuerOf(world)) });
}
