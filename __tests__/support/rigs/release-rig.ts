import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readFacts } from '../../../scripts/release/facts.js';
import { planRelease } from '../../../scripts/release/plan.js';
import { publish } from '../../../scripts/release/publish.js';
import { release, type Wish } from '../../../scripts/release/release.js';
import { NODES } from '../scenarios/nodes.js';

/** Nodes of this machine among those that the action runs on. */
const HERE = NODES.filter(({ binary }) => existsSync(binary)).map(({ binary }) => ({
  binary,
  version: spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1),
}));
/** Two at least, so that there is something to compare. */
const BUILDERS = HERE.length > 1 ? HERE : [...HERE, ...HERE];

/** A small project with a build, in a clone with a bare repository as its origin. */
export interface ReleaseRig {
  readonly clone: string;
  readonly origin: string;
  /** Runs git in the clone and returns what it prints. */
  git(...args: readonly string[]): string;
  write(files: Readonly<Record<string, string>>): void;
  /** Commits all that is there, and pushes it. Returns the commit. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Releases, with checks that pass unless the wish has others, and returns the lines that are said. */
  release(wish?: Partial<Wish>, stop?: AbortSignal): Promise<readonly string[]>;
  /** Plans a version from the facts, and publishes it without looking at what is in it. */
  publish(version: string): void;
  /** Returns all tags of the origin with their commits, with the kind of object: `tag` for an annotated one. */
  remoteTags(): Readonly<Record<string, string>>;
  /** Returns the versions of Node that have built, in their order. */
  builtBy(): readonly string[];
  readonly builders: readonly string[];
  /** Paths of the Nodes that are here. */
  readonly nodes: readonly string[];
  end(): void;
}

const changelogOf = (version: string) =>
  `# Changelog\n\n## [Unreleased]\n\n## [${version}] - 2026-12-01\n\n### Added\n\n- Something.\n\n[${version}]: https://example.com\n`;

/** Returns the files by which a project has a version. */
export function versionFiles(version: string): Readonly<Record<string, string>> {
  const named = { name: 'tried', version };
  return {
    'package.json': JSON.stringify({ ...named, license: 'MIT', scripts: { build: 'node build.cjs' } }),
    'package-lock.json': JSON.stringify({ ...named, lockfileVersion: 3, packages: { '': named } }),
    'CHANGELOG.md': changelogOf(version),
  };
}

/** Makes the rig, at version 1.0.0 and with nothing released. */
export function releaseRig(): ReleaseRig {
  const folder = mkdtempSync(join(tmpdir(), 'releases-'));
  const origin = join(folder, 'origin.git');
  const clone = join(folder, 'clone');
  const built = join(folder, 'built-by');
  // Settings of the person who runs this, such as signing, are no part of it.
  process.env['GIT_CONFIG_GLOBAL'] = devNull;
  process.env['GIT_CONFIG_NOSYSTEM'] = '1';
  const run = (cwd: string, args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8', env: process.env });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  run(folder, ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
  run(folder, ['clone', '--quiet', origin, clone]);
  const git = (...args: readonly string[]) => run(clone, args);
  git('checkout', '--quiet', '-B', 'main');
  git('config', 'user.name', 'Tester');
  git('config', 'user.email', 'tester@example.com');

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, name)), { recursive: true });
      writeFileSync(join(clone, name), text);
    }
  };
  const commit = (files: Readonly<Record<string, string>>) => {
    write(files);
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Work');
    git('push', '--quiet', 'origin', 'HEAD:main');
    return git('rev-parse', 'HEAD');
  };
  commit({
    ...versionFiles('1.0.0'),
    '.gitignore': 'node_modules/\n',
    'source.js': 'one\n',
    'dist/built.js': 'one\n',
    'build.cjs': `const { appendFileSync, copyFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(built)}, process.versions.node + '\\n');
copyFileSync('source.js', 'dist/built.js');
`,
  });

  return {
    clone,
    origin,
    git,
    write,
    commit,
    async release(wish, stop = new AbortController().signal) {
      const said: string[] = [];
      const all = { version: '1.0.0', remote: 'origin', checks: 'node --version', dryRun: false, ...wish };
      await release(all, { root: clone, nodes: BUILDERS, stop, say: (line) => said.push(line) });
      return said;
    },
    publish(version) {
      const plan = planRelease(readFacts(clone, 'origin', version));
      if (plan === undefined) throw new Error(`${version} is released already`);
      publish(clone, 'origin', plan);
    },
    remoteTags() {
      const lines = run(origin, ['for-each-ref', '--format=%(refname:short) %(objecttype)', 'refs/tags']);
      const commitOf = (name: string) => run(origin, ['rev-parse', `refs/tags/${name}^{commit}`]);
      const pairs = lines
        .split('\n')
        .filter((it) => it !== '')
        .map((it) => it.split(' '));
      return Object.fromEntries(pairs.map(([name = '', kind]) => [name, `${kind} ${commitOf(name)}`]));
    },
    builtBy: () => (existsSync(built) ? readFileSync(built, 'utf8').trim().split('\n') : []),
    builders: BUILDERS.map(({ version }) => version),
    nodes: HERE.map(({ binary }) => binary),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
