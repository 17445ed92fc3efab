import { getsDone } from '../../../../../simulate/checks/time/gets-done.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { Gust, Script } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob, madeStep } from '../../../../support/simulate/made-job.js';

const GUST: Gust = { fault: 'server error', from: 0, until: 2_000, rate: 1 };
const INPUTS = { app: 'my-app', machines: 'all' };
const ERROR = 'Fly failure: Fly answered 500';
const machines = (outcome: string) =>
  JSON.stringify([
    {
      ...{ app: 'my-app', id: 'a', name: 'web-a', region: 'fra', process_group: 'app', private_ip: '' },
      ...{ state: 'started', previous_state: 'started', reason: '', duration_ms: 1, outcome, error: ERROR },
    },
  ]);

const of = (
  outcome: string,
  gust: Partial<Gust> = {},
  script: Partial<Script> = {},
  run: Partial<ProcessRun> = {},
) =>
  foundBy(
    getsDone,
    madeScript([{ id: 'a', name: 'web-a' }], {
      jobs: [madeJob([madeStep('stop', INPUTS)])],
      weather: [{ ...GUST, ...gust }],
      ...script,
    }),
    madeHistory({
      fleet: [fleetMachine('a')],
      runs: [
        madeRun(
          { command: 'stop', inputs: INPUTS },
          {
            succeeded: outcome !== 'failed',
            outputs: { machines: machines(outcome) },
            printed: [{ at: START, level: 'error', text: ERROR }],
            ...run,
          },
        ),
      ],
      exchanges: [madePost('/v1/apps/my-app/machines/a/stop')],
    }),
  );

test('a machine that is stopped in spite of it is well', () => {
  expect(of('changed')).toEqual({ found: [], seen: 1 });
});

test('one that is given up is found', () => {
  expect(of('failed').found).toEqual([`it gave up although the trouble was short: ${ERROR}`]);
});

test('a step that is given up before it knew any machine is found', () => {
  expect(of('failed', {}, {}, { outputs: { machines: '[]' } }).found).toHaveLength(1);
});

test.each<[string, Partial<Gust>, Partial<Script>]>([
  ['the trouble lasts', { until: 40_000 }, {}],
  ['it comes too late', { from: 250_000, until: 251_000 }, {}],
  ['it is none that passes', { fault: 'unauthorized' }, {}],
  ['no request can have met it', { fault: 'party garbage' }, {}],
  ['the clock is wrong', {}, { jobs: [madeJob([], { clock: { offsetMs: 9_000, jumps: [] } })] }],
  ['Fly lies', {}, { settings: { listShows: 'nothing' } }],
  ['the third party is slow', {}, { settings: { aaa: { behaviour: 'poll', delayMs: 20_000 } } }],
  ['polls end in a refusal', {}, { settings: { own: { behaviour: 'poll', pollResult: 'refusal' } } }],
])('nothing is said where %s', (_, gust, script) => {
  expect(of('failed', gust, script)).toEqual({ found: [], seen: 0 });
});

test('what a fresh discharge mends may last, where there are discharges', () => {
  const refused = { fault: 'discharge forgotten' as const, until: 400_000 };

  expect(of('failed', refused).found).toHaveLength(1);
  for (const thirdParty of [false, []] as const)
    expect(of('failed', refused, { tokens: { deploy: { thirdParty } } })).toEqual({ found: [], seen: 0 });
});

test('a refusal that only a poll would get is no reason where nothing is polled', () => {
  const settings = { own: { behaviour: 'immediate' as const, pollResult: 'refusal' as const } };
  expect(of('failed', {}, { settings }).found).toHaveLength(1);
});

test('a third party may be in trouble for longer', () => {
  const party = { fault: 'party unavailable' as const, until: 14_000 };
  const ask = madePost('/aaa/v1/.well-known/macfly/3p');
  const history = madeHistory({
    runs: [
      madeRun(
        { command: 'auth' },
        { succeeded: false, printed: [{ at: START, level: 'error', text: ERROR }] },
      ),
    ],
    exchanges: [ask],
  });
  const script = madeScript([], { jobs: [madeJob([])], weather: [{ ...GUST, ...party }] });

  expect(foundBy(getsDone, script, history).found).toHaveLength(1);
});

test('a third party that is asked several times, and answers soon, is no reason', () => {
  const settings = { aaa: { behaviour: 'poll' as const, delayMs: 200 } };
  expect(of('failed', {}, { settings }).found).toHaveLength(1);
});
