import { readFacts } from './facts.js';
import { inFreshClone, runIn } from './fresh-clone.js';
import type { Node } from './nodes.js';
import { planRelease } from './plan.js';
import { publish } from './publish.js';
import { rebuild } from './rebuild.js';

/** Wishes of the person who releases. */
export interface Wish {
  readonly version: string;
  readonly remote: string;
  /** Command line that shows that the commit is good: it runs in a fresh clone. */
  readonly checks: string;
  /** Does everything but the tags. */
  readonly dryRun: boolean;
}

/** Place of a release. */
export interface Place {
  /** Folder of the clone. */
  readonly root: string;
  /** Nodes that must build the same. */
  readonly nodes: readonly Node[];
  /** Stops what runs when it is aborted, with nothing released. */
  readonly stop: AbortSignal;
  /** Tells the person one line. */
  say(line: string): void;
}

/** Releases a version from a clone. Throws a refusal, before anything has moved, where something is in the way. */
export async function release(
  { version, remote, checks, dryRun }: Wish,
  { root, nodes, stop, say }: Place,
): Promise<void> {
  const plan = planRelease(readFacts(root, remote, version));
  if (plan === undefined) {
    say(`${remote} has v${version} already, at this very commit: nothing to do`);
    return;
  }
  const { commit, tag, major } = plan;
  say(`${commit} is main of ${remote}, clean, and its changelog tells of ${version}`);
  await rebuild(root, commit, nodes, stop);
  const names = nodes.map((it) => it.version).join(' and ');
  say(`dist, built anew in a fresh clone on Node ${names}, is what is committed, byte for byte`);
  const remedy = 'Mend that, push it, and release again.';
  await inFreshClone(root, commit, (clone) => runIn(clone, checks, { remedy, stop }));
  say(`\`${checks}\` passes in a fresh clone`);

  const made = [
    `the tag ${tag}`,
    major && `the tag ${major.name} ${major.from === undefined ? '(new)' : `(until now ${major.from})`}`,
  ];
  const what = `${made.filter((it) => it !== undefined).join(' and ')} at ${commit}`;
  if (dryRun) {
    say(`dry run: would push ${what} to ${remote}`);
    return;
  }
  publish(root, remote, plan);
  say(`pushed ${what} to ${remote}`);
  say(`on GitHub, the workflow "Release" now drafts the release of ${tag}; read it, and publish it`);
}
