import { dirname } from 'node:path';
import type { FileStats, OpenMode } from '../../src/files/file-system.js';

/** Something under a path: a file, or a link that leads nowhere. */
export interface DiskFile {
  bytes: Buffer;
  /** Permissions, without the bits that say what it is. */
  mode: number;
  uid: number;
  readonly isLink: boolean;
}

const [REGULAR, FOLDER, LINK] = [0o100000, 0o040000, 0o120000];
const NOTHING = Buffer.alloc(0);

/** Content of a disk, which all processes share. */
export class Platter {
  /** All files by their paths. */
  readonly files = new Map<string, DiskFile>();
  readonly folders: Set<string>;
  readonly #capacity: number;
  #names = 0;

  constructor(folders: readonly string[], capacity: number) {
    this.folders = new Set(folders);
    this.#capacity = capacity;
  }

  /** Number of bytes that can still be written. */
  get room(): number {
    if (this.#capacity === Number.POSITIVE_INFINITY) return this.#capacity;
    const used = [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    return Math.max(0, this.#capacity - used);
  }

  /** Returns the code by which a path is not opened, as Linux has it; undefined where it is. */
  refusal(path: string, opening: OpenMode, user: number): string | undefined {
    const file = this.files.get(path);
    const isFolder = this.folders.has(path);
    if (file === undefined && !isFolder)
      return opening === 'create' && this.folders.has(dirname(path)) ? undefined : 'ENOENT';
    if (opening === 'create') return 'EEXIST';
    if (file === undefined) return opening === 'add' ? 'EISDIR' : undefined;
    if (file.isLink) return 'ELOOP';
    const bit = opening === 'read' ? 0o4 : 0o2;
    const its = user === file.uid ? bit << 6 : bit;
    return user === 0 || (file.mode & its) !== 0 ? undefined : 'EACCES';
  }

  /** Returns the code by which nothing is moved there; undefined where it is. */
  refusalToMove(from: string, to: string): string | undefined {
    if (!this.files.has(from) || !this.folders.has(dirname(to))) return 'ENOENT';
    return this.folders.has(to) ? 'EISDIR' : undefined;
  }

  /** Puts a file where it is told to, or changes the one that is there; the folder is made with it. */
  put(path: string, { bytes = NOTHING, mode = 0o600, uid = 0, isLink = false }: Partial<DiskFile>): DiskFile {
    const file = { bytes, mode, uid, isLink };
    this.folders.add(dirname(path));
    this.files.set(path, file);
    return file;
  }

  /** Removes all that is in a folder, and with `itself` the folder as well. */
  empty(folder: string, itself: boolean): void {
    for (const name of this.names(folder)) {
      this.files.delete(`${folder}/${name}`);
      this.folders.delete(`${folder}/${name}`);
    }
    if (itself) this.folders.delete(folder);
  }

  names(folder: string): string[] {
    const its = (path: string) => path !== folder && dirname(path) === folder;
    const all = [...this.files.keys(), ...this.folders].filter(its);
    return all.map((path) => path.slice(folder.length + 1)).sort();
  }

  /** Returns 16 hexadecimal digits that it has not returned before. */
  unique(): string {
    this.#names += 1;
    return this.#names.toString(16).padStart(16, '0');
  }
}

/** Returns facts about a file; about a folder for undefined. */
export function statsOf(file: DiskFile | undefined): FileStats {
  const { mode = 0o755, uid = 0, isLink = false, bytes = NOTHING } = file ?? {};
  const kind = isLink ? LINK : REGULAR;
  return {
    mode: (file === undefined ? FOLDER : kind) | mode,
    uid,
    size: bytes.length,
    isFile: () => file !== undefined && !isLink,
    isSymbolicLink: () => isLink,
  };
}
