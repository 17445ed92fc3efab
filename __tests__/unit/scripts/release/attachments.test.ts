import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { attachmentsOf, billOfMaterials, checksumsOf } from '../../../../scripts/release/attachments.js';
import { COMMAND_NAMES } from '../../../../src/command-table.js';
import { type ReleaseRig, releaseRig, versionFiles } from '../../../support/rigs/release-rig.js';

describe('when files for a release are made', () => {
  let rig: ReleaseRig;

  beforeEach(() => {
    rig = releaseRig();
  });

  afterEach(() => rig.end());

  /** Makes them of what is checked out, with its tag. */
  const made = (tag = 'v1.0.0') => {
    rig.git('tag', tag);
    return attachmentsOf(rig.clone, tag, 'acme/machines');
  };

  it('the notes are what the changelog says, with the line that pins it', () => {
    const commit = rig.git('rev-parse', 'HEAD');
    expect(made().get('notes.md')).toBe(`### Added

- Something.

### Pin it

\`\`\`yaml
- uses: acme/machines/list@${commit} # v1.0.0
\`\`\`

[How to check that it is what its source says](https://github.com/acme/machines/blob/v1.0.0/docs/releases.md)
`);
  });

  it('the checksums are of what jobs run, and of nothing else', () => {
    rig.commit({
      'action.yml': 'a',
      'stop/action.yml': 'b',
      'docs/page.md': 'c',
      '.github/actions/it/run.cjs': 'd',
    });
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(made().get('checksums.txt')).toBe(
      [
        ['d', '.github/actions/it/run.cjs'],
        ['a', 'action.yml'],
        ['one\n', 'dist/built.js'],
        ['b', 'stop/action.yml'],
      ]
        .map(([text = '', file]) => `${sum(text)}  ${file}\n`)
        .join(''),
    );
  });

  it('a tag that is not of main gets none', () => {
    rig.git('commit', '--quiet', '--allow-empty', '--message', 'Aside');
    expect(() => made()).toThrow(
      /v1\.0\.0 is at \w+, which isn't on main\. Releases are made by `npm run release`/,
    );
  });

  it('a tag that is not checked out gets none', () => {
    const commit = rig.git('rev-parse', 'HEAD');
    rig.git('tag', 'v1.0.0');
    const next = rig.commit({ 'source.js': 'two' });
    expect(() => attachmentsOf(rig.clone, 'v1.0.0', 'acme/machines')).toThrow(
      `v1.0.0 is at ${commit}, and ${next} is checked out. Run \`git checkout v1.0.0\`.`,
    );
  });

  it('a tag of an earlier version gets none, though the changelog tells of that', () => {
    const { 'CHANGELOG.md': told = '' } = versionFiles('1.0.0');
    rig.commit({ ...versionFiles('1.1.0'), 'CHANGELOG.md': told });
    expect(() => made('v1.0.0')).toThrow(/^Not released.*\n {2}- package\.json has the version 1\.1\.0\./);
  });

  it('a tag of another version gets none', () => {
    expect(() => made('v1.0.1')).toThrow('CHANGELOG.md has no section `## [1.0.1] - <date>`');
  });
});

describe('when files for a release of this project are made', () => {
  it('the bill names each package whose licence is in dist, and else only our stubs', () => {
    const bill: { packages: readonly { name: string }[] } = JSON.parse(billOfMaterials('.'));
    const lock: { packages: Readonly<Record<string, { name?: string }>> } = JSON.parse(
      readFileSync('package-lock.json', 'utf8'),
    );
    const stubs = Object.entries(lock.packages).filter(([path]) => path.startsWith('stubs/'));
    const isStub = (name: string) => stubs.some(([, stub]) => stub.name === name);
    const named = bill.packages.map(({ name }) => name).filter((it) => it !== 'fly-machines-action');
    const licences = readFileSync('dist/licenses.txt', 'utf8').split('\n');
    expect(named.filter((it) => !licences.includes(it) && !isStub(it))).toEqual([]);
    const packages = licences.filter((it) => lock.packages[`node_modules/${it}`] !== undefined);
    expect(packages.length).toBeGreaterThan(3);
    expect(packages.filter((it) => !named.includes(it))).toEqual([]);
  });

  it('the checksums have each action, and each file that it runs', () => {
    const files = checksumsOf('.')
      .split('\n')
      .map((line) => line.split('  ')[1] ?? '');
    for (const command of COMMAND_NAMES)
      expect(files).toEqual(expect.arrayContaining([`${command}/action.yml`, `dist/${command}.js`]));
    expect(files).toEqual(expect.arrayContaining(['action.yml', 'dist/bundle.js', 'dist/post.js']));
    expect(files.filter((it) => /^(src|__tests__|node_modules)/.test(it))).toEqual([]);
  });
});
