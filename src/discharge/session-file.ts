import { createHash } from 'node:crypto';
import * as v from '@badrap/valita';
import { ActionError, asActionError } from '../errors.js';
import type { Files } from '../files/files.js';
import { type Bundle, parseToken } from '../macaroon/bundle.js';
import { tokenUuid } from '../macaroon/nonce.js';
import type { Discharge } from './discharges.js';

const Content = v.object({
  version: v.literal(1),
  /** Everything of the bundle but its discharges, joined by commas. */
  token: v.string(),
  discharges: v.array(v.object({ text: v.string(), arrived: v.number().optional() })),
  /** The apps that it was opened for, patterns and exclusions too; none means any, or all of the organization. */
  apps: v.array(v.string()),
  /** Slug of their organization, where that was given. */
  org: v.string().optional(),
  apiUrl: v.string().assert((text) => URL.canParse(text)),
  /** Milliseconds. */
  refreshBefore: v.number(),
  /** Lines as given to `third-party-credentials`. */
  thirdPartyCredentials: v.array(v.string()),
  /** Where the token was given an end: how long from the opening, and when; in milliseconds. */
  lifetime: v.object({ ms: v.number(), end: v.number(), by: v.literal('restore').optional() }).optional(),
  /** When the token itself ends, in Unix milliseconds; absent: never. */
  tokenEnd: v.number().optional(),
  /** What else the token was narrowed by, in words. */
  narrowed: v.array(v.string()).optional(),
  /** Whether third parties may have a person asked. */
  approve: v.boolean().optional(),
  /** Of a file for a post: how many machines it is for, where it holds what can't be narrowed to them. */
  wholeFor: v.number().optional(),
  /** Whose it is, in words; and when that is over at the latest, in Unix milliseconds. */
  job: v.string().optional(),
  until: v.number().optional(),
});

/** What a file says of the job that has left it, whoever has written that. */
const LeftBehind = Content.pick('job', 'until').map(({ job, until }) => ({
  job: job ?? '',
  until: until ?? Number.POSITIVE_INFINITY,
}));

/** Whose a file is, in words, and when that is over, in Unix milliseconds: infinity where it doesn't say. */
export type LeftBehind = v.Infer<typeof LeftBehind>;

/** Reads that of any job's file; undefined where it isn't one in our form. */
export function leftBehind(files: Files, name: string): LeftBehind | undefined {
  const result = LeftBehind.try(parsed(files.read(name).text ?? ''), { mode: 'strip' });
  return result.ok ? result.value : undefined;
}

/** What the steps of a job share: the token, its discharges and how to use them. Secret as a whole. */
export type SessionContent = v.Infer<typeof Content>;

/** A session of this job as it was found. */
export interface FoundSession {
  /** Without the folder, which may be another one in another step (in a container, say). */
  readonly name: string;
  readonly content: SessionContent;
}

/** A file that is called as sessions are, and that was not taken for one. */
export interface RefusedFile {
  readonly name: string;
  /** `others may write it (mode 0660, owner 0)`. */
  readonly why: string;
}

const NAME = /^fly-machines-session-([0-9a-f]{32})\.json$/;
const RESTORE_NAME = /^fly-machines-restore-[0-9a-f]{32}\.json$/;

/** A session's file name: the job's tag and a hash of its tokens' UUIDs, so that the same token finds the same session of the job. */
export function sessionName({ permissions, malformed, users, unknown }: Bundle, tag: string): string {
  const uuids = permissions.map(({ macaroon }) => tokenUuid(macaroon.nonce));
  // Without a readable macaroon there is no UUID; a hash of the secret itself gives nothing away.
  const parts = uuids.length > 0 ? uuids : [...malformed.map(({ text }) => text), ...users, ...unknown];
  const hash = createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex');
  return `fly-machines-session-${(tag + hash).slice(0, 32)}.json`;
}

/** The bundle's own text, without discharges. */
export function tokenOf({ permissions, malformed, users, unknown }: Bundle): string {
  return [...[...permissions, ...malformed].map(({ text }) => text), ...users, ...unknown].join(',');
}

/** What there is of sessions. */
export interface Survey {
  /** That are open in this job, by name. */
  readonly sessions: readonly FoundSession[];
  /** Called as this job's, but no private file of ours in our form. */
  readonly refused: readonly RefusedFile[];
  /** Names of files that another job has left, or whoever else. */
  readonly foreign: readonly string[];
}

/** Whose sessions are looked for. */
export interface Owner {
  /** Stands in the names. */
  readonly tag: string;
  /** Which take no file that the job has not signed. */
  readonly files: Files;
}

