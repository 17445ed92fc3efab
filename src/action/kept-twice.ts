import { asActionError } from '../errors.js';
import { OwedStates } from './owed-state.js';
import type { Runner } from './runner.js';
import type { Shell } from './step.js';

/** State that is kept a second time, under the name of its step; without one where nothing tells the job from others. */
export interface TwiceKept extends Pick<Runner, 'saveState'> {
  readonly step: string | undefined;
}

/** Saves a step's state by its runner, and a copy for the job's other posts. That the copy can't be kept is a warning. */
export function keptTwice({
  env,
  files,
  runner,
  log,
  unique,
}: Pick<Shell, 'env' | 'files' | 'runner' | 'log' | 'unique'>): TwiceKept {
  const copy = OwedStates.of(env, files)?.copyOf(unique());
  let isLost = false;
  return {
    step: copy?.step,
    saveState(name, value) {
      runner.saveState(name, value);
      if (isLost) return;
      try {
        copy?.save(name, value);
      } catch (error) {
        isLost = true;
        log.warning(
          `What is to be undone at the job's end stands in this step's state alone, which a composite action that is used twice in a job loses: ${asActionError(error).message}`,
        );
      }
    },
  };
}
