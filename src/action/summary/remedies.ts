import { commandWord, count } from '../../text.js';
import { type Advised, groupedByAdvice } from '../report/advice.js';
import type { Page } from './page.js';
import { bold, rich } from './rich-text.js';

/** Most groups of failures whose remedy is told; the rarest come last. */
const MOST_ADVICES = 10;
/** Most commands to copy for one remedy. */
const MOST_COMMANDS = 10;
const LONGEST_WORD = 100;
/** Command in a hint, of nothing that a shell takes for more than words. */
const COMMAND = /`(fly [\w .-]+)`/g;
/** Command of flyctl that works on one app, and finds it in a `fly.toml` unless it is told. */
const OF_APP = /^fly (logs|machine|volumes|checks|scale)\b(?!.* -a )/;
/** Ends and options of commands that can be typed although they don't name the machine. */
const NEEDS_NO_ID = / (logs|list)$| -/;

/** Failure for which there may be a remedy. */
export interface Remediable extends Advised {
  /** Name to tell it apart by, of a machine or an app; empty for the step as a whole. */
  readonly name: string;
  /** Noun to count it by: `machine`, `app`. */
  readonly noun: string;
  /** App that it is about; undefined for the step as a whole. */
  readonly app: string | undefined;
}

/** Adds what to do about failures, those with the same advice together, the most first. */
export function addRemedies(page: Page, failures: readonly Remediable[]): void {
  const groups = groupedByAdvice(failures);
  groups.delete('');
  if (groups.size > 0) page.add('<b>What to do</b>');
  const remedies = [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_ADVICES);
  for (const [advice, group] of remedies) addRemedy(page, advice, group, groups.size > 1);
  const others = groups.size - remedies.length;
  if (others > 0) page.add(`…and ${others} more, each for fewer failures`);
}

/** Adds a remedy, with its commands as code of their own that can be copied. */
function addRemedy(page: Page, advice: string, group: readonly Remediable[], isOneOfMany: boolean): void {
  const [first, ...others] = group;
  if (first === undefined) return;
  const who = bold(others.length > 0 ? count(group.length, first.noun) : first.name);
  const what = rich(others.length > 0 ? advice : (first.error.hint ?? ''));
  page.add(`${isOneOfMany && who !== '' ? `${who}: ` : ''}${what}`);
  const commands = new Set(group.flatMap(commandsFor));
  const more = commands.size - MOST_COMMANDS;
  const shown = [...commands].slice(0, MOST_COMMANDS);
  if (commands.size > 0) page.add('```sh', ...shown, ...(more > 0 ? [`# …and ${more} more`] : []), '```');
}

/** Returns the commands that an error advises, as far as they can be typed as they are, anywhere. */
function commandsFor({ app, id, error: { hint = '' } }: Remediable): string[] {
  const name = commandWord((app ?? '').slice(0, LONGEST_WORD));
  const machine = commandWord(id.slice(0, LONGEST_WORD));
  const told = [
    ['<id>', machine],
    ['<app>', name],
  ].reduce((text, [mark = '', word]) => (word ? text.replaceAll(mark, word) : text), hint);
  return [...told.matchAll(COMMAND)]
    .map(([, command = '']) => command)
    .filter((command) => NEEDS_NO_ID.test(command) || (machine !== '' && command.includes(machine)))
    .map((command) => (name !== '' && OF_APP.test(command) ? `${command} -a ${name}` : command));
}
