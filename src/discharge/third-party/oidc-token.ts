import * as v from '@badrap/valita';
import type { Clock } from '../../clock.js';
import { ActionError } from '../../errors.js';
import { LastEnd } from '../../http/last-end.js';
import { limited } from '../../http/limited.js';
import { TICKET_POLICY, withRetries } from '../../http/retry.js';
import type { HttpResponse, Transport } from '../../http/transport.js';
import { isPrivate } from './origins.js';

const MAX_OIDC_BYTES = 64 * 1024;
const OIDC_LIMIT_MS = 10_000;
/** JSON web token in the one form that GitHub issues. */
const OidcAnswer = v.object({ value: v.string().assert((text) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) });
const PERMISSION =
  'Give the job `permissions: { id-token: write }` (and `contents: read` with it if it checks out a repository). Pull requests from forks can not have it.';

const WHO_STARTS =
  'The runner sets it, and a container engine, an image or another step has changed it: hand it on unchanged.';
const HTTPS =
  'Others on the network could read the token, so it is not asked for. Give the instance an address with https (Gitea and Forgejo: ROOT_URL).';

/** Address at which a job asks GitHub for its OIDC tokens, and the secret that it asks with. */
export interface OidcSource {
  readonly url: URL;
  readonly token: string;
}

/**
 * Reads the source of OIDC tokens from the variables that the runner sets. Returns an `input` error, to be thrown once a
 * token is wanted, if the job may have none or the variables can't be used. (actions/toolkit: oidc-utils.ts)
 */
export function oidcSource(env: Readonly<Record<string, string | undefined>>): OidcSource | ActionError {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = '' } = env;
  if (address === '' || token === '') return noOidc();
  if (!URL.canParse(address))
    return unusable('the variable ACTIONS_ID_TOKEN_REQUEST_URL holds no address', WHO_STARTS);
  const url = new URL(address);
  if (!isPrivate(url)) return unusable(`their address ${url.origin} is not https`, HTTPS);
  // Such a request would never leave, and its error would explain nothing.
  if (!/^[\x21-\x7e]+$/.test(token))
    return unusable(
      'the variable ACTIONS_ID_TOKEN_REQUEST_TOKEN holds a character that no header can, such as a line ending or a blank',
      WHO_STARTS,
    );
  return { url, token };
}

function unusable(why: string, hint: string): ActionError {
  const message = `\`third-party-credentials\` has \`oidc\`, but the job's OIDC tokens can't be asked for: ${why}`;
  return new ActionError('input', message, { hint });
}

/** Returns the error for a job that has no OIDC tokens; its hint says how to get them. */
export function noOidc(): ActionError {
  return new ActionError(
    'input',
    '`third-party-credentials` has `oidc`, but GitHub gives this job no OIDC token',
    { hint: PERMISSION },
  );
}

/** Dependencies of `fetchOidcToken`. */
export interface OidcTools {
  /** Source of tokens, or the error that says why there is none. */
  readonly source: OidcSource | ActionError;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly jitter: () => number;
  /** Masks a secret; called before its first use. */
  readonly onSecret: (text: string) => void;
}

/**
 * Asks GitHub for a new OIDC token of this job, which holds for some five minutes. Throws the source's error if there is
 * no source, and a `missing discharge` or `rate limited` error if GitHub gives no token.
 */
export async function fetchOidcToken(
  tools: OidcTools,
  audience: string,
  signal: AbortSignal,
): Promise<string> {
  const { source, clock, jitter, onSecret } = tools;
  if (source instanceof ActionError) throw source;
  onSecret(source.token);
  const url = new URL(source.url);
  url.searchParams.set('audience', audience);
  const headers = { accept: 'application/json', authorization: `bearer ${source.token}` };
  const transport = limited(tools.transport, clock, OIDC_LIMIT_MS);
  const isHollow = ({ status, body }: HttpResponse) => status === 200 && valueIn(body) === undefined;
  const last = new LastEnd();
  const { status, body } = await withRetries(TICKET_POLICY, { clock, jitter, signal, isHollow }, (isFresh) =>
    last.of(transport({ method: 'GET', url, headers, signal, maxBytes: MAX_OIDC_BYTES, isFresh })),
  ).catch((error: unknown) => last.insteadOf(error));
  const token = status === 200 ? valueIn(body) : undefined;
  if (token === undefined) throw noOidcToken(status);
  onSecret(token);
  return token;
}

function valueIn(body: string): string | undefined {
  try {
    return OidcAnswer.parse(JSON.parse(body), { mode: 'strip' }).value;
  } catch {
    return undefined; // The caller reports it, with the status.
  }
}

function noOidcToken(status: number): ActionError {
  const what = status === 200 ? 'its answer (200) holds none' : `it answered ${status}`;
  const errorClass = status === 429 ? 'rate limited' : 'missing discharge';
  return new ActionError(errorClass, `GitHub gave no OIDC token: ${what}`, {
    status,
    hint:
      status === 401 || status === 403
        ? PERMISSION
        : 'See https://www.githubstatus.com, and run the job again later.',
  });
}
