import * as v from '@badrap/valita';
import type { Clock } from '../../clock.js';
import { ActionError } from '../../errors.js';
import { LastEnd } from '../../http/last-end.js';
import { limited } from '../../http/limited.js';
import { TICKET, withRetries } from '../../http/retry.js';
import type { HttpResponse, Transport } from '../../http/transport.js';
import { isPrivate } from './origins.js';

const MAX_BYTES = 64 * 1024;
const ATTEMPT_LIMIT_MS = 10_000;
/** A JSON web token in its one form that GitHub gives out. */
const Answer = v.object({ value: v.string().assert((text) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) });
const PERMISSION =
  'Give the job `permissions: { id-token: write }` (and `contents: read` with it where it checks out a repository). Pull requests from forks can not have it.';

const WHO_STARTS =
  'The runner sets it, and an engine, an image or a step in between has changed it: hand it on as it was.';
const HTTPS =
  'Others on the way could read the token along, so it is not asked for. Give the instance an address with https (Gitea and Forgejo: ROOT_URL).';

/** Where a job asks GitHub for its OIDC tokens, and the secret that it asks with. */
export interface OidcSource {
  readonly url: URL;
  readonly token: string;
}

/**
 * Reads what the runner tells a job that may have OIDC tokens. Returns an `input` error, to be thrown where one is wanted,
 * where it may have none, and where what it is told can't be used. (actions/toolkit: oidc-utils.ts)
 */
export function oidcSource(env: Readonly<Record<string, string | undefined>>): OidcSource | ActionError {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = '' } = env;
  if (address === '' || token === '') return noOidc();
  if (!URL.canParse(address))
    return unusable('the variable ACTIONS_ID_TOKEN_REQUEST_URL holds no address', WHO_STARTS);
  const url = new URL(address);
  if (!isPrivate(url)) return unusable(`they are given out at ${url.origin}, without https`, HTTPS);
  // Sent, it would be a request that never leaves, with words that tell of nothing.
  if (!/^[\x21-\x7e]+$/.test(token))
    return unusable(
      'the variable ACTIONS_ID_TOKEN_REQUEST_TOKEN holds what no header can, such as a line ending or a blank',
      WHO_STARTS,
    );
  return { url, token };
}

function unusable(why: string, hint: string): ActionError {
  const message = `\`third-party-credentials\` has \`oidc\`, but the job's OIDC tokens can't be asked for: ${why}`;
  return new ActionError('input', message, { hint });
}

/** That the job has no OIDC tokens, and how it comes by them. */
export function noOidc(): ActionError {
  return new ActionError(
    'input',
    '`third-party-credentials` has `oidc`, but GitHub gives this job no OIDC token',
    { hint: PERMISSION },
  );
}

/** What a token is asked for with. */
export interface OidcTools {
  /** An error where there is none, and why. */
  readonly source: OidcSource | ActionError;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly jitter: () => number;
  /** Told of each secret before it is used. */
  readonly onSecret: (text: string) => void;
}

/**
 * Asks GitHub for a new OIDC token of this job, which holds for some five minutes. Throws the source's
 * error where there is none, and a `missing discharge` or `rate limited` error where no answer has one.
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
  const transport = limited(tools.transport, clock, ATTEMPT_LIMIT_MS);
  const isHollow = ({ status, body }: HttpResponse) => status === 200 && valueIn(body) === undefined;
  const last = new LastEnd();
  const { status, body } = await withRetries(TICKET, { clock, jitter, signal, isHollow }, (isFresh) =>
    last.of(transport({ method: 'GET', url, headers, signal, maxBytes: MAX_BYTES, isFresh })),
  ).catch((error: unknown) => last.insteadOf(error));
  const token = status === 200 ? valueIn(body) : undefined;
  if (token === undefined) throw refused(status);
  onSecret(token);
  return token;
}

function valueIn(body: string): string | undefined {
  try {
    return Answer.parse(JSON.parse(body), { mode: 'strip' }).value;
  } catch {
    return undefined; // Said by the caller, with the status.
  }
}

function refused(status: number): ActionError {
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
