import { compare, lt, parse, prerelease, valid } from 'semver';
import { type Facts, MAIN } from './facts.js';
import { Refusal } from './refusal.js';
import { versionFaults } from './version-files.js';

/** Tags that a release makes and moves. */
export interface Plan {
  readonly commit: string;
  readonly tag: string;
  /** Plain tag of the major version; undefined for a prerelease, which moves none. */
  readonly major: MovingTag | undefined;
}

export interface MovingTag {
  readonly name: string;
  /** Commit at which the remote has it; undefined where it is new. */
  readonly from: string | undefined;
  /** What the remote has below that name: the commit, or an annotated tag. */
  readonly object: string | undefined;
}

/** Plans a release; undefined where the remote has it already. Throws a {@link Refusal} with all that is in the way. */
export function planRelease(facts: Facts): Plan | undefined {
  const { version, commit, tags, objects, remote } = facts;
  const parsed = parse(version);
  // The parser takes `v1.0.0`, too, and drops what follows a `+`.
  if (parsed?.version !== version)
    throw new Refusal([
      `"${version}" is no version. Give three numbers without a v, such as 1.4.0, or 1.4.0-rc.1 for a trial.`,
    ]);
  const tag = `v${version}`;
  const major = prerelease(version) === null ? `v${parsed.major}` : undefined;
  const from = major === undefined ? undefined : tags.get(major);
  if (tags.get(tag) === commit) {
    const newest = newestOf(tags, parsed.major);
    if (major === undefined || newest === undefined || from === newest.commit) return undefined;
    throw new Refusal([
      `${remote} has ${tag} at this commit, and ${major} at ${from ?? 'none'}, not with ${newest.tag}: find out who changed it. \`git push --force ${remote} ${newest.commit}:refs/tags/${major}\` sets it.`,
    ]);
  }
  const reasons = [
    ...clone(facts),
    ...versionFaults(facts.files, version, facts.now),
    ...taken(facts, tag),
    ...moving(facts, major, from),
  ];
  if (reasons.length > 0) throw new Refusal(reasons);
  return {
    commit,
    tag,
    major: major === undefined ? undefined : { name: major, from, object: objects.get(major) },
  };
}

/** Returns what is wrong with the clone: it has to be what everyone has. */
function clone({ branch, shallow, changes, ahead, behind, remote }: Facts): readonly string[] {
  if (shallow)
    return [
      `This clone is shallow and can't tell what came before. Run \`git fetch --unshallow ${remote}\`.`,
    ];
  const reasons = [];
  if (branch !== MAIN) reasons.push(`${branch ?? 'No branch'} is checked out. Run \`git switch ${MAIN}\`.`);
  if (changes.length > 0)
    reasons.push(
      `\`git status\` shows what isn't committed: ${changes.join(', ')}. Commit it or take it away.`,
    );
  if (behind > 0)
    reasons.push(
      `${remote} has ${behind} commits on ${MAIN} that aren't here. Run \`git pull ${remote} ${MAIN}\`.`,
    );
  if (ahead > 0)
    reasons.push(`${ahead} commits here aren't on ${MAIN} of ${remote}. Run \`git push ${remote} ${MAIN}\`.`);
  return reasons;
}

/** Returns why the version's own tag can't be made. */
function taken({ version, tags, commit, localTag, remote }: Facts, tag: string): readonly string[] {
  const released = [...tags.keys()].flatMap((it) => valid(it.replace(/^v/, '')) ?? []);
  const newest = released.sort(compare).at(-1);
  const at = tags.get(tag);
  if (at !== undefined)
    return [
      `${remote} has ${tag} already, at ${at}. A version never changes: take a newer one than ${newest}.`,
    ];
  if (newest !== undefined && lt(version, newest))
    return [`${version} is older than ${newest}, which is released. Take a newer version.`];
  if (localTag !== undefined && localTag !== commit)
    return [`This clone has a ${tag} of its own, at ${localTag}. Look at it, and run \`git tag -d ${tag}\`.`];
  return [];
}

/** Returns why the tag of the major version can't move: only ever forward. */
function moving(
  { past, shallow, commit, remote }: Facts,
  major: string | undefined,
  from: string | undefined,
): readonly string[] {
  if (from === undefined || past.has(from) || shallow) return [];
  return [
    `${major} is at ${from}, which isn't in the history of ${commit}: it would move backwards. Find out who put it there; \`git push ${remote} :refs/tags/${major}\` takes it away, and the release makes it anew.`,
  ];
}

/** Returns the newest release of a major version that is no trial; undefined where there is none. */
function newestOf(tags: Facts['tags'], major: number): { tag: string; commit: string } | undefined {
  const released = [...tags].flatMap(([tag, commit]) => {
    const version = parse(tag);
    return version?.major === major && version.prerelease.length === 0 ? [{ tag, commit, version }] : [];
  });
  return released.sort((one, other) => compare(one.version, other.version)).at(-1);
}
