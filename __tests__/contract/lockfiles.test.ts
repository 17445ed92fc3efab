import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Entry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, Entry>>;

/** Folders of our own that stand for a package. */
const STUBS = ['stubs/exec', 'stubs/tunnel', 'stubs/undici'];

/** What is wrong with an entry: with an address or a name of its own, npm would fetch something else under a name that people trust. */
function faultOf(packages: Packages, place: string): string | undefined {
  const { name, resolved, integrity, link } = packages[place] ?? {};
  if (place === '' || STUBS.includes(place)) return undefined;
  if (link === true) return STUBS.includes(resolved ?? '') ? undefined : `${place} links to ${resolved}`;
  if (!place.startsWith('node_modules/')) return `${place} is no package of a registry`;
  if (resolved !== undefined) return `${place} is fetched from ${resolved}`;
  if (name !== undefined && !isAlias(packages, place, name)) return `${place} is ${name} in truth`;
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') ? undefined : `${place} has no sha512`;
}

/** Whether a package that needs it, never ours, asks for it by another name: `npm:react-is@^18`. */
function isAlias({ '': own, ...others }: Packages, place: string, name: string): boolean {
  const [, as = ''] = /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place) ?? [];
  const asks = ({ dependencies = {} }: Entry) => dependencies[as]?.startsWith(`npm:${name}@`) === true;
  return Object.values(others).some(asks);
}

const FILES = ['gallery/package-lock.json', 'node24/package-lock.json', 'package-lock.json'];

describe.each(FILES)('when %s says what is installed', (file) => {
  // npm's own file.
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };

  it('takes each package by its own name from the registry, with its hash', () => {
    expect(Object.keys(packages).length).toBeGreaterThan(1);
    expect(Object.keys(packages).flatMap((place) => faultOf(packages, place) ?? [])).toEqual([]);
  });

  it.each([
    ['another address', { resolved: 'https://registry.example/leven/-/leven-4.1.0.tgz' }],
    ['another package', { name: 'leven2' }],
    ['a weaker hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    ['a folder', { resolved: '../elsewhere', link: true }],
  ])('would notice %s', (_, poison) => {
    const place =
      Object.keys(packages).find(
        (it) => it.startsWith('node_modules/') && faultOf(packages, it) === undefined,
      ) ?? '';
    expect(faultOf({ ...packages, [place]: { ...packages[place], ...poison } }, place)).toBeDefined();
  });
});

describe('when a folder of ours stands for a package', () => {
  // npm's own file.
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Packages };
  const folders = Object.values(packages).flatMap(({ link, resolved }) => (link === true ? [resolved] : []));

  it.each(STUBS)('is nobody else to what looks for known faults: %s', (place) => {
    const own = JSON.parse(readFileSync(`${place}/package.json`, 'utf8')) as Entry; // npm's own form.
    expect(packages[place]).toMatchObject({ name: own.name, version: own.version });
    expect(own.name).toMatch(/^stub-of-[a-z-]+$/);
    // Most advisories begin at 0: a version below all real ones would be in them.
    expect(own.version).toMatch(/^9999\.0\.0-stub$/);
  });

  it('is one of those that are known', () => {
    expect(folders.sort()).toEqual(STUBS);
  });
});

/** What decides on what is installed, and on what of it is shown. */
const FOR_NPM = /(^|\/)(package(-lock)?\.json|\.npmrc|\.gitattributes)$/;

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '');

describe('when something beside the lock files says what is installed', () => {
  it('is shown to whoever reads a change, whatever pattern would fold it', () => {
    // What is built is compared with what the source makes.
    const files = tracked.filter((path) => FOR_NPM.test(path) && !path.startsWith('dist/'));
    expect(files.length).toBeGreaterThan(4);
    const attributes = execFileSync(
      'git',
      ['check-attr', 'diff', 'linguist-generated', 'linguist-vendored', 'binary', '--', ...files],
      { encoding: 'utf8' },
    );
    const folded = attributes.split('\n').filter((line) => line !== '' && !line.endsWith(': unspecified'));
    expect(folded).toEqual([]);
  });

  it('is no lock file that npm or another program would take instead', () => {
    const others =
      /(^|\/)(npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.yarnrc(\.yml)?|\.pnpmfile\.cjs)$/;
    expect(tracked.filter((path) => others.test(path))).toEqual([]);
    expect(tracked.filter((path) => /(^|\/)package-lock\.json$/.test(path)).sort()).toEqual(
      [...FILES].sort(),
    );
  });

  it("says of npm's settings that addresses are left out, and nothing of another registry", () => {
    const settings = tracked.filter((path) => /(^|\/)\.npmrc$/.test(path));
    for (const path of settings)
      expect(readFileSync(path, 'utf8').trim()).toBe('omit-lockfile-registry-resolved=true');
  });
});
