import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReleaseRig, releaseRig, versionFiles } from '../../../support/rigs/release-rig.js';
import { itWhere, LINKS } from '../../../support/where.js';

let rig: ReleaseRig;

beforeEach(() => {
  rig = releaseRig();
});

afterEach(() => rig.end());

/** Tries to release, expects to be refused with nothing moved and nothing left behind, and returns why. */
async function refused(attempt: () => unknown = () => rig.release()): Promise<string> {
  const before = rig.remoteTags();
  const tags = rig.git('tag');
  let why = '';
  try {
    await attempt();
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  expect(why).toMatch(/^Not released, and nothing has moved:\n {2}- ./);
  expect(rig.remoteTags()).toEqual(before);
  expect(rig.git('tag')).toBe(tags);
  return why;
}

describe('when a version is released', () => {
  it('goes from a dry run to its tags, and a second run finds it done', async () => {
    const commit = rig.git('rev-parse', 'HEAD');
    expect((await rig.release({ dryRun: true })).at(-1)).toBe(
      `dry run: would push the tag v1.0.0 and the tag v1 (new) at ${commit} to origin`,
    );
    expect(rig.remoteTags()).toEqual({});
    expect(rig.builtBy()).toEqual(rig.builders);

    expect(await rig.release()).toContain(
      `pushed the tag v1.0.0 and the tag v1 (new) at ${commit} to origin`,
    );
    expect(rig.remoteTags()).toEqual({ 'v1.0.0': `tag ${commit}`, v1: `commit ${commit}` });
    expect(rig.git('rev-parse', 'v1', 'v1.0.0^{commit}').split('\n')).toEqual([commit, commit]);

    expect(await rig.release()).toEqual(['origin has v1.0.0 already, at this very commit: nothing to do']);
  });

  it('takes the plain tag along, unless it is a trial', () => {
    const first = rig.git('rev-parse', 'HEAD');
    rig.publish('1.0.0');
    const trial = rig.commit(versionFiles('1.1.0-rc.1'));
    rig.publish('1.1.0-rc.1');
    const before = { 'v1.0.0': `tag ${first}`, 'v1.1.0-rc.1': `tag ${trial}` };
    expect(rig.remoteTags()).toEqual({ ...before, v1: `commit ${first}` });
    const next = rig.commit(versionFiles('1.1.0'));
    rig.publish('1.1.0');
    expect(rig.remoteTags()).toEqual({ ...before, 'v1.1.0': `tag ${next}`, v1: `commit ${next}` });
  });

  it('takes no other tag along', () => {
    rig.git('tag', '--annotate', '--message', 'Mine', 'mine');
    rig.git('config', 'push.followTags', 'true');
    rig.publish('1.0.0');
    expect(Object.keys(rig.remoteTags())).toEqual(['v1', 'v1.0.0']);
  });

  it('is signed where git is told so', () => {
    const key = join(rig.clone, '..', 'key');
    expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status).toBe(0);
    rig.git('config', 'gpg.format', 'ssh');
    rig.git('config', 'user.signingKey', key);
    rig.git('config', 'tag.gpgSign', 'true');
    rig.publish('1.0.0');
    expect(rig.git('cat-file', 'tag', 'v1.0.0')).toContain('-----BEGIN SSH SIGNATURE-----');
    expect(rig.remoteTags()['v1']).toMatch(/^commit /);
  });

  it('takes the place of a moving tag that someone has annotated', () => {
    rig.publish('1.0.0');
    rig.git('tag', '--annotate', '--force', '--message', 'Theirs', 'v1');
    rig.git('push', '--quiet', '--force', 'origin', 'v1');
    const next = rig.commit(versionFiles('1.1.0'));
    rig.publish('1.1.0');
    expect(rig.remoteTags()['v1']).toBe(`commit ${next}`);
  });

  it('goes on from where an interrupted run has left its tag', () => {
    rig.git('tag', '--annotate', '--message', 'Left', 'v1.0.0');
    rig.publish('1.0.0');
    expect(Object.keys(rig.remoteTags())).toEqual(['v1', 'v1.0.0']);
    expect(rig.git('tag', '--list', '--format=%(contents)', 'v1.0.0')).toBe('Version 1.0.0');
  });
});

