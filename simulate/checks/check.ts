import type { History, ProcessRun } from '../history/history.js';
import type { Script } from '../script/script.js';
import type { Life } from './view/life.js';
import type { Sent } from './view/sent.js';
import type { Told } from './view/told.js';

/** One promise of the action, and how to see by the world's own history that it was kept. Knows nothing of `src`. */
export interface Check {
  /** Name in three or four words: `restore is done or told`. */
  readonly name: string;
  /** Promise in a sentence, for the page about the simulation. */
  readonly promise: string;
  readonly look: (view: View, report: Report) => void;
}

/** Script and history, and whatever several checks work out of them. */
export interface View {
  readonly script: Script;
  readonly history: History;
  /** Machines by `lifeKey`: all that happened to each. */
  readonly lives: ReadonlyMap<string, Life>;
  /** Returns the requests of a run, in the order of their arrival. */
  readonly sentBy: (run: ProcessRun) => readonly Sent[];
  /** Returns the machines of a run's output; undefined where it has none. */
  readonly told: (run: ProcessRun) => readonly Told[] | undefined;
}

/** Receiver of what a check sees. */
export interface Report {
  /** Says that the check's premise held once: there was something to judge. */
  seen(): void;
  /** Says that the promise was broken: by which process and at which machine, as far as that can be told. */
  found(
    what: string,
    at?: { readonly run?: string; readonly machine?: string; readonly time?: number },
  ): void;
}

/** A promise that was broken. */
export interface Finding {
  readonly check: string;
  readonly what: string;
  readonly run?: string;
  readonly machine?: string;
  /** Milliseconds since 1970. */
  readonly time?: number;
}
