import { isExclusion, isPattern } from '../../commands/selection/app-patterns.js';
import { type Scope, scopeWords } from '../../commands/selection/scope.js';
import { type FileMark, type SessionContent, toContent } from '../../discharge/job-session.js';
import {
  type FoundSession,
  type Owner,
  removeSession,
  sessionName,
  writeSession,
} from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';
import type { StepAccess } from './step-access.js';

/** Session that is about to be opened; nothing is written before `commit`. */
export interface Opening {
  readonly name: string;
  /** True where the token's session was open already; the step that opened it closes it. */
  readonly joined: boolean;
  /** Scope of the session, with what it was open for already. */
  readonly scope: Scope;
  /** Words for how its token was narrowed so far; undefined where nothing was open. */
  readonly narrowedBefore: readonly string[] | undefined;
  /** Apps that were covered by a session of another token so far. */
  readonly replaced: readonly string[];
  /** Scopes of later steps without `app`, before and after, where joining the session changes it. */
  readonly turned: { readonly from: Scope; readonly to: Scope } | undefined;
  /** Writes the session and takes its apps from the others. */
  commit(): void;
}

/** Session that is to be opened. */
export interface SessionRequest {
  readonly access: StepAccess;
  /** All sessions of the job. */
  readonly sessions: readonly FoundSession[];
  readonly mark: FileMark;
}

/**
 * Opens the job's session for a token, or joins the one that the same token has already. An app, a pattern or an
 * organization as a whole has one session: where another token's has the same, this one takes over. Sessions that
 * only overlap (a pattern, and a name that fits it) stand side by side, and the more specific one is taken. Throws an
 * `input` error where the session would be about two organizations.
 */
export function openSession({ tag, files }: Owner, { access, sessions, mark }: SessionRequest): Opening {
  const name = sessionName(access.bundle, tag);
  const existing = sessions.find((session) => session.name === name)?.content;
  const from = existing && { apps: existing.apps, org: existing.org };
  const to = from === undefined ? access.scope : joint(from, access.scope);
  const others = sessions.filter((session) => session.name !== name);
  const rivals = others.filter(
    ({ content: other }) => isSame(other, access.scope) || shared(other, access.scope).length > 0,
  );
  const content = toContent(access.bundle, { ...access, scope: to }, mark);
  return {
    name,
    joined: existing !== undefined,
    scope: to,
    narrowedBefore: existing && (existing.narrowed ?? []),
    turned: from === undefined || scopeWords(from) === scopeWords(to) ? undefined : { from, to },
    replaced: rivals.flatMap(({ content: rival }) =>
      rival.apps.length === 0 ? [scopeWords(rival)] : shared(rival, access.scope),
    ),
    commit() {
      writeSession(files, { name, content });
      for (const rival of rivals) {
        const taken = shared(rival.content, access.scope);
        const left = rival.content.apps.filter((app) => !taken.includes(app));
        // Exclusions alone would be all apps but those.
        if (left.every(isExclusion)) removeSession(files, rival.name);
        else writeSession(files, { name: rival.name, content: { ...rival.content, apps: left } });
      }
    },
  };
}

/** Returns the scope of a session that is opened twice; naming more doesn't narrow what was open already. */
function joint({ apps, org }: Scope, added: Scope): Scope {
  const isOpen = apps.length === 0;
  if (isOpen && org === undefined) return { apps, org };
  const isBound = isOpen || apps.some(isPattern);
  if (added.org !== undefined && org !== added.org && org !== undefined && isBound) {
    throw new ActionError(
      'input',
      `This token's session is for ${scopeWords({ apps, org })}, and not for ${added.org}`,
      {
        hint: 'A session is about one organization: give each its own token, or name the apps without `org`.',
      },
    );
  }
  if (added.apps.length === 0) return { apps: [], org: added.org };
  return isOpen ? { apps, org } : { apps: [...new Set([...apps, ...added.apps])], org: added.org ?? org };
}

function isSame(other: SessionContent, { apps, org }: Scope): boolean {
  return apps.length === 0 && other.apps.length === 0 && other.org === org;
}

/** Returns the texts that both have and that mean the same: patterns do in one organization only. */
function shared(other: SessionContent, { apps, org }: Scope): string[] {
  return other.apps.filter(
    (app) => !isExclusion(app) && apps.includes(app) && (!isPattern(app) || other.org === org),
  );
}
