import type { ExecResult } from '../machines/client.js';
import { shortened } from './safe-text.js';

/** Of each stream of one machine. */
const MOST_LINES = 100;
const MOST_CHARACTERS = 20_000;

/** What a command printed in a machine, for the log: indented, its streams named, and cut where it is long. */
export function printedLines(exec: ExecResult | undefined): string[] {
  if (exec === undefined) return [];
  return [...streamLines('stdout', exec.stdout), ...streamLines('stderr', exec.stderr)];
}

function streamLines(name: string, text: string): string[] {
  if (text === '') return [];
  const shown = shortened(text, MOST_CHARACTERS)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const isCut = text.length > MOST_CHARACTERS || shown.length > MOST_LINES;
  return [
    `  ${name}:`,
    ...shown.slice(0, MOST_LINES).map((line) => `    ${line}`),
    ...(isCut ? [`    (the rest of ${name} is in the file that \`machines-file\` names)`] : []),
  ];
}
