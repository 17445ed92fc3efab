import {
  dischargesIn,
  type FoundSession,
  findSessions,
  type SessionContent,
} from '../discharge/session-file.js';
import { ActionError } from '../errors.js';
import { coveringSession } from './covering-session.js';
import { maskSession } from './mask.js';
import { readBundle } from './read-bundle.js';
import type { RestoreHead } from './state-record.js';
import type { StepAccess } from './step-access.js';

const LEFT = 'Nothing was put back; look at the machines and do it by hand.';

/** What a post step finds its token by. */
export interface RestoreKey {
  readonly head: RestoreHead;
  /** What its step left for it alone. */
  readonly own: SessionContent | undefined;
  /** The apps of the machines that are to be put back. */
  readonly apps: readonly string[];
}

/**
 * The access of a post step: what its step left for it, or the session that the step worked under, else any that
 * covers the apps. Masks all that it finds. Throws where there is none.
 */
export function restoreAccess(
  { head, own, apps }: RestoreKey,
  temp: string,
  log: { mask(secret: string): void },
): StepAccess {
  if (own !== undefined) maskSession(own, log);
  const sessions = findSessions(temp);
  for (const { content } of sessions) maskSession(content, log);
  if (own !== undefined) return accessOf(own, apps, { source: "this step's own file" });
  const named = sessions.find(({ name }) => name === head.session);
  const session =
    head.own === undefined ? (named ?? coveringSession({ apps, org: undefined }, sessions)) : undefined;
  if (session !== undefined) return accessOf(session.content, apps, { source: "the job's session", session });
  const what =
    head.own === undefined
      ? `No session is open any more${sessions.length === 0 ? '' : ` for ${apps.join(', ')}`}`
      : 'The file with the token that the step left for this is gone';
  throw new ActionError('input', what, { hint: `Has a step emptied RUNNER_TEMP? ${LEFT}` });
}

function accessOf(
  content: SessionContent,
  apps: readonly string[],
  { source, session }: { source: string; session?: FoundSession },
): StepAccess {
  return {
    source,
    bundle: readBundle(content.token, source),
    discharges: dischargesIn(content),
    session,
    apps,
    org: undefined,
    apiUrl: new URL(content.apiUrl),
    refreshBefore: content.refreshBefore,
    credentials: content.thirdPartyCredentials,
    lifetime: content.lifetime,
    tokenEnd: content.tokenEnd,
    approve: content.approve === true,
  };
}
