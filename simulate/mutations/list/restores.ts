import type { Mutation } from '../mutation.js';

/** Mistakes in putting back, at a job's end, what its steps changed. */
export const RESTORES: readonly Mutation[] = [
  {
    name: 'restore-undoes-others',
    tells: 'A restore changes a machine back that another client has suspended since.',
    file: 'src/commands/restore/way-back.ts',
    search: 'const way = wayBack(command, from);',
    replace: 'const way = wayBack(command, from);\n  if (SUSPENDED_STATES.has(now.state)) return way;',
    only: '"does":"suspend"',
    found: ['restore leaves others alone'],
  },
  {
    name: 'restore-stops-held',
    tells: 'A restore stops a machine that another job holds.',
    file: 'src/commands/restore/way-back.ts',
    search: 'keptByOther(now, at, hold) ?? (wasKept ? undefined : keptAlive(now))',
    replace: 'wasKept ? undefined : keptAlive(now)',
    only: '"restore":"true"',
    found: ['restore leaves others alone'],
  },
  {
    name: 'one-copy-for-all-restores',
    tells: 'All steps of a job share one file for their posts: the last writes over those before it.',
    file: 'src/action/owed/restore-keeper.ts',
    search: 'own ?? restoreFileName(unique())',
    replace: 'own ?? restoreFileName(job.tag)',
    only: '"restore":"true"',
    found: ['copies last until posts'],
  },
  {
    name: 'record-after-the-request',
    tells: 'What is changed is recorded once Fly has answered: a lost answer, or a crash, loses the restore.',
    file: 'src/commands/engine/send.ts',
    search: `look, go, note, () => mark(attempt.before)];
    const call = by.call(machine, { ...wishes, nonce: lease, before, undone: unmark });
    return client.change(call, signal).catch(`,
    replace: `look, go, note];
    const call = by.call(machine, { ...wishes, nonce: lease, before, undone: unmark });
    const sent = client.change(call, signal).then(() => mark(attempt.before));
    return sent.catch(`,
    only: '"restore":"true"',
    found: ['restore is done or told'],
  },
  {
    name: 'restore-fails-in-silence',
    tells: 'No warning says that the machines of a step could not be put back.',
    file: 'src/action/post.ts',
    search: 'shell.log.warning(asActionError(thrown).line, NOT_PUT_BACK);',
    replace: 'shell.log.debug(asActionError(thrown).line);',
    only: '"restore":"true"',
    found: ['restore is done or told'],
  },
  {
    name: 'post-turns-red',
    tells: 'A post that can not put back turns a green job red.',
    file: 'src/action/post.ts',
    search: `shell.log.warning(asActionError(thrown).line, NOT_PUT_BACK);
    return false;`,
    replace: 'throw thrown;',
    only: '"restore":"true"',
    found: ['ends in time'],
  },
  {
    name: 'post-without-an-end',
    tells: 'A post goes on for ten minutes, where the runner gives all posts of a cancelled job five.',
    file: 'src/action/post/restore-step.ts',
    search: 'export const RESTORE_LIMIT_MS = 240_000;',
    replace: 'export const RESTORE_LIMIT_MS = 600_000;',
    only: '"restore":"true"',
    found: ['ends in time'],
  },
  {
    name: 'uncordon-not-undone',
    tells: 'A machine that a step uncordoned stays in rotation after the job.',
    file: 'src/commands/engine/restore-record.ts',
    search: "if (command !== 'cordon' && command !== 'uncordon') return state;",
    replace: "if (command !== 'cordon') return state;",
    only: '"restore":"true"',
    found: ['restore is done or told'],
  },
  {
    name: 'lost-answer-is-not-ours',
    tells: 'A change whose answer was lost counts as another client’s, so that no post puts it back.',
    file: 'src/machines/request-change.ts',
    search: 'look.mayBeOurs ||= isUnsure && isSent;',
    replace: 'look.mayBeOurs ||= false;',
    only: '"weather":[{',
    found: ['one outcome each', 'restore is done or told'],
  },
  {
    name: 'orphan-goes-on',
    tells: 'A step that outlives its cancel goes on changing machines after its post has put them back.',
    file: 'src/action/step/prepare-step.ts',
    search: 'if (files !== undefined && job.hasEnded(files)) throw jobEnded();',
    replace: 'if (files !== undefined && deadline.signal.aborted && job.hasEnded(files)) throw jobEnded();',
    only: '"cancelReach":"none"',
    found: ['orphans rest'],
  },
];
