import { copiesLast } from '../../../../../simulate/checks/owed/copies-last.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const GONE = 'input: The file with the token that this step left for its post is gone';
const of = (text: string, job: Partial<ScriptJob> = {}, main: Partial<ProcessRun> = {}) =>
  foundBy(
    copiesLast,
    madeScript([], { jobs: [madeJob([], job)] }),
    madeHistory({
      runs: [
        madeRun({ inputs: { restore: 'true' } }, main),
        madeRun({}, { id: 'job/0/post', part: 'post', printed: [{ at: START, level: 'warning', text }] }),
      ],
    }),
  );

test('a post that finds its token is well', () => {
  expect(of('put back: stopped 1')).toEqual({ found: [], seen: 1 });
});

test('one whose token is gone is found', () => {
  expect(of(GONE).found).toEqual(['the token for its post is gone, and nobody else can have removed it']);
});

test('one whose folder was emptied, or whose step was cut short, is well', () => {
  expect(of(GONE, { steps: [{ kind: 'disk', does: 'empty' }] })).toEqual({ found: [], seen: 0 });
  expect(of(GONE, {}, { end: 'died' })).toEqual({ found: [], seen: 0 });
  expect(of(GONE, { cancelAt: 1, cancelReach: 'none' })).toEqual({ found: [], seen: 0 });
});
