import { type Bundle, endOfAll } from '../../macaroon/bundle.js';
import { formatTime } from '../../text.js';

/** `usable until … and refreshed before`; `end` in Unix milliseconds, undefined for what can't be used now. */
export function usableWords(end: number | undefined, { permissions, users }: Bundle): string {
  if (permissions.length + users.length === 0) return 'not known to be usable';
  if (end === undefined) return 'not usable now';
  if (!Number.isFinite(end)) return 'usable without an end';
  const last = endOfAll(permissions);
  return `usable until ${formatTime(end)}${end < last ? ' and refreshed before' : ''}`;
}
