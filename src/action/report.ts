import type { CommandResult, Failure, MachineReport } from '../commands/result.js';
import type { ErrorClass } from '../errors.js';
import { formatDuration } from '../text.js';
import type { Inputs } from './input-table.js';
import type { Log } from './log.js';
import { outputsOf, type TokenEnds } from './outputs.js';
import type { Runner } from './runner.js';
import { safeLine } from './safe-text.js';
import { summaryOf } from './summary.js';

/** Named in one annotation; the runner keeps ten of a step and cuts each at 4096 characters. */
const MOST_NAMED = 10;
/** So that no name or reason of a stranger pushes the others, or what to change, out of those 4096. */
const LONGEST_LINE = 340;

/** What no `on-failure: warn` turns into a warning: the step can't have done what it was asked. */
const NEVER_MILD = new Set<ErrorClass>([
  ...(['input', 'token format', 'token expired', 'missing discharge', 'third party refused'] as const),
  ...(['unauthorized', 'forbidden', 'cancelled', 'internal'] as const),
]);

/** A result and what is told beside it. */
export interface Report {
  readonly command: string;
  readonly result: CommandResult;
  readonly ends: TokenEnds;
  readonly machinesFile: string;
  readonly elapsedMs: number;
  readonly inputs: Pick<Inputs, 'on-failure' | 'summary' | 'dry-run'>;
}

/** Writes outputs, summary, annotations and the last line of a result; whether the step succeeded. */
export function report(report: Report, { log, runner }: { log: Log; runner: Runner }): boolean {
  const { command, result, elapsedMs, inputs } = report;
  const outputs = outputsOf(result, report.ends, report.machinesFile);
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
  if (outputs.machines === '' && result.machines.length > 0) {
    log.notice(
      'The output `machines` would be too large and is empty; read the file that `machines-file` names.',
    );
  }
  const line = `${result.line}, ${formatDuration(elapsedMs)}`;
  if (isSummaryDue(report)) runner.appendSummary(summaryOf(command, line, result));
  for (const notice of result.notices) log.notice(notice);
  const mild = inputs['on-failure'] === 'warn' && result.failures.every(isMild);
  annotate(report, mild ? log.warning : log.error);
  log.info(line);
  return result.failures.length === 0 || mild;
}

/** A machine's line in the log of `list`. */
export function listLine({ id, name, region, process_group, state, reason }: MachineReport): string {
  return [id, name, region, process_group, state, reason].filter((it) => it !== '').join('  ');
}

/** A machine's line in the log as soon as it is done. */
export function progressLine({ id, name, region, ...report }: MachineReport): string {
  const who = [id, name, region === '' ? '' : `(${region})`].filter((it) => it !== '').join(' ');
  const took = report.duration_ms > 0 ? `, ${formatDuration(report.duration_ms)}` : '';
  if (report.outcome === 'failed') return `${who}: failed${took}: ${report.error}`;
  if (report.outcome === 'changed') return `${who}: ${report.previous_state} → ${report.state}${took}`;
  return `${who}: ${report.outcome}${report.reason === '' ? '' : `, ${report.reason}`}${took}`;
}

/** When something changed or failed; a dry run shows what would have. */
function isSummaryDue({ inputs, result: { machines, failures } }: Report): boolean {
  if (inputs.summary !== 'auto') return inputs.summary === 'true';
  const changed = machines.some(({ outcome }) => outcome === 'changed' || outcome === 'requested');
  return changed || failures.length > 0 || (inputs['dry-run'] && machines.length > 0);
}

/** What a step names and Fly doesn't have was misspelt, most likely: an error of input that only Fly could tell. */
function isMild({ what, error }: Failure): boolean {
  const isMisspelt = error.class === 'not found' && (what === undefined || what.startsWith('app '));
  return !isMisspelt && !NEVER_MILD.has(error.class);
}

/** One annotation for all failures: who, why, and once each what to change. */
function annotate({ command, result }: Report, say: (text: string, title?: string) => void): void {
  const { failures, machines, apps } = result;
  const [first] = failures;
  if (first === undefined) return;
  if (first.what === undefined) {
    say(first.error.line, `fly ${command}: ${first.error.class}`);
    return;
  }
  const named = failures
    .slice(0, MOST_NAMED)
    .map(({ what, error }) => oneLine(what === undefined ? error.headline : `${what}: ${error.headline}`));
  const more = failures.length > MOST_NAMED ? [`…and ${failures.length - MOST_NAMED} more`] : [];
  const hints = [...new Set(failures.map(({ error }) => error.hint ?? ''))]
    .filter((it) => it !== '')
    .slice(0, 3);
  const of = machines.length > 0 ? ` of ${machines.length}` : '';
  const title = `fly ${command}: ${failures.length}${of} failed in ${apps.slice(0, 3).join(', ')}`;
  say([...named, ...more, ...hints].join('\n'), title);
}

function oneLine(text: string): string {
  const line = safeLine(text);
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
