import type { Discharge } from '../discharge/discharges.js';
import {
  type FoundSession,
  removeSession,
  type SessionContent,
  sessionName,
  tokenOf,
  writeSession,
} from '../discharge/session-file.js';
import type { StepAccess } from './step-access.js';

/** What opening a session comes to; nothing is written before `commit`. */
export interface Opening {
  readonly name: string;
  /** The token's session was open already; whoever opened it closes it. */
  readonly joined: boolean;
  /** Apps that were covered by a session of another token so far. */
  readonly replaced: readonly string[];
  /** Writes the session and takes its apps from the others. */
  commit(): void;
}

/**
 * Opens the job's session for a token, or joins the one that the same token has already. An app has one session:
 * where another token's covers it, this one takes over.
 */
export function openSession(
  folder: string,
  {
    access,
    discharges,
    sessions,
  }: { access: StepAccess; discharges: readonly Discharge[]; sessions: readonly FoundSession[] },
): Opening {
  const name = sessionName(access.bundle);
  const existing = sessions.find((session) => session.name === name);
  const apps = [...new Set([...(existing?.content.apps ?? []), ...access.apps])];
  const coversAny = access.apps.length === 0 || existing?.content.apps.length === 0;
  const rivals = sessions.filter((session) => session.name !== name && overlap(session, access.apps));
  const content: SessionContent = {
    version: 1,
    token: tokenOf(access.bundle),
    discharges: storedDischarges(discharges),
    // Once a token was given for any app, naming one more doesn't narrow it.
    apps: coversAny ? [] : apps,
    apiUrl: access.apiUrl.origin,
    refreshBefore: access.refreshBefore,
    thirdPartyCredentials: [...access.credentials],
  };
  return {
    name,
    joined: existing !== undefined,
    replaced: rivals.flatMap(({ content: rival }) =>
      rival.apps.length === 0 ? ['any app'] : rival.apps.filter((app) => apps.includes(app)),
    ),
    commit() {
      writeSession(folder, { name, content });
      for (const rival of rivals) {
        const left = rival.content.apps.filter((app) => !apps.includes(app));
        if (left.length === 0) removeSession(folder, rival.name);
        else writeSession(folder, { name: rival.name, content: { ...rival.content, apps: left } });
      }
    },
  };
}

/** Discharges in the form of the session's file. */
export function storedDischarges(discharges: readonly Discharge[]): SessionContent['discharges'] {
  return discharges.map(({ text, arrived }) => (arrived === undefined ? { text } : { text, arrived }));
}

function overlap({ content }: FoundSession, apps: readonly string[]): boolean {
  if (apps.length === 0) return content.apps.length === 0;
  return content.apps.some((app) => apps.includes(app));
}
