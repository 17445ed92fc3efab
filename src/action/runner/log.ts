import {
  type AnnotationProperties,
  debug,
  endGroup,
  error,
  info,
  notice,
  setSecret,
  startGroup,
  warning,
} from '@actions/core';
import { safeLine, safeLines } from './safe-text.js';

/** Log that people read. Every text is made safe on its way out, so callers pass strangers' text as it is. */
export interface Log {
  /** Writes a line that is shown only when the job runs with debug logging. */
  debug(line: string): void;
  info(line: string): void;
  /** Writes a line that also stands as an annotation on the run's page, as `warning` and `error` do. */
  notice(text: string, title?: string): void;
  warning(text: string, title?: string): void;
  error(text: string, title?: string): void;
  /** Makes the runner replace the text with `***` from here on. */
  mask(secret: string): void;
  startGroup(title: string): void;
  endGroup(): void;
}

/** Prints for the runner, which reads workflow commands from stdout: the part of `@actions/core` that a log needs. */
export interface Printer {
  debug(line: string): void;
  info(line: string): void;
  notice(text: string, properties: AnnotationProperties): void;
  warning(text: string, properties: AnnotationProperties): void;
  error(text: string, properties: AnnotationProperties): void;
  setSecret(secret: string): void;
  startGroup(title: string): void;
  endGroup(): void;
}

/** Returns a log that hands each text to the printer after it was made safe. */
export function safeLog(printer: Printer): Log {
  return {
    debug: (line) => printer.debug(safeLine(line)),
    info: (line) => printer.info(safeLine(line)),
    notice: (text, title) => printer.notice(safeLines(text), titled(title)),
    warning: (text, title) => printer.warning(safeLines(text), titled(title)),
    error: (text, title) => printer.error(safeLines(text), titled(title)),
    mask: (secret) => printer.setSecret(secret),
    startGroup: (title) => printer.startGroup(safeLine(title)),
    endGroup: () => printer.endGroup(),
  };
}

/** Log of a GitHub runner. */
export const runnerLog = safeLog({ debug, info, notice, warning, error, setSecret, startGroup, endGroup });

/** Returns the log, whose annotations have this title unless they have their own: the run's page doesn't say which step they are from. */
export function titledLog(log: Log, title: string): Log {
  return {
    ...log,
    notice: (text, own = title) => log.notice(text, own),
    warning: (text, own = title) => log.warning(text, own),
    error: (text, own = title) => log.error(text, own),
  };
}

/** Makes a title safe; the runner masks an annotation's text, not its title, which is ours and holds names at most. */
function titled(title: string | undefined): AnnotationProperties {
  return title === undefined ? {} : { title: safeLine(title) };
}
