import { changelogFaults } from './changelog.js';
import { askGit } from './git.js';

/** What the files of a commit say about its version. */
export interface VersionFiles {
  /** Versions that npm's files give, by file. */
  readonly manifests: ReadonlyMap<string, string | undefined>;
  /** Text of the changelog; undefined where there is none. */
  readonly changelog: string | undefined;
}

/** Reads them from a commit: a work tree may have others, also where `git status` shows none. */
export function readVersionFiles(root: string, commit: string): VersionFiles {
  const textOf = (file: string) => {
    const { status, stdout } = askGit(root, 'show', `${commit}:${file}`);
    return status === 0 ? stdout : undefined;
  };
  const versionAt = (file: string, ...path: readonly string[]) => {
    const text = textOf(file);
    let value: unknown = text === undefined ? undefined : JSON.parse(text);
    for (const key of [...path, 'version'])
      value =
        typeof value === 'object' && value !== null
          ? Object.getOwnPropertyDescriptor(value, key)?.value
          : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    manifests: new Map([
      ['package.json', versionAt('package.json')],
      ['package-lock.json', versionAt('package-lock.json')],
      ['package-lock.json, its packages', versionAt('package-lock.json', 'packages', '')],
    ]),
    changelog: textOf('CHANGELOG.md'),
  };
}

/** Returns where the files give another version, or the changelog doesn't tell of it; empty where all is well. */
export function versionFaults({ manifests, changelog }: VersionFiles, version: string, now: Date): string[] {
  const others = [...manifests].filter(([, it]) => it !== version);
  const faults = others.map(
    ([file, it]) =>
      `${file} has the version ${it ?? 'none'}. Run \`npm version ${version} --no-git-tag-version\`, and commit.`,
  );
  if (changelog === undefined) return [...faults, 'There is no CHANGELOG.md. Write what users get.'];
  return [...faults, ...changelogFaults(changelog, version, now)];
}
