import { INPUT_GROUPS } from '../src/action/inputs/groups.js';
import { wholeHelp } from '../src/action/inputs/help.js';
import { INPUTS } from '../src/action/inputs/table.js';
import { OUTPUTS } from '../src/action/report/outputs.js';
import {
  COMMAND_HELP,
  COMMAND_NAMES,
  type CommandName,
  changesSomething,
  MORE_COMMAND_HELP,
  WORKING_COMMANDS,
} from '../src/command-table.js';
import { markdownTable, renewMarked } from './marked-table.js';
import { ownerSentence, REPOSITORY } from './repository.js';

/** Pages with tables that the code makes, and these tables by marker. */
const PAGES: ReadonlyMap<string, () => ReadonlyMap<string, string>> = new Map([
  [
    'README.md',
    () =>
      new Map([
        ['owner', ownerSentence(REPOSITORY)],
        ['commands', commands()],
      ]),
  ],
  ['docs/recipes/README.md', () => new Map([['owner', ownerSentence(REPOSITORY)]])],
  ['docs/inputs.md', () => new Map(INPUT_GROUPS.map(({ title, inputs }) => [title, inputTable(inputs)]))],
  ['docs/outputs.md', () => new Map([['outputs', outputs()]])],
]);

/** Paths of the pages with tables that the code makes. */
export const PAGES_WITH_TABLES: readonly string[] = [...PAGES.keys()];

/** Renews the tables of one page between their markers. Throws when a marker is missing. */
export function renewTables(path: string, page: string): string {
  let text = page;
  for (const [name, content] of PAGES.get(path)?.() ?? [])
    text = renewMarked(text, name, 'npm run generate', content);
  return text;
}

function commands(): string {
  const rows = COMMAND_NAMES.map((name) => [
    `[\`${name}\`](${name}/action.yml)`,
    [COMMAND_HELP[name], MORE_COMMAND_HELP[name] ?? []].flat().join(' '),
  ]);
  return markdownTable(['command', 'does'], rows);
}

function outputs(): string {
  const rows = Object.entries(OUTPUTS).map(([name, help]) => [`\`${name}\``, help]);
  return markdownTable(['output', 'is'], rows);
}

function inputTable(names: (typeof INPUT_GROUPS)[number]['inputs']): string {
  const rows = names.map((name) => [
    `\`${name}\``,
    `\`${INPUTS[name].default}\``,
    readers(INPUTS[name].reads),
    wholeHelp(name),
  ]);
  return markdownTable(['input', 'default', 'read by', 'what it is'], rows);
}

/** Sets of commands that the page has a word for, each within the one before it. */
const SETS: readonly (readonly [word: string, commands: readonly CommandName[]])[] = [
  ['all', COMMAND_NAMES],
  ['all on machines', WORKING_COMMANDS],
  ['all that change', COMMAND_NAMES.filter(changesSomething)],
];

/** Words which commands read an input: the name of a set, a set but a few, or each by its name. */
function readers(reads: readonly CommandName[]): string {
  const names = (some: readonly CommandName[]) => some.map((it) => `\`${it}\``).join(' ');
  const around = SETS.filter(([, set]) => reads.every((it) => set.includes(it)));
  const [word = '', set = []] = around.at(-1) ?? [];
  const others = set.filter((it) => !reads.includes(it));
  if (others.length === 0) return word;
  return others.length < 3 ? `${word} but ${names(others)}` : names(reads);
}
