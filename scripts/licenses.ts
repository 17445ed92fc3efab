import { groupBy } from '../src/group-by.js';

/** A package of the bundle, as ncc's list has it. */
interface Licensed {
  readonly name: string;
  /** Name of the licence, such as `MIT`. */
  readonly licence: string;
  /** Title, copyright and all else that stands before the licence's own words, line by line. */
  readonly notice: readonly string[];
  /** The licence's own words, a line for each paragraph. */
  readonly words: string;
}

const INTRODUCTION = 'Each licence once, behind its packages.';
/** Names of the packages in `stubs`, which are the project's own. */
const OWN = /^stub-of-/;

/**
 * Returns ncc's list of licences with the words of each once, behind all packages that they cover, of which each keeps
 * its own notice. Words that differ by their lines alone are the same. Throws when a package comes without a licence, and
 * when the text isn't a list of ncc's.
 */
export function licensesOnce(list: string): string {
  const packages = packagesOf(list).filter(({ name }) => !OWN.test(name));
  const bare = packages.filter(({ words }) => words === '').map(({ name }) => name);
  if (bare.length > 0) throw new Error(`No file with a licence: ${bare.join(', ')}.`);
  const blocks = [...groupBy(packages, ({ words }) => words)].flatMap(([words, covered]) => [
    ...covered.map(({ name, licence, notice }) => [name, licence, ...notice].join('\n')),
    words,
  ]);
  return `${[INTRODUCTION, ...blocks].join('\n\n')}\n`;
}

/** Reads the list: the package's name in a line, its licence's in the next, then what its file says, up to the next name. */
function packagesOf(list: string): Licensed[] {
  // Some files have line ends of their own; the committed one has one kind.
  const [before, ...parts] = list
    .replaceAll('\r\n', '\n')
    .split(/(?:^|\n\n)(@?[a-z\d][\w./-]*)\n([A-Z\d(][^\n]*)(?=\n|$)/);
  if (before !== '' || parts.length === 0) throw new Error('The list of licences begins with no package.');
  return parts.flatMap((name, index) => {
    const [licence = '', file = ''] = parts.slice(index + 1);
    return index % 3 === 0 ? [{ name, licence, ...partsOf(file) }] : [];
  });
}

/** Tells a licence's words, from its permission on, from the notice before them; all are words where none permits. */
function partsOf(file: string): Pick<Licensed, 'notice' | 'words'> {
  const paragraphs = file
    .split(/\n\s*\n/)
    .map((it) => it.trim())
    .filter((it) => it !== '');
  const start = Math.max(
    paragraphs.findIndex((it) => it.startsWith('Permission ')),
    0,
  );
  const words = paragraphs.slice(start).map((it) => it.replace(/\s+/g, ' '));
  return { notice: paragraphs.slice(0, start), words: words.join('\n') };
}
