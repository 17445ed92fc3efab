import type { Log } from '../../src/action/runner/log.js';
import { type Printer, safeLog } from '../../src/action/runner/log.js';
import type { Printed } from '../history/history.js';

/** Everything that one process printed, as the runner reads it. */
export interface Paper {
  readonly log: Log;
  readonly printed: Printed[];
  readonly masks: string[];
}

/** Creates an empty paper; what is printed while `isOver` holds is lost. */
export function createPaper(now: () => number, isOver: () => boolean): Paper {
  const printed: Printed[] = [];
  const masks: string[] = [];
  const put = (level: Printed['level'], text: string, title?: string) => {
    if (!isOver())
      printed.push(title === undefined ? { at: now(), level, text } : { at: now(), level, text, title });
  };
  const printer: Printer = {
    debug: (line) => put('debug', line),
    info: (line) => put('info', line),
    notice: (text, { title }) => put('notice', text, title),
    warning: (text, { title }) => put('warning', text, title),
    error: (text, { title }) => put('error', text, title),
    setSecret: (secret) => void masks.push(secret),
    startGroup: (title) => put('group', title),
    endGroup: () => undefined,
  };
  return { log: safeLog(printer), printed, masks };
}
