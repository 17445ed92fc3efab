import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const page = readFileSync('SECURITY.md', 'utf8');

/** The first column of the table between two markers, and nothing but code in it. */
function listed(name: string): string[] {
  const [, table = ''] = new RegExp(`<!-- ${name} -->\n(.*?)<!-- end of ${name} -->`, 's').exec(page) ?? [];
  const [, , ...rows] = table.trim().split('\n');
  return rows.map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1] ?? row);
}

describe('when SECURITY.md names dependencies', () => {
  interface Lock {
    readonly packages: Record<string, { readonly version: string; readonly integrity?: string }>;
  }
  // Both are npm's own files.
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

  it('names just those that the package has', () => {
    expect(listed('dependencies').sort()).toEqual(Object.keys(dependencies).sort());
  });

  it.each(Object.entries(dependencies))('%s is pinned, to %s', (name, version) => {
    expect(packages[`node_modules/${name}`]).toMatchObject({
      version,
      integrity: expect.stringMatching(/^sha512-/),
    });
  });
});

describe('when SECURITY.md names hosts', () => {
  /** Hosts that messages send people to. */
  const TOLD = ['fly-metrics.net', 'status.flyio.net', 'www.githubstatus.com'];
  const code = readdirSync('src', { recursive: true, encoding: 'utf8' })
    // What is written into action.yml and the README is no code.
    .filter((path) => path.endsWith('.ts') && !/(^|-)help\.ts$/.test(basename(path)))
    .map((path) => readFileSync(join('src', path), 'utf8'))
    .join('\n')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
  const named = [...code.matchAll(/https?:\/\/([\w-]+(?:\.[\w-]+)+)/g)].map(([, host = '']) => host);

  it('names just those that the code names, those aside that people are sent to', () => {
    expect([...new Set(named)].sort()).toEqual([...listed('hosts'), ...TOLD].sort());
  });
});

describe('when SECURITY.md names tests', () => {
  const tests = [...page.matchAll(/`((?:__tests__|interop)\/[^`]+)`/g)].map(([, path = '']) => path);

  it('names files that are there', () => {
    expect(tests.length).toBeGreaterThan(20);
    expect(tests.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('leaves out none that attacks', () => {
    const folder = join('__tests__', 'attack');
    const attacks = existsSync(folder) ? readdirSync(folder).filter((it) => it.endsWith('.test.ts')) : [];
    expect(attacks.filter((it) => !page.includes(`attack/${it}`))).toEqual([]);
  });

  it('names one in each row of what leaks and who attacks', () => {
    const rows = page.split('\n').filter((row) => row.startsWith('| ') && row.split(' | ').length >= 4);
    const bare = rows.filter((row) => !/^\| (who|---)/.test(row) && !row.includes('.test.ts'));
    expect(rows.length).toBeGreaterThan(15);
    expect(bare).toEqual([]);
  });
});
