import type { StepResult } from '../step-result.js';
import type { LogKind, LogLine } from './step-log.js';
import { summaryText } from './summary-text.js';

/** Options of a log in a terminal. */
export interface RenderOptions {
  /** True marks levels with ANSI colours. Default false. */
  readonly color?: boolean;
}

/**
 * Renders one step as its log reads on GitHub: heading, inputs and variables, groups (open, their lines
 * indented), messages with their level, and its summary, which GitHub shows on the run's page.
 * The text ends with a newline and is masked, as the result is.
 */
export function renderStep(result: StepResult, options: RenderOptions = {}): string {
  const sections = [
    renderHeading(result, options),
    ...result.details
      .flatMap((line) => line.split('\n'))
      .map((line) => paint(`    ${line}`, 'debug', options)),
    ...renderLog(result.log, options),
    ...renderSummary(result.summary),
  ];
  return `${sections.join('\n')}\n`;
}

/** Renders the heading of a step, with its conclusion unless that is success. */
export function renderHeading(
  result: Pick<StepResult, 'name' | 'conclusion'>,
  options: RenderOptions = {},
): string {
  const ending = result.conclusion === 'success' ? '' : paint(`  ✗ ${result.conclusion}`, 'error', options);
  return `${paint(`▸ ${result.name}`, 'group', options)}${ending}`;
}

/**
 * Creates a function that renders the lines of one step as they come; it returns undefined for a line that a
 * person doesn't see.
 */
export function createLineRenderer(options: RenderOptions = {}): (line: LogLine) => string | undefined {
  let indent = '  ';
  return ({ kind, text }) => {
    if (kind === 'endgroup') {
      indent = '  ';
      return undefined;
    }
    if (kind === 'group') {
      // Groups don't nest on GitHub: a new one ends the previous one.
      indent = '    ';
      return paint(`  ▾ ${text}`, 'group', options);
    }
    return paint(`${indent}${LABELS[kind]}${text}`, kind, options);
  };
}

function renderLog(log: readonly LogLine[], options: RenderOptions): readonly string[] {
  const render = createLineRenderer(options);
  return log.map(render).filter((line) => line !== undefined);
}

/** Renders a summary as a terminal can show it, set off from the log by a bar. */
export function renderSummary(markdown: string): readonly string[] {
  if (markdown === '') return [];
  return ['', '  Summary', ...summaryText(markdown).map((line) => `  │ ${line}`.trimEnd())];
}

const LABELS: Readonly<Record<Exclude<LogKind, 'group' | 'endgroup'>, string>> = {
  command: '',
  debug: 'Debug: ',
  error: 'Error: ',
  notice: 'Notice: ',
  section: '',
  text: '',
  warning: 'Warning: ',
};

const COLORS: Readonly<Partial<Record<LogKind, string>>> = {
  command: '34',
  debug: '2',
  error: '31',
  group: '1',
  notice: '36',
  warning: '33',
};

function paint(text: string, kind: LogKind, options: RenderOptions): string {
  const color = COLORS[kind];
  return options.color === true && color !== undefined ? `\u001B[${color}m${text}\u001B[0m` : text;
}
