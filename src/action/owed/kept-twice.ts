import { asActionError } from '../../errors.js';
import { STATE } from '../runner/environment.js';
import type { Runner } from '../runner/runner.js';
import type { Step } from '../step/step.js';
import { OwedStates } from './owed-state.js';

/** State that is kept a second time, under the name of its step; without one where nothing tells the job from others. */
export interface TwiceKept extends Pick<Runner, 'saveState'> {
  /** Tells the step's post its job, before there is anything to undo. Never throws. */
  begin(): void;
  readonly step: string | undefined;
}

/**
 * Saves a step's state by its runner, signed for its post, and a copy for the job's other posts. That the copy can't be kept
 * is a warning.
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
        `What is to be undone at the job's end stands in this step's state alone, which a composite action that is used twice in a job loses: ${asActionError(error).message}`,
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
    // The job's own key doesn't belong into a file; a step's is of no use to others without its state.
    if (!job.isBound) copied(STATE.key, job.kept);
  }
  return {
    step: copy?.step,
    begin() {
      try {
        name();
      } catch {
        // Whoever has something to save hears of it.
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
