import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { archiveOf } from '../../scripts/archive.js';
import { COMMAND_NAMES } from '../../src/command-table.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { APP, WORKERS } from '../support/scenarios/scenario.js';

const MOST_BYTES = 150_000;
/** Everything that the runner, or a person who looks at its copy, needs. */
const NEEDED = ['LICENSE', 'action.yml', 'dist', '.github', ...COMMAND_NAMES];

let temp: string;
let root: string;
const archive = archiveOf('.');

beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'unpacked-'));
  const file = join(temp, 'archive.tar');
  writeFileSync(file, archive.tar);
  execFileSync('tar', ['-xf', 'archive.tar'], { cwd: temp });
  rmSync(file);
  root = join(temp, archive.folder);
});

afterAll(() => rmSync(temp, { recursive: true, force: true }));

describe('When a job downloads the action', () => {
  it(`gets at most ${MOST_BYTES} bytes`, () => {
    expect(archive.packed).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('gets what a running action needs, and nothing else', () => {
    const there = readdirSync(root);
    const unneeded = there
      .filter((name) => !NEEDED.includes(name))
      .map(
        (name) =>
          `Add \`/${name} export-ignore\` to .gitattributes, or \`${name}\` to NEEDED of this test if each job needs it.`,
      );
    expect(unneeded).toEqual([]);
    expect(NEEDED.filter((name) => !there.includes(name))).toEqual([]);
  });

  it('gets of a command only its action.yml', () => {
    const files = COMMAND_NAMES.flatMap((name) => readdirSync(join(root, name)).map((it) => [name, it]));
    expect(files).toEqual(COMMAND_NAMES.map((name) => [name, 'action.yml']));
  });

  it('is left out only what is there', () => {
    const left = [...readFileSync('.gitattributes', 'utf8').matchAll(/^\/(\S+) export-ignore$/gm)].map(
      ([, name = '']) => name,
    );
    expect(left.length).toBeGreaterThan(20);
    expect(left.filter((name) => !existsSync(name))).toEqual([]);
  });

  it('gets every file as it is committed', () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((it) =>
      it.isFile(),
    );
    const paths = files.map((it) => join(it.parentPath, it.name).slice(root.length + 1));
    expect(paths).toContain(join('dist', 'bundle.js'));
    expect(paths.filter((path) => !readFileSync(path).equals(readFileSync(join(root, path))))).toEqual([]);
    expect(paths.filter((path) => path.split(sep).includes('node_modules'))).toEqual([]);
  });
});

onOneNode('When a job runs from its download alone', (open) => {
  it('opens a session, starts, lists, and closes it', async () => {
    const { fly, job } = await open({ job: { root } });
    const token = fly.mintToken({ app: APP });
    const steps = [
      await job.step({ uses: './auth', with: { token, app: APP } }),
      await job.step({ uses: './start', with: { 'process-group': 'worker', restore: 'true' } }),
      await job.step({ uses: './list' }),
    ];
    expect(steps.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success']);
    expect(WORKERS.map((id) => fly.machine(APP, id).state)).toEqual(['started', 'started', 'started']);
    expect(steps[2]?.stdout).toContain(`listed 4 in ${APP}`);

    const posts = await job.post();
    expect(posts.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
    expect(posts.at(-1)?.stdout).toContain('session is closed');
    expect(WORKERS.map((id) => fly.machine(APP, id).state)).toEqual(['stopped', 'stopped', 'stopped']);
  });
});
