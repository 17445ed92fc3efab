import { asActionError } from '../../errors.js';
import { STATE } from '../runner/environment.js';
import type { Runner } from '../runner/runner.js';
import type { Step } from '../step/step.js';
import { OwedStates } from './owed-state.js';

/** State of a step that is saved twice: by its runner, and as a copy under the step's name. */
export interface TwiceKept extends Pick<Runner, 'saveState'> {
  /** Tells the step's post its job, before there is anything to undo. Never throws. */
  begin(): void;
  /** Name of the copy; undefined if nothing tells this job from others, so that there is none. */
  readonly step: string | undefined;
}

/**
 * Saves a step's state by its runner, signed for its post, and a copy for the job's other posts. A copy that can't be
 * written is a warning.
 */
export function keptTwice({
  job,
  files,
  runner,
  log,
  unique,
}: Pick<Step, 'job' | 'files' | 'runner' | 'log' | 'unique'>): TwiceKept {
  const copy = OwedStates.of(job, files)?.copyOf(unique());
  let isLost = false;
  const copied = (name: string, value: string) => {
    if (isLost) return;
    try {
      copy?.save(name, value);
    } catch (error) {
      isLost = true;
      log.warning(
        `The record of what to put back at the job's end is in this step's state alone, which is lost if its composite action runs twice in a job. The second copy could not be written: ${asActionError(error).message}`,
      );
    }
  };
  let isNamed = false;
  function name(): void {
    if (isNamed) return;
    job.begin({ runner, unique, log });
    runner.saveState(STATE.key, job.kept);
    isNamed = true;
  }
  let isBegun = false;
  function begin(): void {
    name();
    if (isBegun) return;
    isBegun = true;
    // The job's own key doesn't belong in a file; a step's key is of no use to others without its state.
    if (!job.isBound) copied(STATE.key, job.kept);
  }
  return {
    step: copy?.step,
    begin() {
      try {
        name();
      } catch {
        // `saveState` meets the same error, and throws it to the caller that has something to save.
      }
    },
    saveState(name, value) {
      begin();
      const signed = value === '' ? '' : (job.own?.sealed(`state ${name}`, value) ?? '');
      runner.saveState(name, signed);
      copied(name, signed);
    },
  };
}