describe('when a release is refused', () => {
  it('as the clone is not what everyone has, each reason is told at once', async () => {
    rig.git('switch', '--quiet', '--create', 'topic');
    rig.git('rm', '--quiet', 'CHANGELOG.md');
    rig.git('commit', '--quiet', '--message', 'Aside');
    rig.write({ 'source.js': 'two\n', ...versionFiles('1.0.0') });
    const why = await refused();
    expect(why).toContain('topic is checked out. Run `git switch main`.');
    expect(why).toContain("`git status` shows what isn't committed:");
    expect(why).toContain('There is no CHANGELOG.md. Write what users get.');
    expect(rig.builtBy()).toEqual([]);
  });

  it('as the clone is behind its origin', async () => {
    rig.commit({ 'source.js': 'two\n', 'dist/built.js': 'two\n' });
    rig.git('reset', '--quiet', '--hard', 'HEAD~1');
    expect(await refused()).toContain(
      "origin has 1 commits on main that aren't here. Run `git pull origin main`.",
    );
  });

  it('as the clone is ahead of its origin', async () => {
    rig.git('commit', '--quiet', '--allow-empty', '--message', 'Mine');
    expect(await refused()).toContain("1 commits here aren't on main of origin. Run `git push origin main`.");
  });

  it('as the remote is not there', async () => {
    rmSync(rig.origin, { recursive: true });
    await expect(rig.release()).rejects.toThrow(/`git fetch .*` ended with 128: .* Look at `git remote -v`/s);
  });

  it('as dist is not what the source makes, neither in bytes nor in files', async () => {
    rig.commit({
      'build.cjs':
        "for (const it of ['dist/built.js', 'dist/more.js']) require('node:fs').writeFileSync(it, '');\n",
    });
    const why = await refused();
    for (const version of rig.builders)
      expect(why).toContain(`Node ${version}, differs from what is committed: built.js, more.js.`);
    expect(why).toContain('All Nodes build the same. Run `npm run build`, commit dist');
  });

  it('as dist has an empty file that the source does not make', async () => {
    rig.commit({
      'dist/empty.js': '',
      'build.cjs': "require('node:fs').rmSync('dist/empty.js', { force: true });\n",
    });
    expect(await refused()).toMatch(/differs from what is committed: empty\.js\.\n/);
  });

  itWhere(LINKS)('as dist has a link to elsewhere in the place of a file', async () => {
    rig.git('mv', 'dist/built.js', 'elsewhere.js');
    symlinkSync('../elsewhere.js', join(rig.clone, 'dist', 'built.js'));
    rig.commit({
      'build.cjs':
        "const fs = require('node:fs'); fs.rmSync('dist/built.js'); fs.copyFileSync('source.js', 'dist/built.js');\n",
    });
    expect(await refused()).toMatch(/differs from what is committed: built\.js\.\n/);
  });

  it('as only the work tree has the changelog, and git is told not to look', async () => {
    const { 'CHANGELOG.md': told = '' } = versionFiles('1.0.0');
    rig.commit({ 'CHANGELOG.md': '# Changelog\n' });
    rig.git('update-index', '--assume-unchanged', 'CHANGELOG.md');
    rig.write({ 'CHANGELOG.md': told });
    expect(await refused()).toContain('CHANGELOG.md has no section `## [1.0.0] - <date>`');
  });

  it('as the clone lacks history', async () => {
    rig.publish('1.0.0');
    rig.commit(versionFiles('1.1.0'));
    rig.git('fetch', '--quiet', '--depth=1', `file://${rig.origin}`, 'main');
    const why = await refused(() => rig.release({ version: '1.1.0' }));
    expect(why).toMatch(/:\n {2}- This clone is shallow .* `git fetch --unshallow origin`\.$/);
    rig.git('fetch', '--quiet', '--unshallow', 'origin');
    rig.publish('1.1.0');
  });

  it('as git does not know who releases', async () => {
    rig.git('config', '--unset', 'user.email');
    rig.git('config', 'user.useConfigOnly', 'true');
    expect(await refused()).toMatch(/`git var GIT_COMMITTER_IDENT` ended with 128: .*user\.email/s);
    expect(rig.builtBy()).toEqual([]);
  });

  it('as two Nodes build different things', async () => {
    // Stands for a build that depends on its Node: the second one writes more.
    rig.commit({ 'build.cjs': "require('node:fs').appendFileSync('dist/built.js', 'more');\n" });
    expect(await refused()).toContain('The Nodes build different things');
  });

  it('as the checks need what is not committed, and fail in a fresh clone', async () => {
    rig.write({ 'node_modules/left': '' });
    const checks = 'node -e "process.exit(fs.existsSync(\'node_modules/left\') ? 0 : 3)"';
    expect(await refused(() => rig.release({ checks }))).toContain(
      `\`${checks}\`, in a fresh clone, ended with 3; its output is above. Mend that, push it`,
    );
  });

  it('as the remote takes one of the tags only, which it then must not take either; the next run is well', async () => {
    const hook = join(rig.origin, 'hooks', 'update');
    writeFileSync(hook, '#!/bin/sh\n[ "$1" != refs/tags/v1 ] || { echo protected; exit 1; }\n');
    chmodSync(hook, 0o755);
    expect(await refused(() => rig.publish('1.0.0'))).toMatch(
      /`git push --atomic .*` ended with 1: .*protected.* Mend that, and release again/s,
    );
    rmSync(hook);
    rig.publish('1.0.0');
    expect(Object.keys(rig.remoteTags())).toEqual(['v1', 'v1.0.0']);
  });

  it('as git can not sign', async () => {
    rig.git('config', 'tag.gpgSign', 'true');
    rig.git('config', 'gpg.program', 'no-such-program');
    expect(await refused(() => rig.publish('1.0.0'))).toMatch(
      /`git tag .*` ended with 128: .*no-such-program/s,
    );
  });
});
