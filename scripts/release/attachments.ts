import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../npm.js';
import { readChangelog } from './changelog.js';
import { MAIN } from './facts.js';
import { askGit, git } from './git.js';
import { Refusal } from './refusal.js';
import { readVersionFiles, versionFaults } from './version-files.js';

/** Files that a job runs, by patterns of git: what is built, and what names it as an action. */
const RUN = ['dist', ':(glob)**/action.yml', '.github/actions'];

/** Makes the files that go with the release of a tag, by name. Throws a {@link Refusal} where the tag isn't of main, or the files at it don't tell of its version. */
export function attachmentsOf(root: string, tag: string, repository: string): ReadonlyMap<string, string> {
  const version = tag.replace(/^v/, '');
  const commit = git(root, '', 'rev-parse', 'HEAD^{commit}');
  const files = readVersionFiles(root, commit);
  const faults = versionFaults(files, version, new Date());
  const at = askGit(root, 'rev-parse', '--quiet', '--verify', `refs/tags/${tag}^{commit}`).stdout.trim();
  if (at !== commit)
    faults.push(
      `${tag} is ${at === '' ? 'not here' : `at ${at}`}, and ${commit} is checked out. Run \`git checkout ${tag}\`.`,
    );
  if (askGit(root, 'merge-base', '--is-ancestor', commit, `refs/remotes/origin/${MAIN}`).status !== 0)
    faults.push(`${tag} is at ${commit}, which isn't on ${MAIN}. Releases are made by \`npm run release\`.`);
  if (faults.length > 0) throw new Refusal(faults);
  const notes = readChangelog(files.changelog ?? '').get(version)?.notes ?? '';
  return new Map([
    ['notes.md', withPin(notes, { tag, commit, repository })],
    ['checksums.txt', checksumsOf(root)],
    ['sbom.spdx.json', billOfMaterials(root)],
  ]);
}

/** Adds the lines that people copy to pin the release, and where they read how to check it. */
function withPin(
  notes: string,
  { tag, commit, repository }: { readonly tag: string; readonly commit: string; readonly repository: string },
): string {
  const page = `https://github.com/${repository}/blob/${tag}/docs/releases.md`;
  return `${notes}

### Pin it

\`\`\`yaml
- uses: ${repository}/list@${commit} # ${tag}
\`\`\`

[How to check that it is what its source says](${page})
`;
}

/** Returns the SHA-256 of each file that a job runs, in the form of sha256sum. */
export function checksumsOf(root: string): string {
  const files = git(root, '', 'ls-files', '-z', '--', ...RUN)
    .split('\0')
    .filter((it) => it !== '');
  const lines = files.map((file) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(root, file)))
      .digest('hex');
    return `${sum}  ${file}\n`;
  });
  return lines.join('');
}

/** Lists the packages whose code may be in `dist`, by npm and its lock file. */
export function billOfMaterials(root: string): string {
  const command = ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'spdx'];
  const { error, status, stdout, stderr } = npm(command, { cwd: root });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Refusal([
      `\`npm ${command.join(' ')}\` ended with ${status}: ${stderr} Mend package-lock.json.`,
    ]);
  return stdout;
}
