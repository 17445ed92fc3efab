import type { OwedState } from '../owed/owed-state.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';
import { readHead } from './read-record.js';

/** The variable in which a post finds what stands above a record. */
export const RESTORE = `STATE_${STATE.restore}`;

/** A record that a post is to undo. */
export interface OwedRestore {
  /** The post's environment, with the record's state in it. */
  readonly env: Environment;
  readonly step: string | undefined;
  /** Whether it is the one that the post was given by its own state. */
  readonly isOwn: boolean;
}

/**
 * The records that a post is to undo, the latest first: the one of its own state, which holds whatever became of the files,
 * unless a post of the job has undone it; and all others that the job's steps still owe, since the state may be another
 * step's. A state that can't be read is its own, for the error to be told.
 */
export function owedRestores(env: Environment, kept: readonly OwedState[]): OwedRestore[] {
  const own = ownIn(env);
  const isOwn = (it: OwedState) => own !== undefined && it.step === own.step;
  const due = kept
    .filter((it) => !it.isDone && (isOwn(it) || it.env[RESTORE]))
    .map((it) => (isOwn(it) ? own : { env: withState(env, it.env), step: it.step, isOwn: false }))
    .filter((it) => it !== undefined);
  return own === undefined || kept.some(isOwn) ? due : [own, ...due];
}

function ownIn(env: Environment): OwedRestore | undefined {
  if (!env[RESTORE]) return undefined;
  try {
    return { env, step: readHead(env)?.step, isOwn: true };
  } catch {
    return { env, step: undefined, isOwn: true };
  }
}

/** The environment, in which another step's record stands in the place of its own. */
function withState(env: Environment, state: Environment): Environment {
  const others = Object.entries(env).filter(([name]) => !name.startsWith(RESTORE));
  return { ...Object.fromEntries(others), ...state };
}
