import type { Facts } from '../../../../scripts/release/facts.js';
import { planRelease } from '../../../../scripts/release/plan.js';

const HERE = 'c'.repeat(40);
const BEFORE = 'b'.repeat(40);
const ELSEWHERE = 'e'.repeat(40);

const filesOf = (version: string, manifest: string) => ({
  manifests: new Map([['package.json', manifest]]),
  changelog: `## [${version}] - 2026-12-01\n\n- Something.\n\n[${version}]: https://example.com\n`,
});

function facts(version: string, differing: Partial<Facts> = {}): Facts {
  return {
    version,
    remote: 'origin',
    branch: 'main',
    commit: HERE,
    changes: [],
    ahead: 0,
    behind: 0,
    shallow: false,
    tags: new Map(),
    objects: differing.tags ?? new Map(),
    past: new Set([BEFORE, HERE]),
    localTag: undefined,
    files: filesOf(version, version),
    now: new Date('2026-12-01T12:00:00Z'),
    ...differing,
  };
}

const tags = (all: Readonly<Record<string, string>>) => new Map(Object.entries(all));

describe('when a release is planned', () => {
  it.each([
    [
      'the first one',
      '1.0.0',
      {},
      { tag: 'v1.0.0', major: { name: 'v1', from: undefined, object: undefined } },
    ],
    [
      'a later one',
      '1.10.0',
      { 'v1.9.0': BEFORE, v1: BEFORE },
      { tag: 'v1.10.0', major: { name: 'v1', from: BEFORE, object: BEFORE } },
    ],
    [
      'the next major',
      '2.0.0',
      { 'v1.9.0': BEFORE, v1: BEFORE },
      { tag: 'v2.0.0', major: { name: 'v2', from: undefined, object: undefined } },
    ],
    ['a trial', '2.0.0-rc.1', { 'v1.9.0': BEFORE, v1: BEFORE }, { tag: 'v2.0.0-rc.1', major: undefined }],
    [
      'what the trial was for',
      '2.0.0',
      { 'v2.0.0-rc.1': BEFORE },
      { tag: 'v2.0.0', major: { name: 'v2', from: undefined, object: undefined } },
    ],
    [
      'one beside tags of other kinds',
      '1.0.0',
      { nightly: ELSEWHERE, v9: ELSEWHERE },
      { tag: 'v1.0.0', major: { name: 'v1', from: undefined, object: undefined } },
    ],
  ])('%s has its tags', (_, version, remote, plan) => {
    expect(planRelease(facts(version, { tags: tags(remote) }))).toEqual({ commit: HERE, ...plan });
  });

  it.each([
    ['at this commit', '1.0.0', { 'v1.0.0': HERE, v1: HERE }],
    ['with a later one behind it', '1.0.0', { 'v1.0.0': HERE, 'v1.1.0': ELSEWHERE, v1: ELSEWHERE }],
    [
      'beside a trial of the next',
      '1.0.0',
      { 'v1.0.0': HERE, v1: HERE, 'v1.1.0-rc.1': ELSEWHERE, 'v2.0.0': ELSEWHERE },
    ],
    ['as a trial', '1.0.0-rc.1', { 'v1.0.0-rc.1': HERE }],
  ])('there is none where the remote has it %s, whatever lies about in the clone', (_, version, remote) => {
    expect(planRelease(facts(version, { tags: tags(remote), changes: ['?? notes'] }))).toBeUndefined();
  });
});

describe('when a release is not to be', () => {
  it.each(['1.0', 'v1.0.0', '1.0.0+build', '01.0.0', 'latest', '1.0.0-', ''])(
    '%p is no version',
    (version) => {
      expect(() => planRelease(facts(version))).toThrow(`"${version}" is no version. Give three numbers`);
    },
  );

  it.each<[string, string, Partial<Facts>, RegExp]>([
    [
      'no branch is checked out',
      '1.0.0',
      { branch: undefined },
      /No branch is checked out\. Run `git switch main`/,
    ],
    [
      'package.json has another version',
      '1.0.0',
      { files: filesOf('1.0.0', '0.9.0') },
      /package\.json has the version 0\.9\.0\. Run `npm version 1\.0\.0 --no-git-tag-version`/,
    ],
    [
      'there is no changelog',
      '1.0.0',
      { files: { ...filesOf('1.0.0', '1.0.0'), changelog: undefined } },
      /There is no CHANGELOG\.md\. Write/,
    ],
    [
      'the version is elsewhere',
      '1.0.0',
      { tags: tags({ 'v1.0.0': BEFORE, 'v1.2.0': BEFORE }) },
      new RegExp(`has v1\\.0\\.0 already, at ${BEFORE}\\. .* newer one than 1\\.2\\.0`),
    ],
    [
      'a newer one is released',
      '1.0.1',
      { tags: tags({ 'v1.1.0': BEFORE }) },
      /1\.0\.1 is older than 1\.1\.0, which is released/,
    ],
    [
      'a trial of a newer one is released',
      '1.9.9',
      { tags: tags({ 'v2.0.0-rc.1': BEFORE }) },
      /1\.9\.9 is older than 2\.0\.0-rc\.1/,
    ],
    [
      'the clone has such a tag elsewhere',
      '1.0.0',
      { localTag: BEFORE },
      /a v1\.0\.0 of its own, at b+\. Look at it, and run `git tag -d v1\.0\.0`/,
    ],
    [
      'the plain tag would go backwards',
      '1.1.0',
      { tags: tags({ v1: ELSEWHERE }) },
      /v1 is at e+, which isn't in the history of c+: it would move backwards/,
    ],
    [
      'someone has put the plain tag elsewhere',
      '1.0.0',
      { tags: tags({ 'v1.0.0': HERE, v1: ELSEWHERE }) },
      /and v1 at e+, not with v1\.0\.0: .* `git push --force origin c+:refs\/tags\/v1` sets it/,
    ],
    [
      'the plain tag is not with a later one',
      '1.0.0',
      { tags: tags({ 'v1.0.0': HERE, 'v1.1.0': ELSEWHERE, v1: HERE }) },
      /and v1 at c+, not with v1\.1\.0: .* `git push --force origin e+:refs\/tags\/v1` sets it/,
    ],
    [
      'the plain tag was left behind',
      '1.0.0',
      { tags: tags({ 'v1.0.0': HERE, v1: BEFORE }) },
      /has v1\.0\.0 at this commit, and v1 at b+, .* `git push --force origin c+:refs\/tags\/v1` sets it/,
    ],
    ['the plain tag is gone', '1.0.0', { tags: tags({ 'v1.0.0': HERE }) }, /and v1 at none/],
  ])('as %s, it says so and what to do', (_, version, differing, why) => {
    expect(() => planRelease(facts(version, differing))).toThrow(why);
  });
});
