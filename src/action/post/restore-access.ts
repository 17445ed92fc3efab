import { fromContent, type SessionContent } from '../../discharge/job-session.js';
import { REFUSED_HINT, type ReadSession, refusedText } from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';
import { sessionCredentials } from '../access/credentials.js';
import { maskSession } from '../access/mask.js';
import type { StepAccess } from '../access/step-access.js';
import { readBundle } from '../inputs/values/read-bundle.js';
import { onlyFlys } from '../inputs/values/urls.js';
import { mayList } from '../owed/restore-copy.js';
import type { RestoreHead } from '../owed/state-record.js';
import type { Environment } from '../runner/environment.js';

const LEFT = 'Nothing was put back; look at the machines and do it by hand.';

/** What a post step finds its token by. */
export interface RestoreKey {
  readonly head: RestoreHead;
  /** What its step left for it alone. */
  readonly own: ReadSession | undefined;
  /** The apps of the machines that are to be put back. */
  readonly apps: readonly string[];
  /** Whether only its step can have left it. */
  readonly isVouched: boolean;
}

/**
 * The access of a post step: what its step left for it, masked, and nothing else, since what other steps of the job work
 * with may be another token's or allow another thing by then. Throws where that is gone or isn't taken.
 */
export function restoreAccess(
  { head, own, apps, isVouched }: RestoreKey,
  { env, log }: { readonly env: Environment; readonly log: { mask(secret: string): void } },
): StepAccess {
  if (own?.content !== undefined) {
    maskSession(own.content, log);
    const access = accessOf(own.content, apps);
    if (isVouched) return access;
    const apiUrl = onlyFlys(own.content.apiUrl, `The address in ${head.own}`, env);
    const lines = sessionCredentials(own.content.thirdPartyCredentials, access.bundle, false);
    return { ...access, apiUrl, kept: { ...access.kept, 'third-party-credentials': lines } };
  }
  if (head.own !== undefined && own?.refused !== undefined) throw notTaken(head.own, own);
  throw new ActionError('input', 'The file with the token that the step left for this is gone', {
    hint: `Has a step emptied RUNNER_TEMP? ${LEFT}`,
  });
}

/** That what a step left for its post was not taken. */
export function notTaken(name: string, { refused = 'it is not ours' }: ReadSession): ActionError {
  const text = refusedText([{ name, why: refused }]);
  return new ActionError('input', text, { hint: `${REFUSED_HINT} ${LEFT}` });
}

function accessOf(content: SessionContent, apps: readonly string[]): StepAccess {
  const source = "this step's own file";
  const bundle = readBundle(content.token, source);
  const scope = { apps, org: undefined };
  return { ...fromContent(content), source, bundle, session: undefined, scope, canList: mayList(bundle) };
}
