import { orphansRest } from '../../../../../simulate/checks/owed/orphans-rest.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const PATH = '/v1/apps/my-app/machines/a';
const POST = madeRun({}, { id: 'job/0/post', part: 'post', startedAt: START + 60_000 });
const KEY = { state: { key: 'x' }, exported: { FLY_MACHINES_JOB_KEY: 'x' } };
const of = (second: number, part = 'stop', job: Partial<ScriptJob> = {}, key: Partial<ProcessRun> = KEY) =>
  foundBy(
    orphansRest,
    madeScript([], { jobs: [madeJob([], job)] }),
    madeHistory({
      runs: [madeRun({}, { endedAt: START + 90_000, ...key }), POST],
      exchanges: [madePost(`${PATH}/${part}`, { at: START + second * 1_000 })],
    }),
  );

test('what a step sent before the posts is well', () => {
  expect(of(59)).toEqual({ found: [], seen: 1 });
});

test('a change after their begin is found', () => {
  expect(of(70).found).toEqual(['it sent a stop although the posts had begun']);
});

test('giving back a lease is well, and so is a step that could not know', () => {
  expect(of(70, 'lease').found).toEqual([]);
  expect(of(70, 'stop', { lacks: ['GITHUB_ENV'] }).found).toEqual([]);
  expect(of(70, 'stop', { steps: [{ kind: 'disk', does: 'empty' }] }).found).toEqual([]);
});

test('a job without anything to undo has no key by which its steps could know', () => {
  expect(of(70, 'stop', {}, {})).toEqual({ found: [], seen: 0 });
});
