import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { ActionError } from '../errors.js';
import { type Bundle, parseBundle, parseToken } from '../macaroon/bundle.js';
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
  lifetime: v.object({ ms: v.number(), end: v.number() }).optional(),
  /** When the token itself ends, in Unix milliseconds; absent: never. */
  tokenEnd: v.number().optional(),
  /** What else the token was narrowed by, in words. */
  narrowed: v.array(v.string()).optional(),
  /** Whether third parties may have a person asked. */
  approve: v.boolean().optional(),
});

/** What the steps of a job share: the token, its discharges and how to use them. Secret as a whole. */
export type SessionContent = v.Infer<typeof Content>;

/** A session of this job as it was found. */
export interface FoundSession {
  /** Without the folder, which may be another one in another step (in a container, say). */
  readonly name: string;
  readonly content: SessionContent;
}

const NAME = /^fly-machines-session-[0-9a-f]{32}\.json$/;
const RESTORE_NAME = /^fly-machines-restore-[0-9a-f]{32}\.json$/;
const WRITABLE_BY_OTHERS = 0o022;
const MAX_BYTES = 4 * 1024 * 1024;

/** A session's file name: a hash of its tokens' UUIDs, so that the same token finds the same session. */
export function sessionName({ permissions, malformed, users, unknown }: Bundle): string {
  const uuids = permissions.map(({ macaroon }) => tokenUuid(macaroon.nonce));
  // Without a readable macaroon there is no UUID; a hash of the secret itself gives nothing away.
  const parts = uuids.length > 0 ? uuids : [...malformed.map(({ text }) => text), ...users, ...unknown];
  const hash = createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex').slice(0, 32);
  return `fly-machines-session-${hash}.json`;
}

/** The bundle's own text, without discharges. */
export function tokenOf({ permissions, malformed, users, unknown }: Bundle): string {
  return [...[...permissions, ...malformed].map(({ text }) => text), ...users, ...unknown].join(',');
}

/**
 * The sessions that are open in this job, by name. Whatever isn't a private file of ours in our form is ignored; a
 * folder that isn't there holds none.
 */
export function findSessions(folder: string): FoundSession[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .flatMap((name) => {
      const content = readSession(join(folder, name));
      return content === undefined || nameFor(content) !== name ? [] : [{ name, content }];
    });
}

/** Under another name it is what somebody else, another job perhaps, has put there. */
function nameFor({ token }: SessionContent): string | undefined {
  try {
    return sessionName(parseBundle(token));
  } catch {
    return undefined; // No token of Fly's.
  }
}

function readSession(path: string): SessionContent | undefined {
  let text: string | undefined;
  try {
    text = readPrivate(path);
    const result = Content.try(JSON.parse(text ?? ''), { mode: 'strip' });
    return result.ok ? result.value : undefined;
  } catch {
    return undefined; // Unreadable, cut off or a link: as good as absent.
  }
}

/** Opens first and looks then, so that what was looked at is what is read; without a wait, which a pipe would mean. */
function readPrivate(path: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants; // Windows has neither.
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { mode, uid, size } = fstatSync(descriptor);
    const isOurs = process.getuid === undefined || uid === process.getuid();
    const isPrivate = process.getuid === undefined || (mode & WRITABLE_BY_OTHERS) === 0;
    return isOurs && isPrivate && (mode & constants.S_IFMT) === constants.S_IFREG && size <= MAX_BYTES
      ? readFileSync(descriptor, 'utf8')
      : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a session for this user only, whole or not at all. */
export function writeSession(folder: string, { name, content }: FoundSession): void {
  const temporary = join(folder, `${name}.${randomBytes(8).toString('hex')}`);
  try {
    // `wx` fails where something stands already, a link included.
    writeFileSync(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new ActionError('internal', 'The session could not be written to RUNNER_TEMP', {
      hint: 'Is the disk full, or the folder not writable?',
      cause: error,
    });
  }
}

/** Removes a session's file; that it is gone already is fine. Throws for a name that isn't a session's. */
export function removeSession(folder: string, name: string): void {
  if (!NAME.test(name)) throw new ActionError('internal', 'the state does not name a session file');
  removeFile(folder, name);
}

/** The name of a file in a session's form that one step leaves for its own post; no other step finds it. */
export function restoreFileName(unique: string): string {
  const hash = createHash('sha256').update(unique).digest('hex').slice(0, 32);
  return `fly-machines-restore-${hash}.json`;
}

/** Reads what a step left for its post and removes it at once; undefined when it isn't there. Throws for a name that isn't such a file's. */
export function takeRestoreFile(folder: string, name: string): SessionContent | undefined {
  if (!RESTORE_NAME.test(name))
    throw new ActionError('internal', 'the state does not name a file of its own');
  const content = readSession(join(folder, name));
  removeFile(folder, name);
  return content;
}

function removeFile(folder: string, name: string): void {
  // A process that was killed in the middle of writing leaves its temporary file.
  const ours = readdirSync(folder).filter((it) => it === name || it.startsWith(`${name}.`));
  for (const it of ours) rmSync(join(folder, it), { force: true });
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
