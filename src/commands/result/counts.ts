import type { AppMachine } from './app-machine.js';

/** Words for what a command does. */
export interface Words {
  /** Verb of a plan: `stop`. */
  readonly verb: string;
  /** Participle of a change: `stopped`; empty where nothing is ever changed. */
  readonly past: string;
  /** Words for a machine that nothing was done to: `already stopped`; empty where that doesn't occur. */
  readonly already: string;
  /** Things of which a command does one to each machine; default: `verb` alone. */
  readonly directions?: readonly Direction[];
  /** Words for a machine with which it went well, while others are under way; default: `past`. */
  readonly counted?: string;
}

/** Words of a command, and whether it only says what it would do. */
export type CountedWords = Words & { readonly dryRun?: boolean };

/** One of several things that a command does: start some machines, stop others. */
export interface Direction extends Pick<Words, 'verb' | 'past'> {
  /** Returns whether it is this that a machine needs. */
  readonly has: (machine: AppMachine) => boolean;
}

/** Upshot for one machine: its outcome, apart from it what a dry run would do, and what was done instead. */
export type Upshot =
  | 'would'
  | 'changed'
  | 'instead'
  | 'requested'
  | 'announced'
  | 'unchanged'
  | 'skipped'
  | 'failed';

/** Number of machines of which one thing became. */
export interface Count {
  readonly upshot: Upshot;
  /** Words such as `stopped`, `would stop` and `already stopped`. */
  readonly label: string;
  readonly number: number;
}
