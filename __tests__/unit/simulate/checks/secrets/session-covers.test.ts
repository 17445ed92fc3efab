import { sessionCovers } from '../../../../../simulate/checks/secrets/session-covers.js';
import type { ActionStep, ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';
import { madeJob, madeStep } from '../../../../support/simulate/made-job.js';

const authFor = (app: string, token = 'all') => madeStep('auth', { token: `{token:${token}}`, app });
const BOTH = [authFor('one'), authFor('two')];
const RED = {
  succeeded: false,
  printed: [
    { at: START, level: 'error' as const, text: "input: There is no token. The job's sessions are for two." },
  ],
};

const of = (
  auths: readonly ActionStep[],
  step: ActionStep,
  rest: Parameters<typeof madeRun>[1] = {},
  job: Partial<ScriptJob> = {},
) => {
  const place = auths.length;
  const runs = auths.map((it, index) => madeRun(it, { id: `job/${index}`, place: index }));
  return foundBy(
    sessionCovers,
    madeScript([], { jobs: [madeJob([...auths, step], job)] }),
    madeHistory({ runs: [...runs, madeRun(step, { id: `job/${place}`, place, ...rest })] }),
  );
};

test('a step that finds its token is well', () => {
  expect(of(BOTH, madeStep('stop', { app: 'one' })).found).toEqual([]);
  expect(of(BOTH, madeStep('stop'), { outputs: { apps: '["two","one"]' } }).found).toEqual([]);
});

test('one that finds none for an app of the first `auth` is found', () => {
  expect(of(BOTH, madeStep('stop', { app: 'one' }), RED).found).toEqual([
    'finds no token although its session is open for its apps',
  ]);
});

test('one that leaves an app of the first `auth` out is found', () => {
  expect(of(BOTH, madeStep('stop'), { outputs: { apps: '["two"]' } }).found).toEqual([
    'is green without the app one of its session',
  ]);
});

test.each<[string, readonly ActionStep[], ActionStep, Partial<ScriptJob>]>([
  ['no `auth` has named', BOTH, madeStep('stop', { app: 'three' }), {}],
  ['one of two tokens has named', [authFor('one'), authFor('two', 'deploy')], madeStep('stop'), {}],
  ['a pattern has named', [authFor('staging-*')], madeStep('stop'), {}],
  ['its own token is for', BOTH, madeStep('stop', { app: 'one', token: 'x' }), {}],
  ['a lost key has locked away', BOTH, madeStep('stop', { app: 'one' }), { lacks: ['GITHUB_ENV'] }],
  ['an `auth` that lives on has named', BOTH, madeStep('stop', { app: 'one' }), { cancelReach: 'none' }],
])('nothing is said of an app that %s', (_, auths, step, job) => {
  expect(of(auths, step, RED, job).found).toEqual([]);
});
