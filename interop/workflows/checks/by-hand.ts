import assert from 'node:assert/strict';
import type { WorkflowCheck } from '../check.js';
import { machinesAfter, statesOf } from '../emulators.js';
import { courseOf, stepOf } from '../workflow-run.js';

interface Choice {
  readonly inputs: Readonly<Record<string, string>>;
  /** Outputs `count` and `changed-count`. */
  readonly counts: readonly [string, string];
  readonly left: Readonly<Record<string, number>>;
}

const UNTOUCHED = { 'web started': 2, 'worker stopped': 3 };
const CHOICES: readonly Choice[] = [
  { inputs: { command: 'list' }, counts: ['3', '0'], left: UNTOUCHED },
  { inputs: { command: 'start' }, counts: ['3', '3'], left: { 'web started': 2, 'worker started': 3 } },
  { inputs: { command: 'start', 'dry-run': 'true' }, counts: ['0', '0'], left: UNTOUCHED },
  {
    inputs: { command: 'stop', 'process-group': 'web' },
    counts: ['2', '2'],
    left: { 'web stopped': 2, 'worker stopped': 3 },
  },
];

const taken = CHOICES.map(
  ({ inputs, counts, left }): WorkflowCheck => ({
    workflow: 'by-hand.yml',
    event: 'workflow_dispatch',
    inputs,
    exitCode: 0,
    async check({ steps }) {
      assert.deepEqual(courseOf(steps), [
        '0 success',
        'fly success',
        'command success',
        'post command success',
        'post fly success',
      ]);
      const { outputs } = stepOf(steps, 'command');
      assert.deepEqual([outputs['count'], outputs['changed-count']], counts);
      assert.deepEqual(statesOf(await machinesAfter(steps)), left);
    },
  }),
);

/**
 * A run in which an input arrives empty: that must not widen what is stopped, so the step fails and changes
 * nothing.
 */
const empty: WorkflowCheck = {
  workflow: 'by-hand.yml',
  event: 'workflow_dispatch',
  inputs: { command: 'stop', 'process-group': '' },
  exitCode: 1,
  async check({ steps, log }) {
    assert.equal(stepOf(steps, 'command').result, 'failure');
    const errors = log.flatMap(({ command, arg }) => (command === 'error' ? (arg ?? '') : []));
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /^input: .*process-group.*given but empty/s);
    assert.deepEqual(statesOf(await machinesAfter(steps)), UNTOUCHED);
  },
};

/** Runs of the commands that a person can choose, and one with an empty field. */
export const byHand: readonly WorkflowCheck[] = [...taken, empty];
