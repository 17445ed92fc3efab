import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** From the bottom up: a folder may import from itself, from leaves, and from folders further down. */
const LAYERS = [
  'macaroon',
  'hours',
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
  'near-miss.ts',
  'group-by.ts',
  'places.ts',
  'maybe.ts',
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
  discharge: ['@badrap/valita'],
  machines: ['@badrap/valita'],
  metrics: ['@badrap/valita'],
  action: ['@actions/core'],
  http: ['@actions/http-client'],
  'maybe.ts': ['@badrap/valita'],
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

/** Returns a file's text without its comments. */
function codeOf(text: string): string {
  return text.replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
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
});

/** Ways by which a file reaches out on its own, in its text, and the files that may: all else is handed them, and can be simulated. */
const EFFECTS: Readonly<Record<string, readonly [RegExp, readonly string[]]>> = {
  'the disk': [
    /'(node:)?fs(\/promises)?'/,
    ['action/runner/fly-toml.ts', 'action/runner/runner.ts', 'files/file-system.ts'],
  ],
  'the network': [
    /'node:(http|https|http2|net|tls|dns)'|(?<![#.])\bfetch\(/,
    ['http/node-transport.ts', 'http/pool.ts', 'http/request-watch.ts', 'http/tunnel-agent.ts'],
  ],
  'the time': [/Date\.now\(|new Date\(\)|\bperformance\.|hrtime/, ['clock.ts']],
  'a timer': [
    /\bset(Timeout|Interval|Immediate)\(|'node:timers|Atomics/,
    ['clock.ts', 'ending.ts', 'files/file-system.ts', 'http/node-transport.ts'],
  ],
  randomness: [
    /Math\.random|\brandom(Bytes|UUID|Int|Fill)|getRandomValues/,
    ['files/file-system.ts', 'main.ts'],
  ],
  'its process': [/\bprocess\.\w|'node:(process|os|child_process|v8)'/, ['files/file-system.ts', 'main.ts']],
  'its output': [/\bconsole\./, []],
};

describe('when a file of src reaches out of this process, or looks at it', () => {
  it.each(Object.entries(EFFECTS))('is one of a few: %s', (_, [effect, files]) => {
    const users = filesUnder('src').filter((path) => effect.test(codeOf(readFileSync(path, 'utf8'))));
    expect(users.sort()).toEqual(files.map((path) => join('src', ...path.split('/'))));
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

describe('when a check of the simulation imports', () => {
  it('takes what checks, scripts, histories, the emulator and documents are made of, and nothing of src', () => {
    const imports = ['simulate/checks', 'simulate/fortnight/judge']
      .flatMap(importsOf)
      .filter(({ to }) => !to.startsWith('node:'));
    expect(imports.length).toBeGreaterThan(20);
    const rooms = [
      ...['simulate/checks/', 'simulate/fortnight/judge/', 'simulate/history/'],
      ...['simulate/script/', 'emulator/', 'interop/documents/'],
    ];
    expect(imports.filter(({ to }) => !rooms.some((room) => to.startsWith(join(room))))).toEqual([]);
  });

  it('gets no code of src by way of a script or history, which are types alone', () => {
    const texts = ['simulate/script', 'simulate/history']
      .flatMap(filesUnder)
      .map((path) => readFileSync(path, 'utf8'));
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text).not.toMatch(/^import (?!type)/m);
  });
});
