import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFacts } from '../../../../scripts/release/facts.js';
import { type Plan, planRelease } from '../../../../scripts/release/plan.js';
import { publish } from '../../../../scripts/release/publish.js';
import { type ReleaseRig, releaseRig, versionFiles } from '../../../support/rigs/release-rig.js';
import { describeWhere, SCRIPTS, SIGNALS } from '../../../support/where.js';

let rig: ReleaseRig;

beforeEach(() => {
  rig = releaseRig();
});

afterEach(() => rig.end());

/** Plans a version, as one of two does who release at once. */
function planned(version: string): Plan {
  const plan = planRelease(readFacts(rig.clone, 'origin', version));
  if (plan === undefined) throw new Error(`${version} is released`);
  return plan;
}

describe('when another person is quicker', () => {
  const lost = (plan: Plan, why: RegExp) => {
    const [tags, before] = [rig.git('tag'), rig.remoteTags()];
    expect(() => publish(rig.clone, 'origin', plan)).toThrow(why);
    expect(rig.remoteTags()).toEqual(before);
    expect(rig.git('tag')).toBe(tags);
  };

  it('and has moved the plain tag, nothing is pushed', () => {
    rig.publish('1.0.0');
    rig.commit(versionFiles('1.1.0'));
    const plan = planned('1.1.0');
    const theirs = rig.git('commit-tree', '-m', 'Theirs', 'HEAD^{tree}');
    rig.git('push', '--quiet', '--force', 'origin', `${theirs}:refs/tags/v1`);
    lost(plan, /^Not released.*`git push .*` ended with 1: .*stale info/s);
  });

  it('and has released the same commit as the same version, this one says so, and the next run finds it done', async () => {
    const plan = planned('1.0.0');
    rig.git('-c', 'user.name=Other', 'tag', '--annotate', '--message', 'Theirs', 'theirs');
    rig.git('push', '--quiet', '--atomic', 'origin', 'theirs:refs/tags/v1.0.0', 'HEAD:refs/tags/v1');
    lost(plan, /^Not released.*`git push .*` ended with 1: .*already exists/s);
    expect(await rig.release()).toEqual(['origin has v1.0.0 already, at this very commit: nothing to do']);
  });

  it('and has pushed the tag of the version alone, that is no release', () => {
    const plan = planned('1.0.0');
    rig.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1.0.0');
    lost(plan, /^Not released.*`git push .*` ended with 1: .*already exists/s);
  });
});

describeWhere(SCRIPTS)('when the connection breaks while the tags are pushed', () => {
  it('and the remote had taken them, the version is released', () => {
    const hook = join(rig.origin, 'hooks', 'reference-transaction');
    writeFileSync(hook, '#!/bin/sh\n[ "$1" != committed ] || kill -9 $PPID\n', { mode: 0o755 });
    rig.publish('1.0.0');
    expect(Object.keys(rig.remoteTags())).toEqual(['v1', 'v1.0.0']);
    expect(rig.git('tag').split('\n')).toEqual(['v1', 'v1.0.0']);
  });

  it('and stays away, nobody claims to know', () => {
    const hook = join(rig.clone, '.git', 'hooks', 'pre-push');
    writeFileSync(hook, '#!/bin/sh\nmv ../origin.git ../away.git\nexit 1\n', { mode: 0o755 });
    const plan = planned('1.0.0');
    expect(() => publish(rig.clone, 'origin', plan)).toThrow(
      /^The push was cut off; whether origin has taken v1\.0\.0 isn't known:\n.* Release again when origin/s,
    );
    renameSync(join(rig.clone, '..', 'away.git'), rig.origin);
    writeFileSync(hook, '#!/bin/sh\n', { mode: 0o755 });
    rig.publish('1.0.0');
    expect(Object.keys(rig.remoteTags())).toEqual(['v1', 'v1.0.0']);
  });
});

describeWhere(SIGNALS)('when the person stops it', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s, all that runs ends, its clone goes, and nothing has moved',
    (signal) => {
      const place = join(rig.clone, '..', 'place');
      const pid = join(rig.clone, '..', 'pid');
      // Stops the script as the person would, who sees that the checks run.
      const check = `pwd > ${place}; echo $$ > ${pid}; kill -${signal.slice(3)} ${'$PPID'}; exec sleep 600`;
      const script = ['--import', import.meta.resolve('tsx'), join(process.cwd(), 'scripts', 'release.ts')];
      const nodes = rig.nodes.flatMap((it) => ['--node', it]);
      const { status, stderr } = spawnSync(
        process.execPath,
        [...script, '1.0.0', '--checks', check, ...nodes],
        {
          cwd: rig.clone,
          encoding: 'utf8',
        },
      );
      expect(stderr).toContain(`Not released, and nothing has moved:\n  - ${signal} stopped \`pwd > `);
      expect(status).toBe(1);
      expect(existsSync(readFileSync(place, 'utf8').trim())).toBe(false);
      expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
      expect(rig.remoteTags()).toEqual({});
      expect(rig.git('tag')).toBe('');
    },
  );
});
