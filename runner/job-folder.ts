import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** The folders of one job, all fresh, under one `base`. */
export interface JobFolder {
  readonly base: string;
  readonly home: string;
  readonly temp: string;
  readonly toolCache: string;
  readonly workspace: string;
}

/** A file that is on disk now; `path` is relative to the job's base folder. */
export interface JobFile {
  readonly path: string;
  readonly content: string;
  /** The permission bits, such as 0o600. */
  readonly mode: number;
}

/** Creates the folders of a job as a runner lays them out. `home` is fresh too, so that nothing is read from or left in the real one. */
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

/** Every file under the job's base folder, with its content as UTF-8; of a link, where it points. */
export function readJobFiles(folder: JobFolder): readonly JobFile[] {
  const files: JobFile[] = [];
  const visit = (path: string) => {
    const found = lstatSync(path);
    if (found.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else if (found.isFile() || found.isSymbolicLink()) {
      const content = found.isFile() ? readFileSync(path, 'utf8') : readlinkSync(path);
      files.push({ path: relative(folder.base, path), content, mode: found.mode & 0o777 });
    }
  };
  visit(folder.base);
  return files;
}

/** Deletes everything of the job. */
export function deleteJobFolder(folder: JobFolder): void {
  rmSync(folder.base, { recursive: true, force: true });
}
