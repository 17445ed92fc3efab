import { ActionError } from '../../errors.js';
import type { ExecResult } from '../../machines/api/client.js';
import { excerpt, formatDuration } from '../../text.js';

/** Returns the error of a command that did not end well; undefined for exit code 0. */
export function errorOf({ exitCode, exitSignal, stdout, stderr }: ExecResult): ActionError | undefined {
  if (exitCode === 0 && exitSignal === 0) return undefined;
  const how =
    exitSignal === 0 ? `with exit code ${exitCode}` : `by signal ${exitSignal} (exit code ${exitCode})`;
  const last = lastLine(stderr) || lastLine(stdout);
  return new ActionError('command failed', `the command ended ${how}${last === '' ? '' : `: ${last}`}`, {
    hint: "Its output is in the step's log, and in the output `machines` and the file that `machines-file` names.",
  });
}

/** Returns the last line, in which programs say what went wrong. */
function lastLine(text: string): string {
  return excerpt(text.trimEnd().split('\n').at(-1) ?? '');
}

/** Returns the error of a command that may have run or not; `timeout` is its time limit in milliseconds. */
export function doubtful(error: ActionError, timeout: number): ActionError {
  const isLate = error.status === 408;
  const late = `the command was not done within \`exec-timeout\` (${formatDuration(timeout)}), or the machine's host was not reached: `;
  const longer = 'Give it more time with `exec-timeout`; how much Fly allows is not documented. ';
  return error.with({
    message: `${isLate ? late : ''}${error.message}; the command may have run all the same`,
    hint: `${isLate ? longer : ''}It was not sent again, since running it twice could do harm: see what it did before you run the job again.`,
  });
}

/** Returns the error of a command that surely did not run. */
export function notRun(error: ActionError): ActionError {
  return error.with({ message: `${error.message}; the command was not run` });
}

/** Returns the error of a machine that is not up. */
export function notStarted(id: string, state: string): ActionError {
  const message = `machine ${id} is ${state}, and commands run in started machines only`;
  const hint = 'Start it first, or leave such machines out with `state: started`.';
  return new ActionError('wrong state', message, { hint });
}
