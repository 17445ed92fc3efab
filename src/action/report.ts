import type { CommandResult, Failure } from '../commands/result/result.js';
import type { ActionError, ErrorClass } from '../errors.js';
import { formatDuration } from '../text.js';
import type { Inputs } from './inputs/table.js';
import { failedMachines } from './report/failed-machines.js';
import { failureText } from './report/failure-text.js';
import { nextStep } from './report/next-step.js';
import { leftOut, outputsOf, type TokenEnds } from './report/outputs.js';
import type { Log } from './runner/log.js';
import type { Runner } from './runner/runner.js';
import { safeLine } from './runner/safe-text.js';
import { writeSummary } from './runner/write-summary.js';
import { summaryOf } from './summary/summary.js';

/** Most warnings or notices of a report: the runner shows ten of a kind, and a step says others before its report. */
const MOST_SAID = 4;

/** Classes that `on-failure: warn` never downgrades: with one of them the step cannot have done its work. */
const NEVER_MILD = new Set<ErrorClass>([
  ...(['input', 'token format', 'token expired', 'missing discharge', 'third party refused'] as const),
  ...(['unauthorized', 'forbidden', 'cancelled', 'internal'] as const),
]);

/** Result of a step and the facts that its report tells with it. */
export interface Report {
  readonly command: string;
  readonly result: CommandResult;
  readonly ends: TokenEnds;
  readonly machinesFile: string;
  readonly elapsedMs: number;
  /** True where a schedule began the job, so that nobody has to be told what the last run said, too. */
  readonly isScheduled?: boolean;
  readonly inputs: Pick<Inputs, 'on-failure' | 'summary' | 'dry-run'>;
}

/** Writes outputs, summary, annotations and the last line of a result, which on a failure goes on with what to do. Returns whether the step succeeded. */
export function report(report: Report, { log, runner }: { log: Log; runner: Runner }): boolean {
  const { command, result, elapsedMs, inputs } = report;
  const line = `${result.line}, ${formatDuration(elapsedMs)}`;
  const { ends, machinesFile, isScheduled = false } = report;
  const outputs = outputsOf(result, { ends, machinesFile, text: safeLine(line) });
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
  const isShown = isSummaryDue(report) && writeSummary(summaryOf(command, line, result), { log, runner });
  const isMild = inputs['on-failure'] === 'warn' && isAllMild(result);
  const file = 'the file that `machines-file` names';
  const failure = failureText(command, result, isShown ? `the job summary, or ${file}` : file);
  // It comes before all others, so that nothing takes its place among the ten that the runner shows.
  if (failure !== undefined) (isMild ? log.warning : log.error)(failure.text, failure.title);
  const empty = leftOut(outputs).map((name) => `\`${name}\``);
  if (empty.length > 0) {
    log.notice(
      `Too large for an output and therefore empty: ${empty.join(', ')}. Read the machines from ${file}.`,
    );
  }
  const { warnings, standing = [] } = result;
  sayAll(isScheduled ? warnings : [...warnings, ...standing], log.warning);
  if (isScheduled) for (const text of standing) log.info(`Note: ${text}`);
  sayAll(result.notices, log.notice);
  const next = nextStep(result);
  log.info(next === undefined ? line : `${line} → ${next}`);
  return failure === undefined || isMild;
}

/** Returns whether to write a summary; `auto`: if something changed, failed or was left alone, in a dry run, for a list or a token. */
function isSummaryDue({ command, inputs, result: { machines, failures, report } }: Report): boolean {
  if (inputs.summary !== 'auto') return inputs.summary === 'true';
  if (report !== undefined || command === 'list') return true;
  const isDue = machines.some(({ outcome }) => outcome !== 'unchanged');
  return isDue || failures.length > 0 || (inputs['dry-run'] && machines.length > 0);
}

/**
 * Returns whether `on-failure: warn` downgrades every failure. `not found` for a step or an app is most likely a typo, an
 * input error that only Fly can see, and stays one; a machine that is not found was there when it was listed.
 */
function isAllMild({ failures, machines }: CommandResult): boolean {
  const isMild = ({ class: errorClass }: ActionError) => !NEVER_MILD.has(errorClass);
  const isMildBeside = ({ error }: Failure) => error.class !== 'not found' && isMild(error);
  return failures.every(isMildBeside) && failedMachines(machines).every(({ error }) => isMild(error));
}

/** Says each text in an annotation of its own; if there are too many, the last one holds all the rest. */
function sayAll(texts: readonly string[], say: (text: string) => void): void {
  const alone = texts.length > MOST_SAID ? MOST_SAID - 1 : texts.length;
  for (const text of texts.slice(0, alone)) say(text);
  if (texts.length > alone) say(texts.slice(alone).join('\n'));
}
