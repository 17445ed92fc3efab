import type { CommandResult, FailedResult, Failure } from '../../commands/result/result.js';
import { besideName, count } from '../../text.js';
import { wholeLines } from '../report/failure-text.js';
import { adviceOf } from '../report/next-step.js';
import { shortened } from '../runner/safe-text.js';
import { printed, whichColumn } from './columns.js';
import type { Page } from './page.js';
import { addRemedies } from './remedies.js';
import { bold, code, rich } from './rich-text.js';
import type { Column } from './table.js';

const MOST_ROWS = 100;
const MOST_FAILURES = 50;
const LONGEST_WHY = 600;

/** Adds what has failed, the step or apps first, then machines, and what to do about it. */
export function addFailures(page: Page, { failures, machines, apps }: CommandResult, rest: string): void {
  const told = failures.slice(0, MOST_FAILURES);
  const more = failures.length - told.length;
  page.add(...told.flatMap(bullets), ...(more > 0 ? [`- …and ${count(more, 'app')} more`] : []));
  const failed = machines.filter((it): it is FailedResult => it.outcome === 'failed');
  page.table(failed, columns(apps.length > 1), { most: MOST_ROWS, rest });
  const whole = told.filter(({ error }) => !hasOwnRemedies(error));
  addRemedies(page, [
    ...whole.map(({ app, error }) => ({ id: '', name: app ?? '', noun: 'app', app, error: advised(error) })),
    ...failed.map(({ machine: { id, name, app }, error }) => {
      return { id, name: name || id, noun: 'machine', app, error: advised(error) };
    }),
  ]);
}

function columns(withApp: boolean): readonly Column<FailedResult>[] {
  return [
    whichColumn(withApp),
    {
      head: 'Why it failed',
      facts: [
        { of: ({ error, machine }) => `${bold(error.class)} ${rich(whyOf(error, machine.id))}` },
        { of: output },
      ],
    },
  ];
}

/** Returns an error with what to do, which its class tells where it doesn't say it itself. */
function advised(error: Failure['error']): Failure['error'] {
  return error.with({ hint: adviceOf(error) });
}

/** Returns what a command printed last, but for what its error quotes already. */
function output(it: FailedResult): string {
  return code(
    printed(it)
      .filter((line) => !it.error.message.includes(line))
      .join(' ⏎ '),
  );
}

/** Returns a failure as list items; an `input` error tells several things, each with its remedy. */
function bullets({ app, error }: Failure): string[] {
  const who = app === undefined ? '' : `${bold(app)}: `;
  const [first = '', ...more] = hasOwnRemedies(error) ? wholeLines(error) : [error.headline];
  return [
    `- ${who}${bold(error.class)} ${rich(first.slice(error.class.length + 2))}`,
    ...more.map((line) => `  - ${rich(line)}`),
  ];
}

/** Returns why a machine failed, without its class and its id: both stand beside it. */
function whyOf({ headline, class: errorClass }: Failure['error'], id: string): string {
  return shortened(besideName(headline.slice(errorClass.length + 2), id), LONGEST_WHY);
}

function hasOwnRemedies({ class: errorClass }: Failure['error']): boolean {
  return errorClass === 'input';
}
