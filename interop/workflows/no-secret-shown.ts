import assert from 'node:assert/strict';
import { JOB_KEY } from '../../src/action/access/job.js';
import type { LogEntry } from './log-entry.js';
import type { WorkflowRun } from './workflow-run.js';

/** Text that every token and every discharge of Fly holds. */
const TOKEN = 'fm2_';

/**
 * Throws when a step printed a token, a discharge or any masked text, in a log without masks. It skips entries
 * of act's own that GitHub doesn't print: a mask at its registration, the job's key on its way to later steps,
 * and the output and environment by which the emulator, and steps told to export the token (`exported`), hand it on.
 */
export function assertNoSecretShown({ log }: WorkflowRun, exported = false): void {
  const secrets = new Set(log.flatMap(({ command, arg }) => (command === 'add-mask' && arg ? arg : [])));
  assert.ok(
    [...secrets].some((it) => it.includes(TOKEN)),
    'the token was masked',
  );
  for (const entry of log.filter((it) => !isActsOwn(it, exported))) {
    const shown = [entry.msg, entry.content, entry.arg].join('\n');
    const secret = [TOKEN, ...secrets].find((it) => shown.includes(it));
    assert.equal(
      secret,
      undefined,
      `the step ${entry.stepID?.join('/')} shows a secret in: ${entry.command}`,
    );
  }
}

function isActsOwn({ command, name, stepID }: LogEntry, exported: boolean): boolean {
  const handsOn = exported || stepID?.[0] === 'fly';
  if (command === 'set-env') return name === JOB_KEY || (handsOn && name === 'FLY_API_TOKEN');
  if (command === 'set-output') return handsOn && name === 'token';
  return command === 'add-mask';
}
