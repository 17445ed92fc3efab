import { Job } from '../access/job.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';

const SIGNED_STATE = [STATE.session, STATE.restore].map((name) => `STATE_${name}`);

/** Environment of a post, as far as its step has left it. */
export interface LeftState {
  readonly env: Environment;
  /** Names of variables that the step did not sign; `env` is without them. */
  readonly strange: readonly string[];
}

/** Returns a post's environment with only such state as its own step has signed. */
export function leftState(env: Environment): LeftState {
  const seal = Job.inPost(env).own;
  const strange: string[] = [];
  const entries = Object.entries(env).flatMap(([name, value]): [string, string | undefined][] => {
    if (!value || !SIGNED_STATE.some((it) => name.startsWith(it))) return [[name, value]];
    const text = seal?.opened(`state ${name.slice('STATE_'.length)}`, value);
    if (text !== undefined) return [[name, text]];
    strange.push(name);
    return [];
  });
  return { env: Object.fromEntries(entries), strange };
}
