import { askGit, git } from './git.js';
import { readVersionFiles, type VersionFiles } from './version-files.js';

/** Branch that releases are made of. */
export const MAIN = 'main';

/** Everything that decides on a release, as read at one moment. */
export interface Facts {
  /** Version to be released, as it was asked for. */
  readonly version: string;
  readonly remote: string;
  /** Branch that is checked out; undefined for none. */
  readonly branch: string | undefined;
  /** True where the clone lacks history, so that nothing can be told about what came before. */
  readonly shallow: boolean;
  readonly commit: string;
  /** Lines of `git status`, for all that isn't committed. */
  readonly changes: readonly string[];
  /** Numbers of commits that main has alone, here and on the remote. */
  readonly ahead: number;
  readonly behind: number;
  /** Commits of the remote's tags, by name. */
  readonly tags: ReadonlyMap<string, string>;
  /** Objects of the remote's tags, by name: the commit, or that of an annotated tag. */
  readonly objects: ReadonlyMap<string, string>;
  /** Commits of tags that are in the history of the commit to be released. */
  readonly past: ReadonlySet<string>;
  /** Commit of the version's tag in this clone; undefined for none. */
  readonly localTag: string | undefined;
  /** What the commit to be released says about its version. */
  readonly files: VersionFiles;
  readonly now: Date;
}

/** Reads the facts in a clone and at its remote. Throws a refusal where the remote or its main can't be read. */
export function readFacts(root: string, remote: string, version: string): Facts {
  // Before all that takes minutes: the tag has its name in it.
  git(root, 'Then release again.', 'var', 'GIT_COMMITTER_IDENT');
  const look = `Look at \`git remote -v\` and your access to ${remote}.`;
  // Tags aren't fetched: a moved one would be a conflict with the clone's own.
  git(
    root,
    look,
    'fetch',
    '--quiet',
    '--no-tags',
    remote,
    `+refs/heads/${MAIN}:refs/remotes/${remote}/${MAIN}`,
  );
  const { tags, objects } = tagsOf(git(root, look, 'ls-remote', '--tags', remote));
  const commit = git(root, 'Commit something first.', 'rev-parse', 'HEAD^{commit}');
  const sides = git(
    root,
    look,
    'rev-list',
    '--left-right',
    '--count',
    `${commit}...refs/remotes/${remote}/${MAIN}`,
  );
  const [ahead = 0, behind = 0] = sides.split('\t').map(Number);
  const inPast = (it: string) => askGit(root, 'merge-base', '--is-ancestor', it, commit).status === 0;
  const tag = askGit(root, 'rev-parse', '--quiet', '--verify', `refs/tags/v${version}^{commit}`);
  const branch = askGit(root, 'symbolic-ref', '--quiet', '--short', 'HEAD').stdout.trim();
  return {
    version,
    remote,
    branch: branch === '' ? undefined : branch,
    shallow: git(root, '', 'rev-parse', '--is-shallow-repository') === 'true',
    commit,
    changes: git(root, '', 'status', '--porcelain')
      .split('\n')
      .filter((line) => line !== ''),
    ahead,
    behind,
    tags,
    objects,
    past: new Set([...tags.values()].filter(inPast)),
    localTag: tag.status === 0 ? tag.stdout.trim() : undefined,
    files: readVersionFiles(root, commit),
    now: new Date(),
  };
}

/** Reads tags from `git ls-remote`, which shows the commits of annotated ones in a line of their own, behind the tag's. */
function tagsOf(listing: string): Pick<Facts, 'tags' | 'objects'> {
  const lines = [...listing.matchAll(/^(\w+)\trefs\/tags\/(.+?)(\^\{\})?$/gm)];
  const pairs = (some: typeof lines) => new Map(some.map(([, id = '', name = '']) => [name, id]));
  return { tags: pairs(lines), objects: pairs(lines.filter(([, , , peeled]) => peeled === undefined)) };
}
