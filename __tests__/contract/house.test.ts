import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Trees that people live in: the action, the Fly that it is tried against, and the simulation of both. */
const TREES = ['src', 'emulator', 'simulate'] as const;
const MOST_FILES = 20;
/** Folders that may hold more, each with its reason. */
const FULL: Readonly<Record<string, string>> = {
  [join('src', 'macaroon')]: 'one subject, whose files mirror those of superfly/macaroon',
};
/** Files that scripts and tests start from, so that no other file of their tree imports them. */
const ENTRIES = [
  join('src', 'main.ts'),
  join('src', 'action', 'inputs', 'groups.ts'),
  join('src', 'action', 'inputs', 'help.ts'),
  join('src', 'hours', 'hours-reader.ts'),
  join('emulator', 'cli.ts'),
  join('emulator', 'virtual-clock.ts'),
  join('simulate', 'simulate.ts'),
  join('simulate', 'mutations', 'child.ts'),
  join('simulate', 'mutations', 'run.ts'),
  join('simulate', 'rolling', 'run.ts'),
  join('simulate', 'fortnight', 'run.ts'),
];
/** Modules that are imported as a namespace, so that their names never stand alone. */
const NAMESPACES = [join('src', 'macaroon', 'codec.ts'), join('src', 'macaroon', 'json-form.ts')];
/** First words of a docstring that leaves its reader without a verb or a noun. */
const WEAK = /^(What|Of|Where|Whether|As|How|Why|By|In|For)\b/;

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesOf(tree: string): Source[] {
  return readdirSync(tree, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(tree, path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** Returns the keys under which more than one file stands, each with its files. */
function shared(pairs: readonly (readonly [key: string, path: string])[]): string[] {
  const files = new Map<string, Set<string>>();
  for (const [key, path] of pairs) files.set(key, (files.get(key) ?? new Set()).add(path));
  return [...files].filter(([, paths]) => paths.size > 1).map(([key, paths]) => [key, ...paths].join(' '));
}

function exportsOf({ text }: Source): string[] {
  const declared = text.matchAll(
    /^export (?:abstract |async )*(?:const|function\*?|class|interface|type|let) (\w+)/gm,
  );
  return [...declared].map(([, name = '']) => name);
}

function importedBy({ path, text }: Source): string[] {
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)].map(
    ([, specifier = '']) => `${join(dirname(path), specifier)}.ts`,
  );
}

/** Returns the first words of all docstrings, each behind its file. */
function docstringsOf({ path, text }: Source): string[] {
  return [...text.matchAll(/\/\*\*\s*(?:\*\s*)?([^\n]*)/g)].map(([, first = '']) => `${path}: ${first}`);
}

describe.each(TREES)('when somebody moves into %s', (tree) => {
  const sources = sourcesOf(tree);

  it('finds rooms that a look takes in', () => {
    const sizes = new Map<string, number>();
    for (const { path } of sources) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
    const full = [...sizes].filter(([folder, size]) => size > MOST_FILES && FULL[folder] === undefined);
    expect(sizes.size).toBeGreaterThan(5);
    expect(full).toEqual([]);
  });

  it('finds each exported name in one file', () => {
    const named = sources.filter(({ path }) => !NAMESPACES.includes(path));
    const pairs = named.flatMap((source) => exportsOf(source).map((name) => [name, source.path] as const));
    expect(pairs.length).toBeGreaterThan(100);
    expect(shared(pairs)).toEqual([]);
  });

  it('finds no file that nobody imports', () => {
    // The emulator takes macaroons from src.
    const imported = new Set(TREES.flatMap(sourcesOf).flatMap(importedBy));
    const alone = sources.map(({ path }) => path).filter((path) => !imported.has(path));
    expect(alone.filter((path) => !ENTRIES.includes(path))).toEqual([]);
  });

  it('reads docstrings that begin with a verb or a noun', () => {
    const docstrings = sources.flatMap(docstringsOf);
    expect(docstrings.length).toBeGreaterThan(100);
    expect(docstrings.filter((it) => WEAK.test(it.slice(it.indexOf(': ') + 2)))).toEqual([]);
  });

  it('reads literals without a literal spread into them', () => {
    expect(sources.filter(({ text }) => text.includes('...{')).map(({ path }) => path)).toEqual([]);
  });
});

describe('when somebody follows the map', () => {
  it('finds each place that it names', () => {
    const page = readFileSync(join('docs', 'architecture.md'), 'utf8');
    const places = [...page.matchAll(/`(\w[\w./-]*(?:\/|\.ts))`/g)].map(([, place = '']) => place);
    expect(places.length).toBeGreaterThan(50);
    expect(places.filter((place) => !existsSync(place))).toEqual([]);
  });
});