/** What there is of sessions; a folder that isn't there holds none. Throws an `input` error where it is no folder. */
export function surveySessions({ tag, files }: Owner): Survey {
  const names = listed(files).filter((it) => NAME.test(it));
  const sessions: FoundSession[] = [];
  const refused: RefusedFile[] = [];
  for (const name of names.filter((it) => NAME.exec(it)?.[1]?.startsWith(tag))) {
    const { content, refused: why } = readSession(files, name);
    if (content !== undefined) sessions.push({ name, content });
    else if (why !== undefined) refused.push({ name, why });
  }
  return { sessions, refused, foreign: names.filter((it) => !NAME.exec(it)?.[1]?.startsWith(tag)) };
}

/** The sessions alone. */
export function findSessions(owner: Owner): readonly FoundSession[] {
  return surveySessions(owner).sessions;
}

/** A sentence for each file that was not taken: what it is, why, and what to look at. */
export function refusedText(refused: readonly RefusedFile[]): string {
  return refused.map(({ name, why }) => `The file ${name} in RUNNER_TEMP was not taken: ${why}.`).join(' ');
}

/** A sentence on files that count for nothing. */
export function foreignText(foreign: readonly string[]): string {
  const what = foreign.length === 1 ? 'The session' : 'The sessions';
  return `${what} ${foreign.join(', ')} in RUNNER_TEMP ${foreign.length === 1 ? 'is' : 'are'} not of this job, and not used.`;
}

/** What to do about a file that was not taken. */
export const REFUSED_HINT =
  'Does a step change modes or owners in RUNNER_TEMP (`chmod -R`, `chown -R`), does a scanner hold the file, does another user run this one, or another version of this action? Let it leave the file alone, or run `auth` again after it.';

function listed(files: Files): string[] {
  try {
    return files.names().sort();
  } catch (error) {
    throw new ActionError('input', `RUNNER_TEMP can't be read: ${asActionError(error).message}`, {
      hint: 'It is to be a folder of the user that runs the step.',
      cause: error,
    });
  }
}

/** The content, or why it isn't taken; neither where nothing is there. */
export interface ReadSession {
  readonly content?: SessionContent;
  readonly refused?: string;
  /** It could not be looked at, or may be ours all the same: it isn't to be removed. */
  readonly unread?: true;
}

function readSession(files: Files, name: string): ReadSession {
  const { text, ...refused } = files.read(name);
  if (text === undefined) return refused;
  const json = parsed(text);
  const result = Content.try(json, { mode: 'strip' });
  if (result.ok) return { content: result.value };
  const version: unknown =
    typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version !== 1)
    return { refused: `it is of another version of this action (form ${version}, not 1)` };
  return { refused: json === undefined ? 'it is cut off or no JSON' : 'its form is not known' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a session for this user only, whole or not at all. */
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

/** Removes a session's file; that it is gone already is fine. Throws, for a name that isn't a session's as well. */
export function removeSession(files: Files, name: string): void {
  if (!NAME.test(name)) throw new ActionError('internal', 'the state does not name a session file');
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

/** The name of a file in a session's form that one step leaves for its own post; no other step finds it. */
export function restoreFileName(unique: string): string {
  const hash = createHash('sha256').update(unique).digest('hex').slice(0, 32);
  return `fly-machines-restore-${hash}.json`;
}

/** Reads what a step left for its post; empty when it isn't there. Throws for a name that isn't such a file's. */
export function readRestoreFile(files: Files, name: string): ReadSession {
  return readSession(files, restoreName(name));
}

/** What this user's steps have left for posts that are yet to come, as far as it can be read. */
export function findRestoreFiles(files: Files): readonly SessionContent[] {
  return restoreNames(files).flatMap((name) => readSession(files, name).content ?? []);
}

/** Names of all that steps, of any job, have left for their posts. */
export function restoreNames(files: Files): string[] {
  return listed(files).filter((it) => RESTORE_NAME.test(it));
}

/** Removes what a step left for its post; that it is gone already is fine. Throws, for a name that isn't such a file's as well. */
export function removeRestoreFile(files: Files, name: string): void {
  files.remove(restoreName(name));
}

function restoreName(name: string): string {
  if (RESTORE_NAME.test(name)) return name;
  throw new ActionError('internal', 'the state does not name a file of its own');
}

/** Discharges as the session holds them; one that can't be read is dropped, it will be fetched again. */
export function dischargesIn(content: SessionContent): Discharge[] {
  return content.discharges.flatMap(({ text, arrived }) => {
    try {
      return [{ ...parseToken(text), arrived }];
    } catch {
      return [];
    }
  });
}

/** Discharges in the form of the session's file. */
export function storedDischarges(discharges: readonly Discharge[]): SessionContent['discharges'] {
  return discharges.map(({ text, arrived }) => (arrived === undefined ? { text } : { text, arrived }));
}
