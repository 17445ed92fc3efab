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

const LEFT = 'Nothing was put back: look at the machines and do it by hand.';

/** Facts by which a post step finds its token. */
export interface RestoreKey {
  readonly head: RestoreHead;
  /** File that its step left for it alone. */
  readonly own: ReadSession | undefined;
  /** Apps of the machines to put back. */
  readonly apps: readonly string[];
  /** True if nobody but its step can have left the file. */
  readonly isVouched: boolean;
}

/**
 * Returns the access of a post step from the file that its step left, and masks it. It takes nothing else: other steps of
 * the job may use another token or other rights by then. Throws an `input` error if the file is gone or was refused.
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
  throw new ActionError('input', 'The file with the token that this step left for its post is gone', {
    hint: `Has a step emptied RUNNER_TEMP? ${LEFT}`,
  });
}

/** Returns the error for a file that a step left for its post and that was refused. */
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
