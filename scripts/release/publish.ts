import { askGit, git } from './git.js';
import type { Plan } from './plan.js';
import { Refusal } from './refusal.js';

/**
 * Makes the tags of a release and pushes them in one go: the remote takes both or none. Throws a {@link Refusal} where it
 * takes none, and then leaves this clone as it was.
 */
export function publish(root: string, remote: string, { commit, tag, major }: Plan): void {
  // Forced: one at this very commit is what an interrupted run has left. Signed where git is told so.
  git(
    root,
    'Mend that, and release again.',
    'tag',
    '--annotate',
    '--force',
    '--message',
    `Version ${tag.slice(1)}`,
    tag,
    commit,
  );
  const moves = major === undefined ? [] : [`${commit}:refs/tags/${major.name}`];
  // Only from where it was read: what another person moved meanwhile stays. A `+` in the refspec would undo that.
  const leases =
    major === undefined ? [] : [`--force-with-lease=refs/tags/${major.name}:${major.object ?? ''}`];
  const push = ['push', '--atomic', '--no-follow-tags', ...leases, remote, `refs/tags/${tag}`, ...moves];
  const { status, said } = askGit(root, ...push);
  // A connection that ends badly may have done its work before.
  if (status !== 0 && !hasArrived(root, remote, tag)) {
    git(root, `Remove the tag: \`git tag -d ${tag}\`.`, 'tag', '--delete', tag);
    throw new Refusal([
      `\`git ${push.join(' ')}\` ended with ${status}: ${said} Mend that, and release again.`,
    ]);
  }
  if (major === undefined) return;
  const moved = askGit(root, 'update-ref', `refs/tags/${major.name}`, commit);
  if (moved.status !== 0)
    throw new Error(`${tag} is released; ${major.name} of this clone could not follow: ${moved.said}`);
}

/** True where the remote has this clone's tag, and so all that was pushed with it: one of another person has another id. */
function hasArrived(root: string, remote: string, tag: string): boolean {
  const name = `refs/tags/${tag}`;
  const there = askGit(root, 'ls-remote', remote, name);
  if (there.status !== 0)
    throw new Refusal(
      [
        `\`git push\` and then \`git ls-remote ${remote}\` ended with ${there.status}: ${there.said} Release again when ${remote} can be reached: that finds it out.`,
      ],
      `The push was cut off; whether ${remote} has taken ${tag} isn't known:`,
    );
  return there.stdout.startsWith(`${git(root, '', 'rev-parse', name)}\t`);
}
