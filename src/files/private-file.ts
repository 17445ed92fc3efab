import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const WRITABLE_BY_OTHERS = 0o022;
const MAX_BYTES = 4 * 1024 * 1024;
/** Between two tries, in milliseconds: well within a second together. */
const PAUSES_MS = [10, 40, 100, 200, 300] as const;
/** What a scanner that has a file open for a moment comes to, on Windows above all. */
const MOMENTARY = new Set(['EBUSY', 'EPERM', 'EACCES']);

/** What was read, or why not. Neither where nothing is there. */
export interface PrivateRead {
  readonly text?: string;
  /** `others may write it (mode 0660, owner 0)`. */
  readonly refused?: string;
  /** It could not be looked at: what it is isn't known. */
  readonly unread?: true;
}

/** Reads a file of this user's own that nobody else may write. Never throws. */
export function readPrivate(path: string): PrivateRead {
  try {
    return patiently(() => openedPrivate(path));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return {};
    const found = statsOf(path);
    if (found?.isSymbolicLink()) return { refused: `it is a link (${ownership(found)})` };
    const whose = found === undefined ? '' : ` (${ownership(found)})`;
    return { refused: `it can't be read: ${code}${whose}`, unread: true };
  }
}

/** Opens first and looks then, so that what was looked at is what is read; without a wait, which a pipe would mean. */
function openedPrivate(path: string): PrivateRead {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants; // Windows has neither.
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    const reason = objection(stats);
    if (reason !== undefined) return { refused: `${reason} (${ownership(stats)})` };
    return { text: readFileSync(descriptor, 'utf8') };
  } finally {
    closeSync(descriptor);
  }
}

function objection(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'it is no file';
  if (process.getuid !== undefined) {
    if (stats.uid !== process.getuid())
      return `it is another user's, and this step runs as ${process.getuid()}`;
    if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) return 'others may write it';
  }
  return stats.size > MAX_BYTES ? 'it is larger than any of ours' : undefined;
}

/** `mode 0660, owner 0`, for people who look for what has changed it. */
function ownership({ mode, uid }: Stats): string {
  return `mode 0${(mode & 0o7777).toString(8).padStart(3, '0')}, owner ${uid}`;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Writes a file for this user only, whole or not at all; whatever stood there is replaced, a link included. Throws. */
export function writePrivate(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    // `wx` fails where something stands already, a link included.
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    patiently(() => renameSync(temporary, path));
  } catch (error) {
    try {
      patiently(() => rmSync(temporary, { force: true }));
    } catch {
      // What went wrong first says more.
    }
    throw error;
  }
}

/** Names of what is in a folder; one that isn't there is empty. Throws where it is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Removes a file, and what a process that was killed while writing it has left: all that can be removed, before it throws. */
export function removePrivate(folder: string, name: string): void {
  const failures: unknown[] = [];
  for (const it of namesIn(folder).filter((it) => it === name || it.startsWith(`${name}.`))) {
    try {
      patiently(() => rmSync(join(folder, it), { force: true }));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Tries again what was refused for a moment. Waits in place: what comes next hangs on it, and it takes no more than a blink. */
function patiently<T>(work: () => T): T {
  for (const pause of PAUSES_MS) {
    try {
      return work();
    } catch (error) {
      if (!MOMENTARY.has(codeOf(error))) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  return work();
}

/** `ENOENT`; of anything else, what it says. */
function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}
