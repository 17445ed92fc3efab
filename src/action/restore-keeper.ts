import { RecordKeeper, type RecordStore } from '../commands/record-keeper.js';
import type { Restorable } from '../commands/restore-record.js';
import { removeRestoreFile, restoreFileName, tokenOf, writeSession } from '../discharge/session-file.js';
import { ActionError, asActionError } from '../errors.js';
import { keptTwice } from './kept-twice.js';
import { storedDischarges } from './open-session.js';
import { StateRecord } from './state-record.js';
import type { Step } from './step.js';

/**
 * The keeper of a step with `restore: true`: its record goes to the step's state, and, where the token is this step's
 * own, token and discharges to a file that only its post finds.
 */
export function keeperFor(command: Restorable, step: Step): RecordKeeper {
  const { fallback, hold } = step.inputs;
  const undoing = { command, fallback: fallback === 'stop' ? 'stop' : 'none' } as const;
  return new RecordKeeper(undoing, hold !== undefined, storeFor(step));
}

function storeFor({ files, access, connection, runner, log, unique, env }: Step): RecordStore {
  const kept = keptTwice({ env, files, runner, log, unique });
  const state = new StateRecord(kept);
  let own: string | undefined;
  let isWritten = false;

  function removeOwn(): void {
    if (own !== undefined && files !== undefined) removeRestoreFile(files, own);
  }

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
    async open({ machines, held: _, ...head }) {
      if (files === undefined) throw noPlace();
      const { session } = access;
      own ??= session === undefined ? restoreFileName(unique()) : undefined;
      // Named before it is written, so that whatever happens the post finds and removes it.
      state.open(
        {
          ...head,
          ...(session && { session: session.name }),
          ...(own !== undefined && { own }),
          ...(kept.step !== undefined && { step: kept.step }),
        },
        machines,
      );
      // Called again with more machines, the file is there already.
      if (own === undefined || isWritten) return;
      try {
        writeSession(files, { name: own, content: contentOf(access, connection) });
        isWritten = true;
      } catch (error) {
        state.clear();
        throw error;
      }
    },
    keep: (machine) => state.keep(machine),
    drop: (machine) => written(() => state.drop(machine)),
    hold: (held) => state.hold(held),
    close: (machines) =>
      written(() => {
        // First the file, which nobody would find once the state has nothing to do any more.
        if (!state.hasHolds && machines.length === 0) removeOwn();
        state.close(machines);
      }),
  };
}

function contentOf(
  { bundle, apps, apiUrl, refreshBefore, credentials, approve }: Step['access'],
  { session }: Step['connection'],
) {
  return {
    version: 1 as const,
    token: tokenOf(bundle),
    discharges: storedDischarges(session.discharges),
    apps: [...apps],
    apiUrl: apiUrl.origin,
    refreshBefore,
    thirdPartyCredentials: [...credentials],
    approve,
  };
}

function noPlace(): ActionError {
  return new ActionError('input', '`restore` needs RUNNER_TEMP, which is not set', {
    hint: 'It works in a GitHub runner only, whose post step puts the machines back; elsewhere leave it out.',
  });
}
