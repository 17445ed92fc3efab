import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inc } from 'semver';
import { run } from './run.js';

/** A repository of its own with this project's newest commit, and a clone in which the next version is written down. */
export interface Trial {
  /** Path of the bare repository. */
  readonly origin: string;
  readonly clone: string;
  readonly version: string;
  readonly tag: string;
}

/** Makes a trial in a folder, by the steps that docs/releases.md gives to maintainers. */
export function makeTrial(folder: string): Trial {
  const [origin, clone] = [join(folder, 'origin.git'), join(folder, 'clone')];
  run(folder, 'git', 'init', '--quiet', '--bare', '--initial-branch=main', origin);
  // A checkout of CI has no history.
  run(origin, 'git', 'config', 'receive.shallowUpdate', 'true');
  run('.', 'git', 'push', '--quiet', resolve(origin), 'HEAD:refs/heads/main');
  run(folder, 'git', 'clone', '--quiet', origin, clone);
  for (const [name, value] of [
    ['name', 'Trial'],
    ['email', 'trial@example.com'],
  ] as const)
    run(clone, 'git', 'config', `user.${name}`, value);

  const { version: last }: { version: string } = JSON.parse(
    readFileSync(join(clone, 'package.json'), 'utf8'),
  );
  const version = inc(last, 'minor');
  if (version === null) throw new Error(`package.json has no version: ${last}`);
  const changelog = join(clone, 'CHANGELOG.md');
  const today = new Date().toISOString().slice(0, 10);
  const heading = `## [Unreleased]\n\n## [${version}] - ${today}\n\n### Added\n\n- A trial.\n`;
  const link = `[${version}]: https://example.com/v${version}\n`;
  writeFileSync(
    changelog,
    `${readFileSync(changelog, 'utf8').replace('## [Unreleased]\n', heading).trimEnd()}\n${link}`,
  );
  run(clone, 'npm', 'version', version, '--no-git-tag-version', '--ignore-scripts');
  run(clone, 'git', 'commit', '--quiet', '--all', '--message', `Version ${version}`);
  run(clone, 'git', 'push', '--quiet', 'origin', 'main');
  return { origin, clone, version, tag: `v${version}` };
}
