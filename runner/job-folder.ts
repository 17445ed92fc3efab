import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

/** Folders of one job, all fresh, under one `base`. */
export interface JobFolder {
  readonly base: string;
  readonly home: string;
  readonly temp: string;
  readonly toolCache: string;
  readonly workspace: string;
}

/** A file on disk; `path` is relative to the job's base folder, with `/` on every system. */
export interface JobFile {
  readonly path: string;
  readonly content: string;
  /** Permission bits, such as 0o600. */
  readonly mode: number;
}

/**
 * Creates the folders of a job in a runner's layout. `home` is fresh too, so that a job neither reads nor
 * changes the real one.
 */
export function createJobFolder(repository: string): JobFolder {
  const base = mkdtempSync(join(tmpdir(), 'runner-'));
  const name = repository.split('/').at(-1) ?? repository;
  const folder: JobFolder = {
    base,
    home: join(base, 'home'),
    temp: join(base, '_work', '_temp'),
    toolCache: join(base, '_work', '_tool'),
    workspace: join(base, '_work', name, name),
  };
  for (const path of [folder.home, folder.temp, folder.toolCache, folder.workspace]) {
    mkdirSync(path, { recursive: true });
  }
  return folder;
}

/** Reads every file under the job's base folder as UTF-8; the content of a link is its target. */
export function readJobFiles(folder: JobFolder): readonly JobFile[] {
  const files: JobFile[] = [];
  const visit = (path: string) => {
    const found = lstatSync(path);
    if (found.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else if (found.isFile() || found.isSymbolicLink()) {
      const content = found.isFile() ? readFileSync(path, 'utf8') : readlinkSync(path);
      files.push({
        path: relative(folder.base, path).replaceAll(sep, '/'),
        content,
        mode: found.mode & 0o777,
      });
    }
  };
  visit(folder.base);
  return files;
}

/** Deletes all files of the job. */
export function deleteJobFolder(folder: JobFolder): void {
  // Windows holds a folder for a moment after the process that worked in it has ended.
  rmSync(folder.base, { recursive: true, force: true, maxRetries: 5 });
}
