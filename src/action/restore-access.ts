import {
  dischargesIn,
  type FoundSession,
  REFUSED_HINT,
  type ReadSession,
  refusedText,
  type SessionContent,
  surveySessions,
} from '../discharge/session-file.js';
import { ActionError } from '../errors.js';
import type { Files } from '../files/files.js';
import { coveringSession, namesAll } from './covering-session.js';
import { maskSession } from './mask.js';
import { readBundle } from './read-bundle.js';
import type { RestoreHead } from './state-record.js';
import type { StepAccess } from './step-access.js';

const LEFT = 'Nothing was put back; look at the machines and do it by hand.';

/** What a post step finds its token by. */
export interface RestoreKey {
  readonly head: RestoreHead;
  /** What its step left for it alone. */
  readonly own: ReadSession | undefined;
  /** The apps of the machines that are to be put back. */
  readonly apps: readonly string[];
}

/**
 * The access of a post step: what its step left for it, or the session that the step worked under, else any that
 * covers the apps. Masks all that it finds. Throws where there is none, and where a file was not taken that may be the
 * one: what else is there may allow more.
 */
export function restoreAccess(
  { head, own, apps }: RestoreKey,
  files: Files,
  log: { mask(secret: string): void },
): StepAccess {
  if (own?.content !== undefined) {
    maskSession(own.content, log);
    return accessOf(own.content, apps, { source: "this step's own file" });
  }
  const { sessions, refused } = surveySessions(files);
  for (const { content } of sessions) maskSession(content, log);
  if (head.own !== undefined) {
    if (own?.refused !== undefined) throw notTaken(head.own, own);
    throw gone('The file with the token that the step left for this is gone');
  }
  const named = sessions.find(({ name }) => name === head.session);
  const session = named ?? coveringSession({ apps, org: undefined }, sessions);
  const its = refused.filter(({ name }) => name === head.session);
  if (named === undefined && its.length > 0) throw refusal(its);
  const isSure = named !== undefined || refused.length === 0 || (session && namesAll(session, apps));
  if (session !== undefined && !isSure) throw refusal(refused);
  if (session !== undefined) return accessOf(session.content, apps, { source: "the job's session", session });
  const others = sessions.length === 0 ? '' : ` for ${apps.join(', ')}`;
  throw gone([`No session is open any more${others}`, refusedText(refused)].filter(Boolean).join('. '));
}

/** That what a step left for its post was not taken. */
export function notTaken(name: string, { refused = 'it is not ours' }: ReadSession): ActionError {
  return refusal([{ name, why: refused }]);
}

function refusal(refused: Parameters<typeof refusedText>[0]): ActionError {
  return new ActionError('input', refusedText(refused), { hint: `${REFUSED_HINT} ${LEFT}` });
}

function gone(what: string): ActionError {
  return new ActionError('input', what, { hint: `Has a step emptied RUNNER_TEMP? ${LEFT}` });
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
