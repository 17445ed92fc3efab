import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from '@badrap/valita';

const Findings = v.array(v.object({ ident: v.string() }));
const CI = join('.github', 'workflows', 'ci.yml');
const DEPENDABOT = join('.github', 'dependabot.yml');

/** Returns what zizmor, as `.ci/zizmor` sets it, has against a file. */
function findings(file: string): readonly string[] {
  const args = ['.ci/zizmor', '--format', 'json', file];
  const { error, stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (!stdout.startsWith('[')) throw new Error(`zizmor printed no findings: ${stdout}${stderr}`);
  return Findings.parse(JSON.parse(stdout), { mode: 'strip' }).map(({ ident }) => ident);
}

describe('when zizmor looks at a workflow of ours', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zizmor-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['an action by its tag', CI, /checkout@\w+/, 'checkout@v7', 'unpinned-uses'],
    ['an action by its branch', CI, /actions\/checkout@\w+/, 'acme/action@main', 'unpinned-uses'],
    ['a token left in a checkout', CI, 'persist-credentials: false', 'lfs: true', 'artipacked'],
    ['rights for every job', CI, 'permissions: {}', 'permissions: write-all', 'excessive-permissions'],
    ['rights without a reason', CI, '{ contents: read }', '{ issues: write }', 'undocumented-permissions'],
    [
      'a secret that every job may read',
      CI,
      'cache: npm',
      `mirror-token: '$\{{ secrets.KEY }}'`,
      'secrets-outside-env',
    ],
    [
      'a run with rights on code of a fork',
      CI,
      '  pull_request:',
      '  pull_request_target:',
      'dangerous-triggers',
    ],
    ['text of others in a script', CI, 'bash .ci/run', `echo $\{{ github.head_ref }}`, 'template-injection'],
    ['updates on the day of a release', DEPENDABOT, /^ +cooldown:.*\n/m, '', 'dependabot-cooldown'],
  ])('it finds %s', (_, file, right, wrong, fault) => {
    const text = readFileSync(file, 'utf8');
    const poisoned = text.replace(right, wrong);
    expect(poisoned).not.toBe(text);
    const copy = join(folder, file);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, poisoned);
    expect(findings(copy)).toContain(fault);
  });
});
