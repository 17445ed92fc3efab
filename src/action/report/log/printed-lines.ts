import type { ExecResult } from '../../../machines/api/client.js';
import { count } from '../../../text.js';
import { shortenedWithin } from '../../runner/safe-text.js';

/** Bounds of a part of a long stream, which ends at the first that it reaches. */
interface PrintBounds {
  readonly lines: number;
  readonly characters: number;
}

/** Beginning of each stream that the log shows, and the larger part of its end. */
const HEAD: PrintBounds = { lines: 20, characters: 4_000 };
const TAIL: PrintBounds = { lines: 80, characters: 16_000 };
const LONGEST_LINE = 4_000;

/** Returns what a command printed in a machine as lines for the log: indented, by stream, a long one cut in the middle. */
export function printedLines(exec: ExecResult | undefined): string[] {
  if (exec === undefined) return [];
  return [...streamLines('stdout', exec.stdout), ...streamLines('stderr', exec.stderr)];
}

function streamLines(name: string, text: string): string[] {
  if (text === '') return [];
  const whole = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const lines = whole.map((line) => shortenedWithin(line, LONGEST_LINE));
  const head = lines.slice(0, fittingCount(lines, HEAD));
  const rest = lines.slice(head.length);
  const tail = rest.slice(rest.length - fittingCount(rest.toReversed(), TAIL));
  const left = rest.length - tail.length;
  const isCut = left > 0 || lines.some((line, index) => line !== whole[index]);
  return [
    `  ${name}:`,
    ...head.map((line) => `    ${line}`),
    ...(left > 0 ? [`    (${count(left, 'line')} left out)`] : []),
    ...tail.map((line) => `    ${line}`),
    ...(isCut
      ? [`    (the file that \`machines-file\` names has all of ${name}, as long as the job runs)`]
      : []),
  ];
}

/** Counts the lines, from the first on, that keep within the bounds; at least one, if there is any. */
function fittingCount(lines: readonly string[], bounds: PrintBounds): number {
  let characters = 0;
  const end = lines.findIndex((line, index) => {
    characters += line.length;
    return index > 0 && (index >= bounds.lines || characters > bounds.characters);
  });
  return end === -1 ? lines.length : end;
}
