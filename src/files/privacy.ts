import type { FileStats } from './file-system.js';

const WRITABLE_BY_OTHERS = 0o022;
const FOR_OTHERS = 0o077;
const PRIVATE = 0o600;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Reason why a file isn't this user's own. */
export interface Objection {
  /** Reason in words: `others may write it (mode 0660, owner 0)`. */
  readonly refused: string;
  /** True if no other user can have written it: a mode that was changed in between doesn't make it another file. */
  readonly isOurs: boolean;
}

/** Checks that a file is one of this user's own; undefined where it is. `user` is undefined where files have no owners. */
export function objectionTo(stats: FileStats, user: number | undefined): Objection | undefined {
  const not = (reason: string, isOurs = false) => ({ refused: `${reason} (${ownership(stats)})`, isOurs });
  if (stats.isSymbolicLink()) return not('it is a link');
  if (!stats.isFile()) return not('it is no file');
  if (user !== undefined) {
    const mode = stats.mode & 0o7777;
    if (stats.uid !== user) return not(`it is another user's, and this step runs as ${user}`);
    if ((mode & WRITABLE_BY_OTHERS) !== 0) return not('others may write it');
    if ((mode & FOR_OTHERS) !== 0) return not('others may read it', true);
    if (mode !== PRIVATE) return not('its mode is not 0600 any more', true);
  }
  return stats.size > MAX_FILE_BYTES ? not('it is larger than any of ours') : undefined;
}

/** Returns `mode 0660, owner 0`, for people who look for what has changed it. */
export function ownership({ mode, uid }: FileStats): string {
  return `mode 0${(mode & 0o7777).toString(8).padStart(3, '0')}, owner ${uid}`;
}
