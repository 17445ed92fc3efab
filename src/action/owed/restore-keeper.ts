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
 * The keeper of a step with `restore: true`: its record goes to the step's state, and a copy of its token that may do no
 * more than put that back to a file that only its post finds.
 */
export function keeperFor(command: Restorable, step: Step): RecordKeeper {
  const { fallback, hold } = step.inputs;
  const undoing = { command, fallback: fallback === 'stop' ? 'stop' : 'none' } as const;
  return new RecordKeeper(undoing, hold !== undefined, storeFor(step));
}

function storeFor(step: Step): RecordStore {
  const { files, log, unique, job } = step;
  const kept = keptTwice(step);
  // A post that comes before anything is kept has to tell this step that it has begun.
  if (!step.inputs['dry-run'] && files !== undefined) kept.begin();
  const state = new StateRecord(kept);
  const copyOf = copyMaker(step);
  let own: string | undefined;

  /** What stands there already is enough for the post: it looks at each machine before it touches it. */
  function written(write: () => void): void {
    try {
      write();
    } catch (error) {
      log.warning(
        `What became of the machines could not be written to the step's state: ${asActionError(error).line}`,
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
      // Again with more machines: what covers them comes first.
      if (own !== undefined) writeSession(signed, { name, content });
      // Named before it is written, so that whatever happens the post finds and removes it.
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
    mark: (held) => state.hold(held),
    close: (machines) =>
      written(() => {
        // First the file, which nobody would find once the state has nothing to do any more.
        if (files !== undefined && own !== undefined && !state.hasHolds && machines.length === 0)
          removeRestoreFile(files, own);
        state.close(machines);
      }),
  };
}

function noPlace(): ActionError {
  return new ActionError('input', '`restore` needs RUNNER_TEMP, which is not set', {
    hint: 'It works in a GitHub runner only, whose post step puts the machines back; elsewhere leave it out.',
  });
}
