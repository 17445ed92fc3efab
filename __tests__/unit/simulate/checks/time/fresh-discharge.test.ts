import { freshDischarge } from '../../../../../simulate/checks/time/fresh-discharge.js';
import type { Script, ScriptJob } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const TOKEN = `fm2_lJPEE${'o'.repeat(60)}`;
type Post = ReturnType<typeof madePost>;
const of = (exchanges: readonly Post[], rest: Partial<Script> = {}, job: Partial<ScriptJob> = {}) =>
  foundBy(
    freshDischarge,
    madeScript([], { jobs: [madeJob([], job)], ...rest }),
    madeHistory({ runs: [madeRun()], exchanges }),
  );
const asked = (status: number, path = '/v1/x'): Post => {
  const answer = { status, headers: {}, body: '{}' };
  const request = {
    method: 'GET',
    path,
    headers: { authorization: `FlyV1 ${TOKEN}` },
    body: '',
    by: 'job/0',
  };
  return madePost('', { request, answer, reply: answer });
};
/** Requests of which the second was refused. */
const REFUSED = [asked(200), asked(401)];
const fetched = (ticket: string): Post => {
  const answer = { status: 200, headers: {}, body: '{"discharge":"fm2_x"}' };
  const request = { method: 'POST', path: '/aaa/v1/x', headers: {}, body: ticket, by: 'job/0' };
  return madePost('', { request, answer, reply: answer });
};

test('accepted requests are well', () => {
  expect(of([asked(200), asked(404)])).toEqual({ found: [], seen: 1 });
});

test('a token that Fly never takes says nothing', () => {
  expect(of([asked(401), asked(401)])).toEqual({ found: [], seen: 0 });
});

test('a request that was refused for its token is found', () => {
  expect(of(REFUSED).found).toEqual(['a token that was accepted before was refused']);
});

test('a token that may not ask what it is for is none that was refused', () => {
  const asking = [asked(200), asked(401, '/v1/tokens/current')];
  expect(of(asking, { settings: { currentToken: 'unauthorized' } }).found).toEqual([]);
  expect(of(asking).found).toHaveLength(1);
});

const gust = { fault: 'reset before' as const, from: 0, until: 5_000, rate: 0.5 };
test.each([
  ['the weather was bad', { weather: [gust] }, {}],
  [
    'the third party was in a mood',
    { moods: [{ from: 0, until: 1, settings: { aaa: { delayMs: 9 } } }] },
    {},
  ],
  ['the clock was wrong', {}, { clock: { offsetMs: 60_000, jumps: [] } }],
  ['a token ended', { tokens: { deploy: { expiresAt: 1_000 } } }, {}],
  ['discharges live for seconds', { settings: { aaa: { lifetimeMs: 5_000 } } }, {}],
  ['the third party refuses', { settings: { aaa: { behaviour: 'refuse' as const } } }, {}],
  ['the third party has it polled for long', { settings: { own: { polls: 99 } } }, {}],
  ['the third party is slow', { settings: { own: { delayMs: 20_000 } } }, {}],
  ['a missing permission answers 401', { settings: { missingAction: '401' as const } }, {}],
])('nothing is said where %s', (_, rest, job) => {
  expect(of(REFUSED, rest, job).found).toEqual([]);
});

test('weather that was over before, or comes later, excuses nothing', () => {
  const later = { ...gust, from: 60_000, until: 70_000 };

  expect(of(REFUSED, { weather: [later] }).found).toHaveLength(1);
  expect(of(REFUSED, { start: START - 100_000, weather: [gust] }, { startsAt: 100_000 }).found).toHaveLength(
    1,
  );
});

test('a storm of discharges is found, those of many tickets are well', () => {
  const same = Array.from({ length: 9 }, () => fetched('one'));
  const others = ['a', 'b', 'c', 'd', 'e', 'f'].map(fetched);

  expect(of(same).found).toEqual(['9 discharges of one ticket were fetched']);
  expect(of(others)).toEqual({ found: [], seen: 1 });
  expect(of(same, { settings: { aaa: { behaviour: 'wrong-ticket' } } }).found).toEqual([]);
});
