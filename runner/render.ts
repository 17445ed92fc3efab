import type { LogKind, LogLine } from './step-log.js';
import type { StepResult } from './step-result.js';

/** How a log is shown in a terminal. */
export interface RenderOptions {
  /** Marks levels with ANSI colours; without by default. */
  readonly color?: boolean;
}

/**
 * One step as its log reads on GitHub: heading, what it was given, groups (open, their lines indented), messages with their level,
 * and the markdown of its summary, which GitHub shows on the run's page.
 * Ends with a newline. Everything in it is masked, as the result is.
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

/** The heading of a step; it tells the conclusion when that isn't success. */
export function renderHeading(
  result: Pick<StepResult, 'name' | 'conclusion'>,
  options: RenderOptions = {},
): string {
  const ending = result.conclusion === 'success' ? '' : paint(`  ✗ ${result.conclusion}`, 'error', options);
  return `${paint(`▸ ${result.name}`, 'group', options)}${ending}`;
}

/** Creates a function that renders the lines of one step as they come; it gives undefined for what a person doesn't see. */
export function createLineRenderer(options: RenderOptions = {}): (line: LogLine) => string | undefined {
  let indent = '  ';
  return ({ kind, text }) => {
    if (kind === 'endgroup') {
      indent = '  ';
      return undefined;
    }
    if (kind === 'group') {
      // Groups don't nest on GitHub: a new one ends the one before.
      indent = '    ';
      return paint(`  ▾ ${text}`, 'group', options);
    }
    return paint(`${indent}${labels[kind]}${text}`, kind, options);
  };
}

function renderLog(log: readonly LogLine[], options: RenderOptions): readonly string[] {
  const render = createLineRenderer(options);
  return log.map(render).filter((line) => line !== undefined);
}

/** A summary as is, set off from the log by a bar. */
export function renderSummary(markdown: string): readonly string[] {
  if (markdown === '') return [];
  return [
    '',
    '  Summary',
    ...markdown
      .trimEnd()
      .split('\n')
      .map((line) => `  │ ${line}`.trimEnd()),
  ];
}

const labels: Readonly<Record<Exclude<LogKind, 'group' | 'endgroup'>, string>> = {
  command: '',
  debug: 'Debug: ',
  error: 'Error: ',
  notice: 'Notice: ',
  section: '',
  text: '',
  warning: 'Warning: ',
};

const colors: Readonly<Partial<Record<LogKind, string>>> = {
  command: '34',
  debug: '2',
  error: '31',
  group: '1',
  notice: '36',
  warning: '33',
};

function paint(text: string, kind: LogKind, options: RenderOptions): string {
  const color = colors[kind];
  return options.color === true && color !== undefined ? `\u001B[${color}m${text}\u001B[0m` : text;
}
