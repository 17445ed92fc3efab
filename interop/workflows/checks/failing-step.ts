import assert from 'node:assert/strict';
import type { WorkflowCheck } from '../check.js';
import { machinesAfter, statesOf } from '../emulators.js';
import { courseOf, stepOf } from '../workflow-run.js';

/**
 * A step fails for one machine of three: a later step with `always()` still has the session, and the post step
 * closes it.
 */
export const failingStep: WorkflowCheck = {
  workflow: 'failing-step.yml',
  event: 'workflow_dispatch',
  exitCode: 1,
  async check({ steps, log, left }) {
    assert.deepEqual(courseOf(steps), [
      '0 success',
      'fly success',
      'auth success',
      'start failure',
      'tell success',
      'stop success',
      'list success',
      'post stop success',
      'post start success',
      'post auth success',
      'post fly success',
    ]);
    const ids = (id: string, name: string): unknown => JSON.parse(stepOf(steps, id).outputs[name] ?? '');
    const errors = log.flatMap(({ command, arg }) => (command === 'error' ? (arg ?? '') : []));
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /no capacity:/);
    assert.equal(stepOf(steps, 'start').outputs['changed-count'], '2');
    assert.equal(stepOf(steps, 'start').outputs['failed-count'], '1');
    const machines = await machinesAfter(steps);
    const [failed] = machines.filter(({ id }) => errors[0]?.includes(id));
    assert.deepEqual(ids('start', 'failed-ids'), [failed?.id]);
    assert.ok(stepOf(steps, 'tell').said.includes(`failed are ["${failed?.id}"]`));
    assert.deepEqual(ids('stop', 'changed-ids'), ids('start', 'changed-ids'));
    assert.equal(stepOf(steps, 'list').outputs['count'], '4');
    assert.deepEqual(statesOf(machines), { 'web started': 1, 'worker stopped': 3 });

    // The lists of machines show that this folder held the session.
    const kinds = left.map((name) =>
      name
        .replace(/-[0-9a-f-]{36}\.json$/, '.json')
        .replace(/^(fly-machines-owed)-[0-9a-f-]{49}\.jsonl$/, '$1')
        .replace(/^(fly-machines-ended)-[0-9a-f]{32}$/, '$1'),
    );
    assert.deepEqual(kinds.sort(), [
      'emulator.log',
      'fly-machines-auth.json',
      // The mark by which a step that outlives a cancel knows that the job's end has begun.
      'fly-machines-ended',
      'fly-machines-list.json',
      // The mark, without a token, by which the posts of other steps know that this one has put its machines back.
      'fly-machines-owed',
      'fly-machines-start.json',
      'fly-machines-stop.json',
    ]);
  },
};
