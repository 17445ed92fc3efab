import { createHash } from 'node:crypto';
import { ActionError, asActionError } from '../errors.js';
import type { Files } from '../files/files.js';
import type { Bundle } from '../macaroon/bundle.js';
import { tokenUuid } from '../macaroon/nonce.js';
import { contentIn, type SessionContent } from './job-session.js';

/** Session of this job. */
export interface FoundSession {
  /** File name without the folder, which may differ between steps (in a container, for example). */
  readonly name: string;
  readonly content: SessionContent;
}

/** File that has the name of a session but was not accepted as one. */
export interface RefusedFile {
  readonly name: string;
  /** Reason, such as `others may write it (mode 0660, owner 0)`. */
  readonly why: string;
}

const SESSION_NAME = /^fly-machines-session-([0-9a-f]{32})\.json$/;

/** Returns the name of a session's file: the job's tag and a hash of its tokens' UUIDs, so it is the same for each step. */
export function sessionName({ permissions, malformed, users, unknown }: Bundle, tag: string): string {
  const uuids = permissions.map(({ macaroon }) => tokenUuid(macaroon.nonce));
  // Without a readable macaroon there is no UUID; a hash of the secret itself gives nothing away.
  const parts = uuids.length > 0 ? uuids : [...malformed.map(({ text }) => text), ...users, ...unknown];
  const hash = createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex');
  return `fly-machines-session-${(tag + hash).slice(0, 32)}.json`;
}

/** Files in a folder that have the names of sessions, sorted. */
export interface Survey {
  /** Open sessions of this job, by name. */
  readonly sessions: readonly FoundSession[];
  /** Files named as this job's that are not private, not ours, or not in our form. */
  readonly refused: readonly RefusedFile[];
  /** Names of files that another job or another program left. */
  readonly foreign: readonly string[];
}

/** Owner of sessions. */
export interface Owner {
  /** Part of the file names. */
  readonly tag: string;
  /** Files of the folder; a file without the job's signature is refused. */
  readonly files: Files;
}

/** Surveys the sessions in a folder; a missing folder holds none. Throws an `input` error if it is not a folder. */
export function surveySessions({ tag, files }: Owner): Survey {
  const names = listed(files).filter((it) => SESSION_NAME.test(it));
  const sessions: FoundSession[] = [];
  const refused: RefusedFile[] = [];
  for (const name of names.filter((it) => SESSION_NAME.exec(it)?.[1]?.startsWith(tag))) {
    const { content, refused: why } = readContent(files, name);
    if (content !== undefined) sessions.push({ name, content });
    else if (why !== undefined) refused.push({ name, why });
  }
  return { sessions, refused, foreign: names.filter((it) => !SESSION_NAME.exec(it)?.[1]?.startsWith(tag)) };
}

/** Finds the open sessions of a job. Throws as `surveySessions` does. */
export function findSessions(owner: Owner): readonly FoundSession[] {
  return surveySessions(owner).sessions;
}

/** Returns a sentence for each file that was not accepted, with its name and the reason. */
export function refusedText(refused: readonly RefusedFile[]): string {
  return refused.map(({ name, why }) => `The file ${name} in RUNNER_TEMP was not taken: ${why}.`).join(' ');
}

/** Returns a sentence on the files of other jobs. */
export function foreignText(foreign: readonly string[]): string {
  const what = foreign.length === 1 ? 'The session' : 'The sessions';
  return `${what} ${foreign.join(', ')} in RUNNER_TEMP ${foreign.length === 1 ? 'is' : 'are'} not of this job, and not used.`;
}

/** Advice on a file that was not accepted. */
export const REFUSED_HINT =
  'A step may have changed modes or owners in RUNNER_TEMP (`chmod -R`, `chown -R`), a scanner may hold the file, or this step runs as another user or with another version of this action. Leave the file alone, or run `auth` again afterwards.';

/** Lists the names in a folder, sorted. Throws an `input` error if it is not a folder or can't be listed. */
export function listed(files: Files): string[] {
  try {
    return files.names().sort();
  } catch (error) {
    throw new ActionError('input', `RUNNER_TEMP can't be read: ${asActionError(error).message}`, {
      hint: 'Set RUNNER_TEMP to a folder that belongs to the user who runs the step.',
      cause: error,
    });
  }
}

/** Session's content, or the reason why it is not accepted; neither if there is no file. */
export interface ReadSession {
  readonly content?: SessionContent;
  readonly refused?: string;
  /** True if the file could not be examined or may still be ours, so that it must not be removed. */
  readonly unread?: true;
}

/** Reads a file in a session's form. Never throws. */
export function readContent(files: Files, name: string): ReadSession {
  const { text, ...refused } = files.read(name);
  return text === undefined ? refused : contentIn(text);
}

/** Writes a session that only this user can read, whole or not at all. Throws an `internal` error. */
export function writeSession(files: Files, { name, content }: FoundSession): void {
  try {
    files.write(name, JSON.stringify(content));
  } catch (error) {
    throw new ActionError(
      'internal',
      `The file ${name} could not be written to RUNNER_TEMP: ${asActionError(error).message}`,
      { hint: 'Is the disk full, or the folder not writable?', cause: error },
    );
  }
}

/** Removes a session's file if it exists. Throws an `internal` error, also for a name that is not a session's. */
export function removeSession(files: Files, name: string): void {
  if (!SESSION_NAME.test(name)) throw new ActionError('internal', 'the state does not name a session file');
  try {
    files.remove(name);
  } catch (error) {
    throw new ActionError(
      'internal',
      `The session's file could not be removed: ${name} in RUNNER_TEMP: ${asActionError(error).message}`,
      { hint: 'Has another program opened it, or is the folder not writable?', cause: error },
    );
  }
}
