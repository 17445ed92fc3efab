import assert from 'node:assert/strict';
import type { WorkflowCheck } from '../check.js';
import { machinesAfter, statesOf } from '../emulators.js';
import { courseOf, stepOf } from '../workflow-run.js';

/** The same stop, once on schedule and once by hand. */
export const stopAtNight: readonly WorkflowCheck[] = ['schedule', 'workflow_dispatch'].map((event) => ({
  workflow: 'stop-at-night.yml',
  event,
  exitCode: 0,
  async check({ steps }) {
    assert.deepEqual(courseOf(steps), [
      '0 success',
      'fly success',
      'stop success',
      'post stop success',
      'post fly success',
    ]);
    const { outputs } = stepOf(steps, 'stop');
    assert.equal(outputs['changed-count'], '2');
    assert.equal(outputs['count'], '3');
    assert.equal(outputs['failed-count'], '0');
    assert.deepEqual(statesOf(await machinesAfter(steps)), {
      'web started': 1,
      'worker stopped': 2,
      'batch stopped': 1,
    });
  },
}));
