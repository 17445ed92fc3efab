import type { LogEntry } from './log-entry.js';

/** Masks of a run's log, which grow as it comes. */
export interface Masks {
  /** Takes note of what an entry registers. */
  learn(entry: LogEntry): void;
  /** Returns the text with `***` for all that is masked so far. */
  hide(text: string): string;
}

/** Creates the masks of a run whose secrets are these. */
export function createMasks(secrets: readonly string[] = []): Masks {
  const known = new Set(secrets.filter((it) => it !== ''));
  return {
    learn({ command, arg = '' }) {
      if (command === 'add-mask' && arg !== '') known.add(arg);
    },
    hide: (text) => [...known].reduce((shown, secret) => shown.replaceAll(secret, '***'), text),
  };
}
