import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** From the bottom up: a folder may import from itself, from leaves, and from folders further down. */
const LAYERS = [
  'macaroon',
  'discharge',
  'machines',
  'metrics',
  'permissions',
  'commands',
  'action',
  'main.ts',
];
/** Used by all, and using each other at most. */
const LEAVES = [
  'abort.ts',
  'errors.ts',
  'clock.ts',
  'text.ts',
  'known-secrets.ts',
  'duration.ts',
  'deadline.ts',
  'ending.ts',
  'files',
  'http',
  'token-command.ts',
  'command-table.ts',
];
/** Who may import which package: what a folder doesn't import, it can't leak to or be broken by. */
const PACKAGES: Record<string, readonly string[]> = {
  macaroon: ['@msgpack/msgpack'],
  discharge: ['@badrap/valita', 'p-limit'],
  machines: ['@badrap/valita', 'p-limit'],
  metrics: ['@badrap/valita'],
  commands: ['p-limit'],
  action: ['@actions/core', 'smol-toml', 'leven', 'shell-quote/parse.js'],
  http: ['@actions/http-client'],
  'duration.ts': ['parse-duration'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));
}

function importsOf(folder: string): Import[] {
  return filesUnder(folder).flatMap((from) => {
    const text = readFileSync(from, 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, specifier = '']) => ({
      from,
      to: specifier.startsWith('.') ? join(dirname(from), specifier).replace(/\.js$/, '.ts') : specifier,
    }));
  });
}

const part = (path: string) => relative('src', path).split(sep)[0] ?? '';
const isLocal = ({ to }: Import) => to.startsWith('src');

describe('when a file of src imports another', () => {
  const local = importsOf('src').filter(isLocal);

  it('is there at all', () => {
    expect(local.length).toBeGreaterThan(100);
  });

  it('goes down the layers only', () => {
    const upward = local.filter(({ from, to }) => {
      const [source, target] = [part(from), part(to)];
      if (LEAVES.includes(target)) return false;
      if (LEAVES.includes(source)) return true;
      return (
        !LAYERS.includes(source) ||
        !LAYERS.includes(target) ||
        LAYERS.indexOf(target) > LAYERS.indexOf(source)
      );
    });
    expect(upward).toEqual([]);
  });

  it('takes packages only where they belong', () => {
    const foreign = importsOf('src').filter(
      (it) =>
        !isLocal(it) &&
        !builtinModules.includes(it.to.replace(/^node:/, '')) &&
        !(PACKAGES[part(it.from)] ?? []).includes(it.to),
    );
    expect(foreign).toEqual([]);
  });

  it('reads neither the environment nor the clock but in the outermost files', () => {
    const readers = filesUnder('src').filter((path) =>
      /process\.env|Date\.now\(|Math\.random/.test(readFileSync(path, 'utf8')),
    );
    expect(readers.sort()).toEqual([join('src', 'clock.ts'), join('src', 'main.ts')]);
  });
});

describe('when a file of src joins signals', () => {
  it('does so by `passOn`, of which nothing stays', () => {
    const joined = filesUnder('src').filter((path) =>
      /AbortSignal\.(any|timeout)\(/.test(readFileSync(path, 'utf8')),
    );
    expect(joined).toEqual([]);
  });
});

describe('when a file of src uses the disk', () => {
  it("is a folder's own files, the workspace's or the runner's: all else is handed them", () => {
    const users = importsOf('src').filter(({ to }) => /^(node:)?fs(\/|$)/.test(to));
    expect([...new Set(users.map(({ from }) => from))].sort()).toEqual([
      join('src', 'action', 'runner', 'fly-toml.ts'),
      join('src', 'action', 'runner', 'runner.ts'),
      join('src', 'files', 'file-system.ts'),
    ]);
  });
});

describe('when the emulator or the runner imports from src', () => {
  it('takes macaroons at most, so that a mistake in a client is not mirrored', () => {
    const imports = importsOf('emulator').filter(isLocal);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter(({ to }) => part(to) !== 'macaroon')).toEqual([]);
    expect(importsOf('runner').filter(isLocal)).toEqual([]);
  });
});

describe('when the action imports from the macaroon folder', () => {
  it('leaves out what needs keys: minting, discharging, verifying', () => {
    const keyed = ['mint.ts', 'seal.ts', 'verify.ts'].map((name) => join('src', 'macaroon', name));
    const users = importsOf('src').filter(({ from, to }) => keyed.includes(to) && !keyed.includes(from));
    expect(users).toEqual([]);
  });
});
