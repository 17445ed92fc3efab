import assert from 'node:assert/strict';
import type { WorkflowCheck } from '../check.js';
import { machinesAfter, statesOf } from '../emulators.js';
import { courseOf, stepOf } from '../workflow-run.js';

/** A session that one step opens, all later steps use without a token, and the post closes. */
export const wholeJob: WorkflowCheck = {
  workflow: 'whole-job.yml',
  event: 'push',
  exitCode: 0,
  async check({ steps }) {
    assert.deepEqual(courseOf(steps), [
      '0 success',
      'fly success',
      'auth success',
      'start success',
      'work success',
      'stop success',
      'exec success',
      'list success',
      'post stop success',
      'post start success',
      'post auth success',
      'post fly success',
    ]);
    const output = (id: string, name: string) => stepOf(steps, id).outputs[name];
    const ids = (id: string, name: string): unknown => JSON.parse(output(id, name) ?? '');

    assert.match(output('auth', 'expires-at') ?? '', /^20\d\d-.*Z$/);
    assert.equal(output('start', 'changed-count'), '3');
    assert.ok(stepOf(steps, 'work').said.includes('3 workers are up'));
    assert.equal(output('stop', 'changed-count'), '2');
    assert.equal(output('exec', 'changed-count'), '3');
    assert.ok(stepOf(steps, 'exec').said.some((line) => line.includes('from a worker')));
    assert.equal(output('list', 'count'), '5');
    assert.equal(output('list', 'changed-count'), '0');
    for (const id of ['start', 'stop', 'exec', 'list']) assert.deepEqual(ids(id, 'failed-ids'), []);

    for (const id of ['start', 'stop', 'exec', 'list']) {
      assert.ok(stepOf(steps, id).said.some((line) => line.startsWith("Token from the job's session")));
    }
    assert.ok(
      stepOf(steps, 'stop', 'Post').said.some((line) =>
        line.startsWith('put back: started 2, failed 0 of 2'),
      ),
      'the post step puts back what stop has changed',
    );
    assert.ok(
      stepOf(steps, 'auth', 'Post').said.includes('The session is closed and its file removed.'),
      'the post step closes the session',
    );
    assert.deepEqual(statesOf(await machinesAfter(steps)), { 'web started': 2, 'worker started': 3 });
  },
};
