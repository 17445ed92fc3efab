import { sessionFiles } from '../../../../../simulate/checks/secrets/session-files.js';
import type { LeftFile } from '../../../../../simulate/history/history.js';
import type { ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';
import { madeJob, madeStep } from '../../../../support/simulate/made-job.js';

const NAME = 'fly-machines-session-0.json';
const MAIN = madeRun({ command: 'auth' }, { state: { session: 'x' } });
const POST = madeRun({ command: 'auth' }, { id: 'job/0/post', part: 'post' });
const of = (files: readonly Partial<LeftFile>[], rest: Partial<ScriptJob> = {}, runs = [MAIN, POST]) =>
  foundBy(
    sessionFiles,
    madeScript([], { jobs: [madeJob([madeStep('auth')], rest)] }),
    madeHistory({
      runs,
      left: { 'runner-1': files.map((it) => ({ name: NAME, mode: 0o600, text: '', ...it })) },
    }),
  );

test('nothing is left after the posts', () => {
  expect(of([])).toEqual({ found: [], seen: 1 });
  expect(of([{ name: 'machines.json', mode: 0o644 }]).found).toEqual([]);
});

test('a session that is left is found', () => {
  expect(of([{}]).found).toEqual([`the file ${NAME} is left on runner-1`]);
});

test('a session that others may read is found', () => {
  expect(of([{ mode: 0o644 }], { lostAt: 1 }).found).toEqual([
    `the file ${NAME} has the mode 644 on runner-1`,
  ]);
});

test.each([
  ['the runner was lost', [{}], { lostAt: 1 }, [MAIN]],
  ['its post died', [{}], {}, [MAIN, madeRun({}, { part: 'post', end: 'died' })]],
  ['its post never began', [{}], {}, [MAIN]],
  [
    'its post has warned',
    [{}],
    {},
    [MAIN, madeRun({}, { part: 'post', printed: [{ at: START, level: 'warning', text: 'It stays.' }] })],
  ],
  [
    'somebody changed modes',
    [{ mode: 0o644 }],
    { steps: [{ kind: 'disk', does: 'open-to-all' }] },
    undefined,
  ],
] as const)('nothing is said where %s', (_, files, rest, runs) => {
  expect(of(files, rest, runs === undefined ? undefined : [...runs]).found).toEqual([]);
});
