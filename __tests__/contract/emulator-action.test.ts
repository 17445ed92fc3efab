import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { archiveOf } from '../../scripts/archive.js';

const ACTION = join('.github', 'actions', 'emulator');
const REPOSITORY = 'octo-org/fly-machines-action';

let temp: string;
let unpacked: string;
let served: string;

const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], { cwd, stdio: 'pipe' })
    .toString()
    .trim();

/** Runs the script that finds the sources, of a download unless told otherwise. */
function sources(env: Readonly<Record<string, string>>, root = unpacked) {
  return spawnSync(process.execPath, [join(root, ACTION, 'sources.cjs')], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      RUNNER_TEMP: temp,
      SERVER: pathToFileURL(temp).href,
      REPOSITORY,
      REF: 'v1',
      ...env,
    },
  });
}

beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'emulator-action-'));
  const { tar, folder } = archiveOf('.');
  writeFileSync(join(temp, 'archive.tar'), tar);
  execFileSync('tar', ['-xf', 'archive.tar'], { cwd: temp });
  unpacked = join(temp, folder);

  // A server with a repository whose release has sources, and whose main branch has lost them.
  const work = join(temp, 'work');
  served = join(temp, ...REPOSITORY.split('/'));
  mkdirSync(join(work, 'emulator'), { recursive: true });
  cpSync(join('emulator', 'cli.ts'), join(work, 'emulator', 'cli.ts'));
  git(work, 'init', '--quiet', '-b', 'main');
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', 'release');
  git(work, 'tag', 'v1');
  git(work, 'rm', '--quiet', '-r', 'emulator');
  git(work, 'commit', '--quiet', '-m', 'nothing');
  git(temp, 'clone', '--quiet', '--bare', work, served);
});

afterAll(() => rmSync(temp, { recursive: true, force: true }));

describe('when the sources of the emulator are looked for', () => {
  it('are those of a checkout', () => {
    const { stdout, status } = sources({ SERVER: 'nowhere' }, process.cwd());
    expect({ stdout, status }).toEqual({ stdout: process.cwd(), status: 0 });
  });

  it.each(['v1', 'refs/tags/v1', 'commit'])(
    'are fetched for a download, at the ref that its job names: %s',
    (ref) => {
      const REF = ref === 'commit' ? git(served, 'rev-parse', 'v1') : ref;
      const { stdout, stderr, status } = sources({ REF });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      expect(stdout.startsWith(join(temp, 'fly-emulator-'))).toBe(true);
      expect(readFileSync(join(stdout, 'emulator', 'cli.ts'), 'utf8')).toBe(
        readFileSync(join('emulator', 'cli.ts'), 'utf8'),
      );
    },
  );

  it.each<[string, Record<string, string>, RegExp]>([
    ['there is no such ref', { REF: 'v9' }, /could not be fetched from \S+ at v9: git fetch said: .*v9/],
    [
      'there is no such repository',
      { REPOSITORY: 'octo-org/none' },
      /could not be fetched from .*none at v1: git fetch said/,
    ],
    ['it is one without sources', { REF: 'main' }, /are not in .* at main\. Check the repository out/],
    ['the runner tells no repository', { REPOSITORY: '' }, /neither its repository nor its ref\. Check/],
    ['the ref looks like an option', { REF: '--upload-pack=touch pwned' }, /could not be fetched/],
    ['there is no git', { PATH: '' }, /git init said: .*ENOENT/],
  ])('are missed in one annotation where %s', (_, env, expected) => {
    const { stdout, stderr, status } = sources(env);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toMatch(/^::error title=embedded Fly::The emulator's sources [^\n]*\n$/);
    expect(stderr).toMatch(expected);
    expect(existsSync('pwned')).toBe(false);
  });
});

describe("when the emulator's action is read", () => {
  const { steps }: { steps: { run: string }[] } = parse(
    readFileSync(join(ACTION, 'action.yml'), 'utf8'),
  ).runs;

  it('has no expression in a script', () => {
    expect(steps.map(({ run }) => run).filter((run) => run.includes('${{'))).toEqual([]);
  });
});
