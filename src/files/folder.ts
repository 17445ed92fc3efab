import { join } from 'node:path';
import { type FileStats, type FileSystem, nodeFileSystem, type OpenMode } from './file-system.js';
import type { Files, PrivateRead } from './files.js';
import { errorCode, patiently } from './patience.js';
import { objectionTo, ownership } from './privacy.js';

/** Returns the files of a folder on disk. */
export function filesIn(folder: string, system: FileSystem = nodeFileSystem): Files {
  return new Folder(folder, system);
}

class Folder implements Files {
  readonly #folder: string;
  readonly #system: FileSystem;

  constructor(folder: string, system: FileSystem) {
    this.#folder = folder;
    this.#system = system;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  read(name: string): PrivateRead {
    const path = this.path(name);
    try {
      return this.#patiently(
        () => this.#opened(path),
        () => this.#look(path)?.isFile() === false,
      );
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT') return {};
      const found = this.#look(path);
      const objection = found?.isFile() === false ? this.#objectionTo(found) : undefined;
      if (objection !== undefined) return { refused: objection.refused };
      const whose = found === undefined ? '' : ` (${ownership(found)})`;
      return { refused: `it can't be read: ${code}${whose}`, unread: true };
    }
  }

  write(name: string, text: string | Iterable<string>): void {
    const temporary = this.path(`${name}.${this.#system.unique()}`);
    try {
      this.#put(temporary, text, 'create');
      this.#patiently(() => this.#system.rename(temporary, this.path(name)));
    } catch (error) {
      try {
        this.#patiently(() => this.#system.remove(temporary));
      } catch {
        // What went wrong first says more.
      }
      throw error;
    }
  }

  append(name: string, text: string, { isNew } = { isNew: false }): void {
    this.#put(this.path(name), text, isNew ? 'create' : 'add');
  }

  names(): string[] {
    try {
      return this.#patiently(() => this.#system.list(this.#folder));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  remove(name: string): void {
    const failures: unknown[] = [];
    const tried = (work: () => void) => {
      try {
        work();
      } catch (error) {
        failures.push(error);
      }
    };
    const drop = (it: string) => tried(() => this.#patiently(() => this.#system.remove(this.path(it))));
    // By its name first: it is gone even where the folder can't be listed.
    drop(name);
    tried(() =>
      this.names()
        .filter((it) => it.startsWith(`${name}.`))
        .forEach(drop),
    );
    if (failures.length > 0) throw failures[0];
  }

  /** Adds to the end of a file that is this user's own, which a new one isn't on a disk that keeps no modes. */
  #put(path: string, text: string | Iterable<string>, opening: OpenMode): void {
    const file = this.#patiently(() => this.#system.open(path, opening));
    try {
      const objection = this.#objectionTo(this.#patiently(() => this.#system.stat(file)));
      if (objection !== undefined) throw new Error(`${path} is not written to: ${objection.refused}`);
      for (const piece of typeof text === 'string' ? [text] : text) {
        let left = Buffer.from(piece);
        while (left.length > 0) left = left.subarray(this.#patiently(() => this.#system.write(file, left)));
      }
    } finally {
      this.#system.close(file);
    }
  }

  /** Opens first and looks then, so that what was looked at is what is read. */
  #opened(path: string): PrivateRead {
    const file = this.#system.open(path, 'read');
    try {
      const objection = this.#objectionTo(this.#system.stat(file));
      if (objection === undefined) return { text: this.#system.read(file) };
      return { refused: objection.refused, ...(objection.isOurs && { unread: true as const }) };
    } finally {
      this.#system.close(file);
    }
  }

  #objectionTo(stats: FileStats) {
    return objectionTo(stats, this.#system.user());
  }

  #look(path: string): FileStats | undefined {
    try {
      return this.#system.look(path);
    } catch {
      return undefined;
    }
  }

  #patiently<T>(work: () => T, isFinal?: () => boolean): T {
    return patiently(work, (ms) => this.#system.pause(ms), isFinal);
  }
}
