import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Trees whose programs run on Linux, macOS and Windows alike. */
const TREES = [
  ...['__tests__', 'bench', 'demo', 'emulator', 'fuzz', 'gallery', 'interop'],
  ...['runner', 'scripts', 'simulate', 'try', join('.github', 'actions')],
];

/** A way to write something that works on some systems only. */
interface Idiom {
  readonly what: string;
  readonly pattern: RegExp;
  /** What works everywhere. */
  readonly instead: string;
  /** Files that may, each with its reason. */
  readonly allowed?: Readonly<Record<string, string>>;
}

const STARTS = String.raw`\b(?:spawn|spawnSync|execFile|execFileSync|exec|execSync)\(\s*'`;

const IDIOMS: readonly Idiom[] = [
  {
    what: 'starts Node, or a script of a package, by its name',
    pattern: new RegExp(`${STARTS}(?:npm|npx|node|tsx|jest|biome)\\b`),
    instead: '`npm` of scripts/npm.ts, or process.execPath with the path of a script',
  },
  {
    what: 'starts a shell',
    pattern: new RegExp(`${STARTS}(?:sh|bash|cmd)\\b|\\bshell: (?:true|process)`),
    instead: 'a program with its arguments; where the shell itself is tried, `itWhere(BASH)`',
    allowed: {
      '__tests__/contract/outputs.test.ts': 'tries the lines of a page as people run them, where bash is',
      '__tests__/contract/words.test.ts': 'tries scripts of examples as the runner runs them, where bash is',
      'interop/workflows/local/run-local.ts': 'tries the lines of a page as people run them, on Linux',
      'interop/workflows/release/run.ts': 'runs scripts of a workflow as the runner does, on Linux',
      'interop/workflows/zizmor.test.ts': 'runs .ci/zizmor, on Linux',
      'scripts/release/fresh-clone.ts': 'the lines are npm alone, which the shell of each system finds',
    },
  },
  {
    what: 'starts what a package has put into `.bin`',
    pattern: /node_modules['", /]+\.bin\b/,
    instead: 'process.execPath with the path of the script',
  },
  { what: 'names a temporary folder', pattern: /['"`]\/tmp\b/, instead: '`tmpdir()`' },
  {
    what: 'takes the path of a URL for one of a file',
    pattern: /import\.meta\.url\)\s*\.pathname/,
    instead: '`fileURLToPath`',
    allowed: { '__tests__/unit/scripts/common-js.test.ts': 'shows the code of a bundler, which has it' },
  },
  {
    what: 'ends a group of processes',
    pattern: /\.kill\(\s*-/,
    instead: 'the process that was started, which ends its own',
  },
  {
    what: 'has Node load a script by a path without quotes',
    pattern: /`--require \$/,
    instead: '`requiring` of runner/requiring.ts',
    allowed: { 'runner/requiring.ts': 'the one place' },
  },
  {
    what: 'expects the mode of a file that its user alone may read',
    pattern: /\.toBe\(0o600\)/,
    instead: '`PRIVATE_MODE` of __tests__/support/where.ts',
  },
  {
    what: 'skips without a reason',
    pattern: /\b(?:it|test|describe)\.skip\b|\bx(?:it|test|describe)\(/,
    instead: '`itWhere` of __tests__/support/where.ts',
    allowed: { '__tests__/support/where.ts': 'the one place' },
  },
  {
    what: 'asks on which system it is',
    pattern: /process\.platform\b|\bplatform\(\)/,
    instead: 'something that holds on each, or a facility of __tests__/support/where.ts',
    allowed: {
      '__tests__/support/where.ts': 'says what systems lack',
      'runner/commands/file-commands.ts': 'files have the line ends of the system',
      'runner/contexts.ts': 'RUNNER_OS is a name for it',
      'runner/job.ts': 'files have the line ends of the system',
      'scripts/test.ts': 'the package with Node 24 is for Linux',
      'try/show-summary.ts': 'each opens a browser by a program of its own',
    },
  },
];

/** This file, which shows them all. */
const OWN = '__tests__/contract/portable.test.ts';

const files = TREES.flatMap((tree) =>
  readdirSync(tree, { recursive: true, encoding: 'utf8' }).map((path) => join(tree, path)),
).filter((path) => /\.[cm]?[jt]s$/.test(path) && !/\bnode_modules\b/.test(path));

/** Each file by its path with `/`, without its comments. */
const codes = new Map(
  files.map((path) => [
    path.replaceAll('\\', '/'),
    readFileSync(path, 'utf8').replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
  ]),
);
codes.delete(OWN);

describe('when a script or a test is to run on each system', () => {
  it('is among the files that are looked at', () => expect(codes.size).toBeGreaterThan(500));

  it.each(IDIOMS)('no other than a few $what: take $instead', ({ pattern, allowed = {} }) => {
    const users = [...codes].filter(([, code]) => pattern.test(code)).map(([path]) => path);
    expect(users.sort()).toEqual(Object.keys(allowed).sort());
  });

  it.each([
    ["spawn('npm', ['ci'])", 0],
    ["execFileSync('node', ['x.js'])", 0],
    ["spawnSync('bash', ['-c', it])", 1],
    ["spawn(it, { shell: process.platform === 'win32' })", 1],
    ["join('node_modules', '.bin', 'jest')", 2],
    ["mkdtempSync('/tmp/it-')", 3],
    ["new URL('x', import.meta.url).pathname", 4],
    ['process.kill(-child.pid)', 5],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the idiom as it stands in a file.
    ['{ NODE_OPTIONS: `--require ${path}` }', 6],
    ['expect(mode).toBe(0o600)', 7],
    ['const run = isLinux ? it : it.skip', 8],
    ["if (process.platform === 'linux') return", 9],
  ])('would notice %s', (code, index) => expect(IDIOMS[index]?.pattern.test(code)).toBe(true));

  it('needs no shell for a script of package.json', () => {
    // npm's own file.
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const bare = /^(?:biome|node|tsc|tsx) [\w .:/=@-]+$/;
    expect(Object.values(scripts).filter((line) => !bare.test(line))).toEqual([]);
  });

  it('has the same line ends wherever it is checked out', () => {
    expect(readFileSync('.gitattributes', 'utf8')).toMatch(/^\* text=auto eol=lf$/m);
    expect([...codes].filter(([, code]) => code.includes('\r\n')).map(([path]) => path)).toEqual([]);
  });
});
