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
  writeSync,
} from 'node:fs';

/** Facts about a file without its content. */
export type FileStats = Pick<Stats, 'mode' | 'uid' | 'size' | 'isFile' | 'isSymbolicLink'>;

/** Purpose for which a file is opened: `create` fails where there is a file already, `add` where there is none. */
export type OpenMode = 'read' | 'create' | 'add';

/** Calls that folders are made of, each of which throws as Node's own does, with a `code`. */
export interface FileSystem {
  /** Follows no link and waits for no other end of a pipe; what it creates is for this user only. Returns a descriptor. */
  open(path: string, opening: OpenMode): number;
  close(descriptor: number): void;
  /** Facts about an open file. */
  stat(descriptor: number): FileStats;
  /** Facts about what a path leads to; a link is not followed. */
  look(path: string): FileStats;
  read(descriptor: number): string;
  /** Writes what it can of the bytes and returns how many. */
  write(descriptor: number, bytes: Uint8Array): number;
  rename(from: string, to: string): void;
  /** Does nothing where nothing is there. */
  remove(path: string): void;
  list(folder: string): string[];
  /** Waits in place, in milliseconds. */
  pause(ms: number): void;
  /** Who this process is; undefined where files have no such owners. */
  user(): number | undefined;
  /** Returns text that is in the name of no other file. */
  unique(): string;
}

// Windows has neither.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_APPEND } = constants;
const FLAGS: { readonly [O in OpenMode]: number } = {
  read: O_RDONLY,
  create: O_WRONLY | O_APPEND | O_CREAT | O_EXCL,
  add: O_WRONLY | O_APPEND,
};

/** File system of this machine. */
export const nodeFileSystem: FileSystem = {
  open: (path, opening) => openSync(path, FLAGS[opening] | O_NOFOLLOW | O_NONBLOCK, 0o600),
  close: (descriptor) => closeSync(descriptor),
  stat: (descriptor) => fstatSync(descriptor),
  look: (path) => lstatSync(path),
  read: (descriptor) => readFileSync(descriptor, 'utf8'),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true }),
  list: (folder) => readdirSync(folder),
  pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  user: () => process.getuid?.(),
  unique: () => randomBytes(8).toString('hex'),
};
