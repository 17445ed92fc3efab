import assert from 'node:assert/strict';
import type { LogEntry } from './log-entry.js';
import type { WorkflowRun } from './workflow-run.js';

/** Every token of Fly's, and every discharge, holds this. */
const TOKEN = 'fm2_';

/**
 * Fails when a step printed a token, a discharge or anything else that was masked, since the log is one without masks. Two kinds
 * of entries are act's own and left out: a mask as it is registered, and the emulator's output `token`, which GitHub
 * doesn't print.
 */
export function assertNoSecretShown({ log }: WorkflowRun): void {
  const secrets = new Set(log.flatMap(({ command, arg }) => (command === 'add-mask' && arg ? arg : [])));
  assert.ok(
    [...secrets].some((it) => it.includes(TOKEN)),
    'the token was masked',
  );
  for (const entry of log.filter((it) => !isActsOwn(it))) {
    const shown = [entry.msg, entry.content, entry.arg].join('\n');
    const secret = [TOKEN, ...secrets].find((it) => shown.includes(it));
    assert.equal(
      secret,
      undefined,
      `the step ${entry.stepID?.join('/')} shows a secret in: ${entry.command}`,
    );
  }
}

function isActsOwn({ command, name, stepID }: LogEntry): boolean {
  return command === 'add-mask' || (command === 'set-output' && name === 'token' && stepID?.[0] === 'fly');
}
