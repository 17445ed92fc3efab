import { readFileSync } from 'node:fs';

interface Entry {
  readonly name?: string;
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

describe.each(['package-lock.json', 'node24/package-lock.json'])('when %s says what is installed', (file) => {
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

it('shows what changes in a lock file to whoever reads the change', () => {
  const attributes = readFileSync('.gitattributes', 'utf8').split('\n');
  expect(attributes.filter((line) => line.includes('package-lock.json'))).toEqual([]);
});
