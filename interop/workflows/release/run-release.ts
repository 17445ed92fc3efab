import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readChangelog } from '../../../scripts/release/changelog.js';
import { USUAL_NODES } from '../../../scripts/release/nodes.js';
import { TOOLS } from '../../go.js';
import { record } from '../../record.js';
import { runAct } from '../act.js';
import { printLog } from '../print-log.js';
import { writePrograms } from '../recipes/stand-ins.js';
import { workflowRun } from '../workflow-run.js';
import { GH, githubStandIns } from './github-stand-ins.js';
import { run, runLines } from './run.js';
import { makeTrial, type Trial } from './trial.js';

const WORKFLOW = join('.github', 'workflows', 'release.yml');
/** Where the workflow's files are in the end, below the folder in which it ran. */
const FILES = join('shared', 'release-files');
const LIMIT_MS = 15 * 60_000;

/** Releases this project in a repository of its own, from the tags to the proof for users, and returns how many stages failed. */
export async function runRelease(act: string): Promise<{ runs: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'release-trial-'));
  const stages = [
    ['the release of the next version, by npm run release', (trial: Trial) => tagged(trial)] as const,
    [`${WORKFLOW} on its tag`, (trial: Trial) => drafted(act, trial, join(folder, 'act'))] as const,
    [
      'the commands of SECURITY.md that check it',
      (trial: Trial) => proven(trial, folder, join(folder, 'act', FILES)),
    ] as const,
  ];
  let passed = 0;
  try {
    const trial = makeTrial(folder);
    for (const [title, stage] of stages) {
      await stage(trial);
      passed += 1;
      console.log(`ok      ${title}`);
    }
  } catch (error) {
    console.error(`FAILED  ${stages[passed]?.[0]}: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  record({
    compared: 'a release: tags, workflow, and the commands that check it',
    against: `nektos/act ${TOOLS.act.version}`,
    cases: stages.length,
    result: "passes, with stand-ins for what is GitHub's alone",
  });
  return { runs: stages.length, failed: stages.length - passed };
}

/** Runs the script from the trial's clone; of the checks that it asks for, one alone. */
function tagged({ clone, origin, version, tag }: Trial): void {
  const nodes = USUAL_NODES.flatMap((it) => ['--node', it]);
  const script = [resolve('node_modules', 'tsx', 'dist', 'cli.mjs'), resolve('scripts', 'release.ts')];
  const said = run(clone, process.execPath, ...script, version, '--checks', 'git diff --exit-code', ...nodes);
  assert.match(said, /byte for byte/);
  const commit = run(clone, 'git', 'rev-parse', 'HEAD');
  assert.equal(run(origin, 'git', 'rev-parse', `${tag}^{commit}`), commit);
  assert.equal(run(origin, 'git', 'rev-parse', `v${version.split('.', 1).join()}`), commit);
}

async function drafted(act: string, { clone, tag, version }: Trial, place: string): Promise<void> {
  mkdirSync(place);
  const shared = join(place, 'shared');
  const programs = join(place, 'programs');
  mkdirSync(shared);
  writePrograms(programs, { gh: GH });
  // As GitHub checks out a tag.
  run(clone, 'git', 'checkout', '--quiet', tag);
  const result = await runAct(act, {
    event: 'push',
    payload: { ref: `refs/tags/${tag}` },
    file: join(clone, WORKFLOW),
    folder: place,
    repository: clone,
    programs,
    env: { SHARED: shared },
    secrets: { GITHUB_TOKEN: 'stand-in' },
    repositories: githubStandIns(readFileSync(WORKFLOW, 'utf8'), join(place, 'actions')),
    limitMs: LIMIT_MS,
  });
  const ran = workflowRun(result);
  if (ran.exitCode !== 0) printLog(ran);
  assert.equal(ran.exitCode, 0, `the exit code of act, which printed: ${ran.stderr}`);
  // act fills up names with blanks.
  const jobs = Object.entries(ran.jobs).map(([name, result]) => `${name.trim()} ${result}`);
  assert.deepEqual(jobs.sort(), [
    'Release/attest success',
    'Release/draft success',
    'Release/rebuild success',
  ]);
  assert.deepEqual(readFileSync(join(shared, 'said'), 'utf8').trim().split('\n'), [
    'attest release-files/checksums.txt ',
    'attest release-files/checksums.txt release-files/sbom.spdx.json',
    `gh release create ${tag} --draft --verify-tag --prerelease=false --title ${tag} --notes-file notes.md checksums.txt sbom.spdx.json`,
  ]);
  const notes = readFileSync(join(place, FILES, 'notes.md'), 'utf8');
  const section = readChangelog(readFileSync(join(clone, 'CHANGELOG.md'), 'utf8')).get(version);
  assert.ok(section !== undefined && notes.startsWith(section.notes), notes);
  run(clone, 'sha256sum', '--check', '--strict', join(place, FILES, 'checksums.txt'));
}

/** Runs the lines as they are printed, but for the place of the repository and the version. */
function proven({ clone, origin, tag }: Trial, folder: string, attested: string): void {
  const page = readFileSync('SECURITY.md', 'utf8');
  const lines = (name: string) => {
    const [, text] =
      new RegExp(`<!-- ${name} -->\n\`\`\`sh\n(.*?)\`\`\`\n<!-- end of ${name} -->`, 's').exec(page) ?? [];
    assert.ok(text !== undefined, `SECURITY.md has the lines of ${name}`);
    return text
      .replaceAll(/https:\/\/github\.com\/[\w-]+\/fly-machines-action/g, origin)
      .replaceAll('v1.0.0', tag);
  };
  const place = mkdtempSync(join(folder, 'proof-'));
  const copy = join(place, 'copy');
  const programs = join(place, 'programs');
  mkdirSync(copy);
  // Knows what was attested by its bytes, as GitHub does.
  const sums = join(attested, 'checksums.txt');
  const known = `grep -q "^$(sha256sum < "$3" | cut -d ' ' -f 1) " ${sums}`;
  writePrograms(programs, { gh: `[ "$1" != attestation ] || ${known} || exit 1; ${GH}` });
  runLines(copy, lines('rebuild'), programs);
  runLines(copy, lines('verify'), programs, { SHARED: place });
  const said = readFileSync(join(place, 'said'), 'utf8').trim().split('\n');
  const files = said.flatMap((it) => /^gh attestation verify (\S+) --repo /.exec(it)?.[1] ?? []);
  const listed = run(clone, 'git', 'ls-files', 'dist', ':(glob)**/action.yml', '.github/actions').split('\n');
  assert.deepEqual(files.sort(), listed.sort());
  assert.match(said.at(-1) ?? '', new RegExp(`^gh release verify ${tag} --repo `));
  const commit = run(clone, 'git', 'rev-parse', 'HEAD');
  assert.ok(
    said.every((it) => !it.includes(' attestation ') || it.includes(`--source-digest ${commit} `)),
    said.join('\n'),
  );
  // The same lines find what was attested or built otherwise, or not at all, and what main lacks.
  const commitAll =
    'git add --all && git -c user.name=x -c user.email=x@example.com commit --quiet --message Forged';
  const fails = (name: string) =>
    assert.throws(() => runLines(copy, lines(name), programs, { SHARED: place }), /Command failed/);
  for (const forgery of [
    "echo '//' >> dist/bundle.js",
    'echo 1 > dist/more.js',
    'echo "# x" >> stop/action.yml',
    'git mv stop/action.yml stop/other.yml && mkdir more && cp stop/other.yml more/action.yml && echo >> more/action.yml',
  ]) {
    runLines(copy, `${forgery} && ${commitAll}`, programs);
    fails('verify');
    // As if main had it.
    runLines(copy, 'git update-ref refs/remotes/origin/main HEAD', programs);
    fails('verify');
    runLines(
      copy,
      `git reset --quiet --hard ${commit} && git update-ref refs/remotes/origin/main HEAD`,
      programs,
    );
  }
  runLines(copy, `echo '//' >> dist/bundle.js && ${commitAll}`, programs);
  const [, again = ''] = lines('rebuild').split('\n');
  assert.throws(() => runLines(copy, again, programs), /Command failed/);
}
