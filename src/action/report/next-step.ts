import type { CommandResult } from '../../commands/result/result.js';
import type { ActionError, ErrorClass } from '../../errors.js';
import { deployTokenCommand } from '../../token-command.js';
import { safeLine, shortened } from '../runner/safe-text.js';
import { groupedByAdvice } from './advice.js';
import { failedMachines } from './failed-machines.js';

const LONGEST_STEP = 600;
const NEW_TOKEN = `Make a new token with ${deployTokenCommand()} and store it in the secret.`;
const INSPECT = 'Run `inspect`: it shows what the token may do, and what its third parties answer.';
const AGAIN = 'Run the job again later.';
const STATUS = 'See https://status.flyio.net and run the job again later.';

/** Things to do next by the class of an error, where the error itself has no advice. */
export const NEXT: Readonly<Record<ErrorClass, string>> = {
  input: 'Fix what is named above.',
  'token format': NEW_TOKEN,
  'token expired': NEW_TOKEN,
  'missing discharge': INSPECT,
  'third party refused': INSPECT,
  forbidden: INSPECT,
  unauthorized: NEW_TOKEN,
  'not found': 'Check the spelling of what is named above.',
  'lease held': AGAIN,
  'wrong state': '`fly machine status <id>` and `fly logs` show more.',
  'no capacity': AGAIN,
  'command failed': "Read the command's output above.",
  'rate limited': AGAIN,
  timeout: STATUS,
  network: STATUS,
  'Fly failure': STATUS,
  cancelled: 'Run the job again; `list` shows how the machines are now.',
  internal: 'This is a fault of the action; please report it.',
};

/**
 * Returns the one thing to do next, for the log's last line: the advice of most failures, the first where several
 * are as frequent. Undefined where nothing failed.
 */
export function nextStep({ failures, machines }: CommandResult): string | undefined {
  const entries = [
    ...failures.map(({ app = '', error }) => ({ id: app, error })),
    ...failedMachines(machines).map(({ machine, error }) => ({ id: machine.id, error })),
  ];
  const [first] = [...groupedByAdvice(entries).values()].sort((a, b) => b.length - a.length);
  return first?.[0] && shortened(safeLine(adviceOf(first[0].error)), LONGEST_STEP);
}

/** Returns what to do about one error; several wrong inputs have their advice where they are named. */
export function adviceOf({ class: errorClass, hint }: ActionError): string {
  if (hint === undefined) return NEXT[errorClass];
  return errorClass === 'input' ? `${NEXT.input} ${hint}` : hint;
}
