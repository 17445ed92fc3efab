import { readFileSync } from 'node:fs';

const PAGE = 'docs/local.md';

/** Commands of docs/local.md as a person types them. */
export interface LocalPage {
  /** Command that starts the emulator. */
  readonly emulator: string;
  /** Command that hands the emulator to act, in several lines. */
  readonly act: string;
  /** Commands that try workflows, one a line. */
  readonly tries: readonly string[];
}

/** Reads the page. Throws when it lacks one of these commands. */
export function readLocalPage(text = readFileSync(PAGE, 'utf8')): LocalPage {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim());
  const lines = blocks.flatMap((block) => block.split('\n'));
  return {
    emulator: found('npm run emulator', blocks),
    act: found('act ', blocks),
    tries: lines.filter((line) => line.startsWith('npm run try ')),
  };
}

function found(start: string, blocks: readonly string[]): string {
  const block = blocks.find((it) => it.startsWith(start));
  if (block === undefined) throw new Error(`${PAGE} has no command that begins with ${start}`);
  return block;
}
