import { endOf, endOfAll } from '../macaroon/bundle.js';
import type { TokenScope } from '../macaroon/scope-words.js';
import { KINDS, kindOf } from '../macaroon/token-kind.js';
import { formatDuration, formatTime } from '../text.js';
import { deployTokenCommand } from '../token-command.js';
import type { ScopedToken, TokenFacts } from './token-facts.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Returns warnings about a token that ends soon or may do more than the app needs. One that has ended is an error elsewhere. */
export function tokenWarnings(
  { bundle, now, app, originalEnd }: TokenFacts,
  scopes: readonly ScopedToken[],
  appId: bigint | undefined,
): string[] {
  const { permissions, users, malformed } = bundle;
  // A job's copy is meant to end with the job, so the original's end counts.
  const end = originalEnd ?? endOfAll(permissions);
  const better = deployTokenCommand(app);
  const alive = permissions.filter((token) => endOf(token) > now);
  const living = scopes.filter(({ token }) => alive.includes(token));
  const changes = new Set(living.flatMap(({ scope }) => scope.changes));
  const others = (scope: TokenScope) => scope.changes.some((id) => id !== appId);
  // If the token changes two apps, one of them is another app, whatever this one's number is.
  const isCertain = appId !== undefined || changes.size > 1;
  const broad = living.find(({ scope }) => scope.isWide || (isCertain && others(scope)))?.token;
  return [
    ...(alive.length > 0 && end - now < SOON_DAYS * DAY_MS
      ? [
          `The token ends in ${formatDuration(end - now)}, at ${formatTime(end)}. Make a new one with ${better}.`,
        ]
      : []),
    ...(broad !== undefined && app !== undefined
      ? [
          `The token seems to be ${KINDS[kindOf(broad, permissions)]}, which may change other apps than ${app}. Make one for ${app} alone with ${better}.`,
        ]
      : []),
    ...(permissions.length + malformed.length === 0 && users.length > 0
      ? [`An OAuth token may do everything that its owner may. Make one for an app alone with ${better}.`]
      : []),
  ];
}
