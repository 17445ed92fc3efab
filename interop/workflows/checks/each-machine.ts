import assert from 'node:assert/strict';
import type { WorkflowCheck } from '../check.js';
import { machinesAfter } from '../emulators.js';
import { courseOf, stepOf } from '../workflow-run.js';

/** A job's output `machine-ids` becomes a matrix, with one job for each machine. */
export const eachMachine: WorkflowCheck = {
  workflow: 'each-machine.yml',
  event: 'push',
  exitCode: 0,
  async check({ steps, jobs }) {
    const of = (job: string) => steps.filter((step) => step.job === job);
    const [list = '', ...each] = Object.keys(jobs).sort(
      (a, b) => Number(/each/.test(a)) - Number(/each/.test(b)),
    );
    assert.deepEqual(courseOf(of(list)), ['0 success', 'fly success', 'workers success', 'post fly success']);
    const workers = await machinesAfter(of(list));
    const ids = workers.filter(({ group }) => group === 'worker').map(({ id }) => id);
    assert.equal(ids.length, 3);
    const listed: unknown = JSON.parse(stepOf(of(list), 'workers').outputs['machine-ids'] ?? '');
    assert.deepEqual(listed, ids.toSorted());

    const started: string[] = [];
    for (const job of each) {
      assert.deepEqual(courseOf(of(job)), [
        '0 success',
        'fly success',
        'start success',
        'post start success',
        'post fly success',
      ]);
      const left = await machinesAfter(of(job));
      const up = left
        .filter(({ group, state }) => group === 'worker' && state === 'started')
        .map(({ id }) => id);
      assert.equal(stepOf(of(job), 'start').outputs['changed-ids'], JSON.stringify(up));
      started.push(...up);
    }
    assert.deepEqual(started.sort(), ids.toSorted(), 'each machine was started in a job of its own');
  },
};
