import type { Happening } from '../../../../../emulator/happening.js';
import { leasesEnd } from '../../../../../simulate/checks/owed/leases-end.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from '../../../../support/simulate/made-history.js';

const lease = (does: 'taken' | 'renewed' | 'released', second: number, by = 'job/0'): Happening => ({
  kind: 'lease',
  app: 'my-app',
  machine: 'a',
  at: START + second * 1_000,
  cause: { kind: 'request', by },
  does,
  nonce: 'c0ffee',
  until: START + (second + 60) * 1_000,
});
const PATH = '/v1/apps/my-app/machines/a/lease';
const giveBack = (status: number) => {
  const answer = { status, headers: {}, body: '' };
  return madePost(PATH, {
    request: { method: 'DELETE', path: PATH, headers: {}, body: '', by: 'job/0' },
    answer: { ...answer, status: 500 },
    reply: answer,
  });
};
const of = (
  happenings: readonly Happening[],
  rest: Partial<ProcessRun> = {},
  exchanges: readonly ReturnType<typeof madePost>[] = [],
) =>
  foundBy(
    leasesEnd,
    madeScript(),
    madeHistory({ fleet: [fleetMachine('a')], runs: [madeRun({}, rest)], happenings, exchanges }),
  );

test('a lease that is given back is well', () => {
  expect(of([lease('taken', 1), lease('released', 2)])).toEqual({ found: [], seen: 1 });
});

test('one that is not is found', () => {
  expect(of([lease('taken', 1)]).found).toEqual(['a lease was not given back']);
});

test.each([
  ['the step was killed', { end: 'killed' as const }, []],
  ['it was over by then', { endedAt: START + 70_000 }, []],
  ['its answer was lost', {}, [madePost(PATH, { answer: undefined })]],
  ['Fly said that there is none', {}, [giveBack(404)]],
])('nothing is said where %s', (_, rest, exchanges) => {
  expect(of([lease('taken', 1)], rest, exchanges).found).toEqual([]);
});

test('nothing is said where the machine is gone with it', () => {
  expect(
    of([lease('taken', 1), stateChange('a', 'started', 'destroyed', { at: START + 2_000 })]).found,
  ).toEqual([]);
});

test('one that could not be given back is to be told', () => {
  const warning = { at: START, level: 'warning' as const, text: 'The lease of machine a stays.' };

  expect(of([lease('taken', 1)], {}, [giveBack(503)]).found).toEqual([
    'a lease could not be given back, and nothing says so',
  ]);
  expect(of([lease('taken', 1)], { printed: [warning] }, [giveBack(503)]).found).toEqual([]);
  const line = { at: START, level: 'info' as const, text: `Warning: ${warning.text}` };
  expect(of([lease('taken', 1)], { printed: [line] }, [giveBack(503)]).found).toEqual([]);
  expect(
    of([lease('taken', 1)], { printed: [{ ...line, text: 'a stays' }] }, [giveBack(503)]).found,
  ).toHaveLength(1);
});

test('one that is renewed after the end, or outlives it for long, is found', () => {
  expect(of([lease('taken', 1), lease('renewed', 20)]).found).toContain('a lease was renewed after its step');
  expect(of([lease('taken', 12)], { end: 'died' }).found).toEqual([
    'a lease outlives its step by more than a minute',
  ]);
});

test('the nonce of others is found in a request', () => {
  const path = '/v1/apps/my-app/machines/a/stop';
  const headers = { 'fly-machine-lease-nonce': 'c0ffee' };
  const stop = madePost(path, { request: { method: 'POST', path, headers, body: '', by: 'job/0' } });

  expect(of([lease('taken', 0, 'other/0')], {}, [stop]).found).toEqual(['a nonce of another lease was used']);
  expect(of([lease('taken', 0), lease('released', 2)], {}, [stop]).found).toEqual([]);
});
