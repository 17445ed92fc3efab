import { redSaysWhy } from '../../../../../simulate/checks/time/red-says-why.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const of = (text: string, rest: Partial<ProcessRun> = {}, job: Partial<ScriptJob> = {}) => {
  const printed = text === '' ? [] : [{ at: START, level: 'error' as const, text }];
  const run = madeRun({}, { succeeded: false, printed, ...rest });
  return foundBy(redSaysWhy, madeScript([], { jobs: [madeJob([], job)] }), madeHistory({ runs: [run] }));
};

test('an error that says why is enough', () => {
  expect(of('forbidden: the token may not stop machines')).toEqual({ found: [], seen: 1 });
});

test('a red step without one is found', () => {
  expect(of('').found).toEqual(['a red step printed no error']);
  expect(of('it failed').found).toEqual(['a red step printed no error']);
});

test('a fault of its own is found, unless its place is broken', () => {
  const text = '148e21ea7e4689: internal: the record is not readable';

  expect(of(text).found).toEqual([`a red step calls it its own fault: ${text}`]);
  expect(of(text, {}, { steps: [{ kind: 'disk', does: 'fill' }] }).found).toEqual([]);
  expect(of(text, {}, { lacks: ['GITHUB_OUTPUT'] }).found).toEqual([]);
});

test('green steps, posts and what was killed say nothing', () => {
  expect(of('', { succeeded: true }).seen).toBe(0);
  expect(of('', { part: 'post' }).seen).toBe(0);
  expect(of('', { end: 'killed' }).seen).toBe(0);
});
