import type { OwedState } from '../owed/owed-state.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';
import { readHead } from './read-record.js';

/** Name of the variable in which a post finds the head of a record. */
export const RESTORE = `STATE_${STATE.restore}`;

/** Record that a post has to undo. */
export interface OwedRestore {
  /** Environment of the post, with the record's state in it. */
  readonly env: Environment;
  readonly step: string | undefined;
  /** True for the record in the post's own state. */
  readonly isOwn: boolean;
  /** Machines of it, by `keyOf`, that need no second try. */
  readonly settled: ReadonlySet<string>;
}

/**
 * Returns the records that a post has to undo, the latest first. One is in its own state, which needs no file, unless a
 * post of the job has undone it. The others are all that the job's steps still owe, since the state may be another step's.
 * State that can't be read counts as the post's own, so that the user sees the error.
 */
export function owedRestores(env: Environment, kept: readonly OwedState[]): OwedRestore[] {
  const own = ownIn(env);
  const isOwn = (it: OwedState) => own !== undefined && it.step === own.step;
  const due = kept
    .filter((it) => !it.isDone && (isOwn(it) || it.env[RESTORE]))
    .map(({ step, settled, env: its }) =>
      step === own?.step ? { ...own, settled } : { env: withState(env, its), step, isOwn: false, settled },
    );
  return own === undefined || kept.some(isOwn) ? due : [own, ...due];
}

function ownIn(env: Environment): OwedRestore | undefined {
  if (!env[RESTORE]) return undefined;
  try {
    return { env, step: readHead(env)?.step, isOwn: true, settled: new Set() };
  } catch {
    return { env, step: undefined, isOwn: true, settled: new Set() };
  }
}

/** Returns the environment with another step's record in the place of its own. */
function withState(env: Environment, state: Environment): Environment {
  const others = Object.entries(env).filter(([name]) => !name.startsWith(RESTORE));
  return { ...Object.fromEntries(others), ...state };
}
