import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as v from '@badrap/valita';

/** Owner that stands in as long as nobody has published the action. */
const PLACEHOLDER = 'OWNER';
const NAME = 'fly-machines-action';
/** Kinds of files whose text names the repository; code asks this file instead. */
const WORDED = ['*.md', '*.yml', 'package.json'];

const Package = v.object({ repository: v.object({ url: v.string() }) });

/** Name of the published repository, such as `OWNER/fly-machines-action`: package.json is the one place that decides it. */
export const REPOSITORY = repositoryIn(readFileSync('package.json', 'utf8'));

/** Returns the repository that a package.json names. Throws if that is not one of GitHub's with this project's name. */
export function repositoryIn(packageJson: string): string {
  const { url } = Package.parse(JSON.parse(packageJson), { mode: 'strip' }).repository;
  const [, repository] = /^git\+https:\/\/github\.com\/([\w-]+\/[\w-]+)\.git$/.exec(url) ?? [];
  if (repository?.split('/')[1] !== NAME)
    throw new Error(
      `\`repository.url\` in package.json is \`${url}\`: write \`git+https://github.com/<owner>/${NAME}.git\``,
    );
  return repository;
}

/** Returns the text with this repository's name in place of its name under another owner. */
export function withRepository(text: string, repository: string): string {
  return text.replaceAll(new RegExp(`[A-Za-z0-9-]+/${NAME}\\b`, 'g'), repository);
}

/** Returns the sentence that tells readers what to write for the owner; empty once there is one. */
export function ownerSentence(repository: string): string {
  return repository.startsWith(`${PLACEHOLDER}/`)
    ? `In every example, replace \`${PLACEHOLDER}\` with the owner of this repository.`
    : '';
}

/** Returns the paths of all files that git tracks and whose text names the repository. */
export function filesWithRepository(): readonly string[] {
  const paths = execFileSync('git', ['ls-files', '-z', '--', ...WORDED], { encoding: 'utf8' });
  return paths.split('\0').filter((path) => path !== '');
}
