import type { CommandResult, FailedResult, Failure } from '../../commands/result/result.js';
import { commandWord, count } from '../../text.js';
import { groupedByAdvice } from '../report/advice.js';
import { wholeLines } from '../report/failure-text.js';
import { shortened } from '../runner/safe-text.js';
import { printed, whichColumn } from './columns.js';
import type { Page } from './page.js';
import { bold, code, rich } from './rich-text.js';
import type { Column } from './table.js';

const MOST_ROWS = 100;
const MOST_FAILURES = 50;
/** Most groups of failures whose remedy is told; the rarest come last. */
const MOST_ADVICES = 10;
/** Most commands to copy for one remedy. */
const MOST_COMMANDS = 10;
/** Command in a hint, of nothing that a shell takes for more than words. */
const COMMAND = /`(fly [\w .-]+)`/g;
/** Ends and options of commands that can be typed although they don't name the machine. */
const NEEDS_NO_ID = / (logs|list)$| -/;
const LONGEST_WORD = 100;
const LONGEST_WHY = 600;
/** Command of flyctl that works on one app and finds it in a `fly.toml` unless it is told. */
const OF_APP = /^fly (logs|machine|volumes)\b(?!.* -a )/;

/** Adds what has failed: the step or apps, machines, and what to do about each. */
export function addFailures(page: Page, { failures, machines, apps }: CommandResult, rest: string): void {
  const told = failures.slice(0, MOST_FAILURES);
  const more = failures.length - told.length;
  page.add(...told.flatMap(bullets), ...(more > 0 ? [`- …and ${count(more, 'app')} more`] : []));
  const failed = machines.filter((it): it is FailedResult => it.outcome === 'failed');
  if (failed.length === 0) return;
  page.table(failed, columns(apps.length > 1), { most: MOST_ROWS, rest });
  const groups = groupedByAdvice(failed.map((it) => ({ ...it, id: it.machine.id })));
  groups.delete('');
  if (groups.size > 0) page.add('<b>What to do</b>');
  const remedies = [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_ADVICES);
  for (const [advice, group] of remedies) addRemedy(page, advice, group, groups.size === 1);
  const others = groups.size - remedies.length;
  if (others > 0) page.add(`…and ${others} more, each for fewer machines`);
}

function columns(withApp: boolean): readonly Column<FailedResult>[] {
  return [
    whichColumn(withApp),
    {
      head: 'Why it failed',
      facts: [
        {
          of: ({ error }) =>
            `${bold(error.class)} ${rich(shortened(error.headline.slice(error.class.length + 2), LONGEST_WHY))}`,
        },
        // What the error quotes stands there already.
        {
          of: (it) =>
            code(
              printed(it)
                .filter((line) => !it.error.message.includes(line))
                .join(' ⏎ '),
            ),
        },
      ],
    },
  ];
}

/** Adds a remedy, with its commands as code of their own that can be copied. */
function addRemedy(page: Page, advice: string, group: readonly FailedResult[], isOne: boolean): void {
  const [first, ...others] = group;
  if (first === undefined) return;
  const { name, id } = first.machine;
  const who = isOne ? '' : `${bold(others.length > 0 ? count(group.length, 'machine') : name || id)}: `;
  page.add(`${who}${rich(others.length > 0 ? advice : (first.error.hint ?? ''))}`);
  const commands = new Set(group.flatMap(commandsFor));
  const more = commands.size - MOST_COMMANDS;
  const shown = [...commands].slice(0, MOST_COMMANDS);
  if (commands.size > 0) page.add('```sh', ...shown, ...(more > 0 ? [`# …and ${more} more`] : []), '```');
}

/** Returns the commands that an error advises for a machine, as far as they can be typed as they are, anywhere. */
function commandsFor({ machine: { app, id }, error: { hint = '' } }: FailedResult): string[] {
  const name = commandWord(app.slice(0, LONGEST_WORD));
  const machine = commandWord(id.slice(0, LONGEST_WORD));
  return [...hint.replaceAll('<id>', machine).replaceAll('<app>', name).matchAll(COMMAND)]
    .map(([, command = '']) => command)
    .filter((command) => NEEDS_NO_ID.test(command) || command.includes(machine))
    .map((command) => (OF_APP.test(command) ? `${command} -a ${name}` : command));
}

/** Returns a failure as list items: one line, and further lines below it, since one `input` error can tell several. */
function bullets({ app, error }: Failure): string[] {
  const [first = '', ...more] = wholeLines(error);
  return [
    `- ${app === undefined ? '' : `${bold(app)}: `}${rich(first)}`,
    ...more.map((line) => `  - ${rich(line)}`),
  ];
}
