import { createHash } from 'node:crypto';
import { ActionError } from '../errors.js';
import type { Files } from '../files/files.js';
import type { SessionContent } from './job-session.js';
import { listed, type ReadSession, readContent } from './session-file.js';

const COPY_NAME = /^fly-machines-restore-[0-9a-f]{32}\.json$/;

/** Returns the name of the file, in a session's form, that a step leaves for its own post. No other step finds it. */
export function restoreFileName(unique: string): string {
  const hash = createHash('sha256').update(unique).digest('hex').slice(0, 32);
  return `fly-machines-restore-${hash}.json`;
}

/** Reads the file that a step left for its post; empty if there is none. Throws an `internal` error for any other name. */
export function readRestoreFile(files: Files, name: string): ReadSession {
  return readContent(files, checked(name));
}

/** Reads the files that this user's steps left for posts still to run; skips those that can't be read. */
export function findRestoreFiles(files: Files): readonly SessionContent[] {
  return restoreNames(files).flatMap((name) => readContent(files, name).content ?? []);
}

/** Lists the names of all files that steps of any job left for their posts. */
export function restoreNames(files: Files): string[] {
  return listed(files).filter((it) => COPY_NAME.test(it));
}

/** Removes the file that a step left for its post, if it exists. Throws an `internal` error for any other name. */
export function removeRestoreFile(files: Files, name: string): void {
  files.remove(checked(name));
}

function checked(name: string): string {
  if (COPY_NAME.test(name)) return name;
  throw new ActionError('internal', 'the state does not name a file of its own');
}
