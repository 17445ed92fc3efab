import {
  fits,
  isEveryApp,
  isExcluded,
  isExclusion,
  isPattern,
} from '../../commands/selection/app-patterns.js';
import { scopeWords } from '../../commands/selection/scope.js';
import type { SessionContent } from '../../discharge/job-session.js';
import type { FoundSession } from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';

/** Apps that a step's inputs name. */
export interface Wanted {
  /** Names, patterns and exclusions; undefined where nothing is said. */
  readonly apps: readonly string[] | undefined;
  readonly org: string | undefined;
}

/**
 * Returns the session that a step is to work with: the one that covers all of its apps, and of several the most specific one:
 * that names an app before one with a pattern that it fits (the longer the better) before one for the whole
 * organization before one that was opened without naming any. Without apps, it is the organization's only session,
 * or the only one there is. Throws an `input` error where that leaves a choice. Undefined where none covers all.
 */
export function coveringSession(
  { apps, org }: Wanted,
  sessions: readonly FoundSession[],
): FoundSession | undefined {
  if (apps === undefined) return org === undefined ? only(sessions) : ofOrg(org, sessions);
  const ranked = sessions.flatMap((session) => {
    const ranks = apps.filter((app) => !isExclusion(app)).map((app) => rankOf(session.content, app, org));
    const covering = ranks.filter((rank) => rank !== undefined);
    return covering.length < ranks.length ? [] : [{ session, rank: Math.max(...covering) }];
  });
  const closest = Math.min(...ranked.map(({ rank }) => rank));
  const first = ranked.filter(({ rank }) => rank === closest).map(({ session }) => session);
  if (first.length > 1)
    throw new ActionError(
      'input',
      `Several sessions are equally close to ${apps.join(', ')}: those for ${coverage(first)}.`,
      { hint: 'Name the app in the `auth` of the session that you mean, or set `token` in this step.' },
    );
  return first[0];
}

/** Returns whether a session names each app itself: there is one at most, and none can be closer to what is meant. */
export function namesAll({ content }: FoundSession, apps: readonly string[]): boolean {
  return apps.every((app) => !isPattern(app) && rankOf(content, app, undefined) === 0);
}

/** Names the sessions for a sentence: `a and for staging-* of my-org`, with the names of files where these words are the same. */
export function coverage(sessions: readonly FoundSession[]): string {
  const all = sessions.map(({ content }) => scopeWords(content));
  const isTold = new Set(all).size === all.length;
  return sessions
    .map(({ name }, index) => (isTold ? all[index] : `${all[index]} (${name})`))
    .join(' and for ');
}

/** Ranks, each beyond the length of any pattern. */
const PATTERN = 100;
const WHOLE_ORG = 200;
const ANY_APP = 300;

/** Returns how far a session is from naming the very app; undefined where it doesn't cover it. */
function rankOf(
  { apps, org: its }: SessionContent,
  app: string,
  org: string | undefined,
): number | undefined {
  const isNamed = apps.some((text) => text.toLowerCase() === app.toLowerCase());
  // No two organizations have apps of one name; patterns mean something in one organization only.
  if (isNamed && !isPattern(app)) return 0;
  if (its !== undefined && org !== undefined && its !== org) return undefined;
  if (isNamed) return 0;
  if (apps.length === 0) return its === undefined ? ANY_APP : WHOLE_ORG;
  if (isExcluded(app, apps)) return undefined;
  const patterns = apps.filter((text) => isPattern(text) && !isExclusion(text) && fits(app, text));
  if (patterns.length === 0) return undefined;
  return Math.min(...patterns.map((text) => (isEveryApp(text) ? WHOLE_ORG : PATTERN - text.length)));
}

function ofOrg(org: string, sessions: readonly FoundSession[]): FoundSession | undefined {
  const its = sessions.filter(({ content }) => content.org === org);
  const whole = its.find(({ content }) => content.apps.length === 0);
  if (whole !== undefined || its.length > 0) return whole ?? only(its);
  return sessions.find(({ content }) => content.apps.length === 0 && content.org === undefined);
}

function only(sessions: readonly FoundSession[]): FoundSession | undefined {
  if (sessions.length < 2) return sessions[0];
  throw new ActionError(
    'input',
    `Several sessions are open, for ${coverage(sessions)}, and \`app\` doesn't say which.`,
    {
      hint: 'Set `app`.',
    },
  );
}
