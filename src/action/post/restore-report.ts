import { appList, type CommandResult, type MachineResult } from '../../commands/result/result.js';
import { formatDuration } from '../../text.js';
import { failureText } from '../report/failure-text.js';
import { inputText } from '../runner/environment.js';
import { safeLine, shortened } from '../runner/safe-text.js';
import { writeSummary } from '../runner/write-summary.js';
import { summaryOf } from '../summary/summary.js';
import type { PostShell } from './post-shell.js';

/** Most machines named in one annotation, which the runner cuts at 4096 characters. */
const MOST_FAILED_NAMED = 10;
const LONGEST_REASON_LINE = 300;
const LONGEST_APPS = 120;

/** Result of a post step that puts machines back. */
export interface RestoreReport {
  readonly command: string;
  readonly result: CommandResult;
  readonly elapsedMs: number;
}

/** Reports what was put back: warnings for what was not, the job summary unless nothing was due, and the last line. */
export function reportRestore(report: RestoreReport, { log, runner, env }: PostShell): void {
  const { command, result, elapsedMs } = report;
  const { machines, apps } = result;
  const what = `${command}, at the job's end`;
  const line = `${result.line}, ${formatDuration(elapsedMs)}`;
  const failure = failureText(what, result);
  if (failure !== undefined) log.warning(failure.text, failure.title);
  const left = machines.filter(({ outcome }) => outcome === 'skipped');
  if (left.length > 0) {
    const where = `of ${machines.length} left alone in ${shortened(appList(apps), LONGEST_APPS)}`;
    log.warning(reasonsOf(left), `fly ${what}: ${left.length} ${where}`);
  }
  const isDue = machines.some(({ outcome }) => outcome !== 'unchanged');
  if (isDue && inputText(env, 'summary') !== 'false')
    writeSummary(summaryOf(what, line, result), { log, runner });
  log.info(line);
}

function reasonsOf(left: readonly MachineResult[]): string {
  const lines = left
    .slice(0, MOST_FAILED_NAMED)
    .map(({ machine: { id, name }, reason }) => `${id}${name === '' ? '' : ` (${name})`}: ${reason}`);
  const more = left.length > MOST_FAILED_NAMED ? [`…and ${left.length - MOST_FAILED_NAMED} more`] : [];
  return [...lines.map((text) => shortened(safeLine(text), LONGEST_REASON_LINE)), ...more].join('\n');
}
