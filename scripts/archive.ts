import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a job downloads for a step of this action. */
export interface Archive {
  readonly tar: Buffer;
  /** Its size as it is sent, in bytes. */
  readonly packed: number;
  /** Top-level folder of all that is in it. */
  readonly folder: string;
}

/** Level of gzip with which archives are packed. */
const LEVEL = 6;
const FOLDER = 'OWNER-fly-machines-action-0123456';

/**
 * Makes the archive that GitHub would make of the work tree as it is, what isn't committed included. The repository isn't
 * touched: index and objects are kept elsewhere, for as long as it takes.
 */
export function archiveOf(repository: string): Archive {
  const temp = mkdtempSync(join(tmpdir(), 'archive-'));
  const git = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    execFileSync('git', args, { cwd: repository, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
  const text = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    git(env, ...args)
      .toString()
      .trim();
  try {
    const objects = resolve(repository, text({}, 'rev-parse', '--git-path', 'objects'));
    const env = {
      GIT_INDEX_FILE: join(temp, 'index'),
      GIT_OBJECT_DIRECTORY: temp,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
      ...MADE_BY,
    };
    git(env, 'add', '--all');
    const commit = text(env, 'commit-tree', text(env, 'write-tree'), '-m', 'The work tree as it is');
    const tar = git(env, 'archive', '--format=tar', `--prefix=${FOLDER}/`, commit);
    return { tar, packed: gzipSync(tar, { level: LEVEL }).length, folder: FOLDER };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** Maker and time of the commit, so that the same files always make the same archive. */
const MADE_BY = {
  GIT_AUTHOR_NAME: 'archive',
  GIT_AUTHOR_EMAIL: 'archive@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'archive',
  GIT_COMMITTER_EMAIL: 'archive@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};
