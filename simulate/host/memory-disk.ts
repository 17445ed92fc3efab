import type { FileSystem, OpenMode } from '../../src/files/file-system.js';
import { type DiskCall, diskError } from './disk-error.js';
import { type DiskFile, Platter, statsOf } from './platter.js';

/** One process, as far as the disk is concerned. */
export interface DiskProcess {
  /** Number of the user that it runs as; 0 may do everything. */
  readonly user?: number;
  /** Asked before each call: a code that it returns, such as `EBUSY`, refuses the call; where it throws, the process crashes there. */
  readonly before?: (call: DiskCall, path: string) => string | undefined;
  /** Most bytes that one call writes, so that something can happen in the middle of a file. */
  readonly mostAtOnce?: number;
  /** Called in place of waiting. */
  readonly pause?: (ms: number) => void;
}

export interface DiskOptions extends DiskProcess {
  /** Folders that are there. */
  readonly folders?: readonly string[];
  /** Most bytes of all files together. */
  readonly capacity?: number;
}

/** Disk in memory, as one process sees it. */
export interface MemoryDisk extends FileSystem {
  /** All files by their paths. */
  readonly files: ReadonlyMap<string, Readonly<DiskFile>>;
  /** The same disk as another process sees it, whose descriptors are its own. */
  seenBy(process: DiskProcess): MemoryDisk;
  /** Puts a file under a path, in place of what is there. Its folder is there from then on. */
  put(path: string, file: Partial<DiskFile>): void;
  /** Removes all that is in a folder, and with `itself` the folder as well. */
  empty(folder: string, options?: { readonly itself: boolean }): void;
}

/** An open file, or an open folder. */
interface Opened {
  readonly path: string;
  readonly opening: OpenMode;
  readonly file: DiskFile | undefined;
}

/** User of a hosted runner. */
const RUNNER_USER = 1001;

/** Creates a disk in memory, which answers as a real one does: `filesIn('/runner/temp', memoryDisk())`. Folders can't be made or moved by way of it. */
export function memoryDisk(options: DiskOptions = {}): MemoryDisk {
  const { folders = ['/runner/temp'], capacity = Number.POSITIVE_INFINITY } = options;
  return seenBy(new Platter(folders, capacity), options);
}

function seenBy(platter: Platter, process: DiskProcess): MemoryDisk {
  const { user = RUNNER_USER, mostAtOnce = Number.POSITIVE_INFINITY } = process;
  const { files, folders } = platter;
  const open = new Map<number, Opened>();
  // The first three are the process's own streams.
  let last = 2;

  const check = (call: DiskCall, path: string, code: () => string | undefined = () => undefined) => {
    const refusal = process.before?.(call, path) ?? code();
    if (refusal !== undefined) throw diskError(refusal, call, path);
  };
  const opened = (call: DiskCall, descriptor: number): Opened => {
    const it = open.get(descriptor);
    if (it === undefined) throw diskError('EBADF', call, String(descriptor));
    return it;
  };

  return {
    files,
    open(given, opening) {
      const path = slashed(given);
      check('open', path, () => platter.refusal(path, opening, user));
      const file = opening === 'create' ? platter.put(path, { uid: user }) : files.get(path);
      last += 1;
      open.set(last, { path, opening, file });
      return last;
    },
    close(descriptor) {
      const { path } = opened('close', descriptor);
      // Refused or not, what is closed is closed.
      open.delete(descriptor);
      check('close', path);
    },
    stat(descriptor) {
      const { path, file } = opened('stat', descriptor);
      check('stat', path);
      return statsOf(file);
    },
    look(given) {
      const path = slashed(given);
      check('look', path, () => (files.has(path) || folders.has(path) ? undefined : 'ENOENT'));
      return statsOf(files.get(path));
    },
    read(descriptor) {
      const { path, opening, file } = opened('read', descriptor);
      check('read', path, () => (opening === 'read' ? undefined : 'EBADF'));
      if (file === undefined) throw diskError('EISDIR', 'read', path);
      return file.bytes.toString('utf8');
    },
    write(descriptor, bytes) {
      const { path, opening, file } = opened('write', descriptor);
      check('write', path, () => (opening === 'read' ? 'EBADF' : undefined));
      const taken = bytes.subarray(0, Math.min(mostAtOnce, platter.room));
      if (file === undefined || taken.length < Math.min(1, bytes.length))
        throw diskError('ENOSPC', 'write', path);
      file.bytes = Buffer.concat([file.bytes, taken]);
      return taken.length;
    },
    rename(there, here) {
      const [from, to] = [slashed(there), slashed(here)];
      check('rename', from, () => platter.refusalToMove(from, to));
      const file = files.get(from);
      files.delete(from);
      if (file !== undefined) files.set(to, file);
    },
    remove(given) {
      const path = slashed(given);
      check('remove', path, () => (folders.has(path) ? 'ERR_FS_EISDIR' : undefined));
      files.delete(path);
    },
    list(given) {
      const folder = slashed(given);
      check('list', folder, () => {
        if (folders.has(folder)) return undefined;
        return files.has(folder) ? 'ENOTDIR' : 'ENOENT';
      });
      return platter.names(folder);
    },
    pause: (ms) => process.pause?.(ms),
    user: () => user,
    unique: () => platter.unique(),
    seenBy: (other) => seenBy(platter, other),
    put: (path, file) => void platter.put(path, { uid: user, ...file }),
    empty: (folder, { itself } = { itself: false }) => platter.empty(folder, itself),
  };
}

/** Returns a path as this disk has it on every system: Windows joins paths by a sign of its own. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
