import { RecordKeeper, type RecordStore } from '../../commands/engine/record-keeper.js';
import type { Restorable } from '../../commands/engine/restore-record.js';
import { removeRestoreFile, restoreFileName } from '../../discharge/restore-file.js';
import { writeSession } from '../../discharge/session-file.js';
import { ActionError, asActionError } from '../../errors.js';
import type { Step } from '../step/step.js';
import { keptTwice } from './kept-twice.js';
import { copyMaker } from './make-copy.js';
import { StateRecord } from './state-record.js';

/**
 * Returns the keeper of a step with `restore: true`. The record goes to the step's state; a copy of the token that may do
 * no more than put the machines back goes to a file that only the step's post finds.
 */
export function keeperFor(command: Restorable, step: Step): RecordKeeper {
  const { fallback, hold } = step.inputs;
  const undoing = { command, fallback: fallback === 'stop' ? 'stop' : 'none' } as const;
  return new RecordKeeper(undoing, hold !== undefined, storeFor(step));
}

function storeFor(step: Step): RecordStore {
  const { files, log, unique, job } = step;
  const kept = keptTwice(step);
  // A post that finds no record must still know that this step had begun.
  if (!step.inputs['dry-run'] && files !== undefined) kept.begin();
  const state = new StateRecord(kept);
  const copyOf = copyMaker(step);
  let own: string | undefined;

  /** Writes, and only warns on failure: what was written before is enough for the post, which looks at each machine first. */
  function written(write: () => void): void {
    try {
      write();
    } catch (error) {
      log.warning(
        `The step's state could not be updated with the machines' results; the post looks at each machine itself: ${asActionError(error).line}`,
      );
    }
  }

  return {
    async open({ machines, held, ...head }) {
      if (files === undefined) throw noPlace();
      const content = await copyOf(head.command, [...machines, ...held]);
      job.begin(step);
      const signed = job.ownFiles(files);
      const name = own ?? restoreFileName(unique());
      // On a further call with more machines, the token that covers them comes first.
      if (own !== undefined) writeSession(signed, { name, content });
      // The state names the file before it is written, so that the post finds and removes it whatever happens.
      state.open({ ...head, own: name, ...(kept.step !== undefined && { step: kept.step }) }, machines);
      try {
        if (own === undefined) writeSession(signed, { name, content });
      } catch (error) {
        state.clear();
        throw error;
      }
      own = name;
    },
    keep: (machine) => state.keep(machine),
    drop: (machine) => written(() => state.drop(machine)),
    hold: (held) => state.hold(held),
    close: (machines) =>
      written(() => {
        // The file goes first: once the state has nothing to do, no post would find it.
        if (files !== undefined && own !== undefined && !state.hasHolds && machines.length === 0)
          removeRestoreFile(files, own);
        state.close(machines);
      }),
  };
}

function noPlace(): ActionError {
  return new ActionError('input', '`restore` needs RUNNER_TEMP, which is not set', {
    hint: 'It works only on a GitHub runner, whose post step puts the machines back; elsewhere leave it out.',
  });
}
