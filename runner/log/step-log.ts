import type { Masker } from './masker.js';

export type AnnotationLevel = 'error' | 'warning' | 'notice';
export type LogKind = AnnotationLevel | 'text' | 'debug' | 'group' | 'endgroup' | 'command' | 'section';

/** A line of the job log, masked; `kind` is the way in which GitHub shows it. */
export interface LogLine {
  readonly kind: LogKind;
  readonly text: string;
}

/** A message that GitHub shows on the run's page. */
export interface Annotation {
  readonly level: AnnotationLevel;
  /** Text, masked, at most 4096 characters. */
  readonly message: string;
  /**
   * Title, **not masked**: the runner masks the message and leaves title, file and the other properties alone.
   */
  readonly title?: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** The log of one step, as a person sees it. */
export interface StepLog {
  readonly lines: readonly LogLine[];
  /** Annotations, the first ten of each level; the log holds them all. */
  readonly annotations: readonly Annotation[];
  output(text: string): void;
  annotate(level: AnnotationLevel, message: string, properties?: ReadonlyMap<string, string>): void;
  /** Writes a line if the job runs with step debugging. */
  debug(text: string): void;
}

const ANNOTATIONS_PER_LEVEL = 10;
const MESSAGE_LIMIT = 4096;

/** Creates the log of one step. `onLine` gets each line once, masked, when it is written. */
export function createStepLog(options: {
  readonly masker: Masker;
  readonly debug: boolean;
  readonly onLine: ((line: LogLine) => void) | undefined;
}): StepLog {
  const { masker } = options;
  const lines: LogLine[] = [];
  const annotations: Annotation[] = [];

  const output = (text: string) => {
    for (const line of masker.mask(text).split('\n')) {
      const seen = readLogLine(line);
      lines.push(seen);
      options.onLine?.(seen);
    }
  };

  return {
    lines,
    annotations,
    output,
    annotate(level, message, properties = new Map()) {
      const seen = masker.mask(message).slice(0, MESSAGE_LIMIT);
      const title = properties.get('title');
      if (annotations.filter((annotation) => annotation.level === level).length < ANNOTATIONS_PER_LEVEL) {
        const rest = Object.fromEntries([...properties].filter(([key]) => key !== 'title'));
        annotations.push({ level, message: seen, ...(title !== undefined && { title }), properties: rest });
      }
      if (seen !== '') output(`##[${level}]${seen}`);
    },
    debug(text) {
      if (!options.debug) return;
      for (const line of text.replaceAll('\r\n', '\n').split('\n')) output(`##[debug]${line}`);
    },
  };
}

const TAG = /^##\[(error|warning|notice|debug|group|endgroup|command|section)\]/;

/**
 * Reads a line of the log as GitHub's page does: a tag at its start decides how to show it, no matter what
 * wrote it.
 */
function readLogLine(line: string): LogLine {
  const found = TAG.exec(line);
  // The cast is safe: the alternatives of the expression are the names of LogKind.
  return found
    ? { kind: found[1] as LogKind, text: line.slice(found[0].length) }
    : { kind: 'text', text: line };
}
