import type { Exchange } from '../../../../../emulator/exchange.js';
import { placesAndRates } from '../../../../../simulate/checks/limits/places-and-rates.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const of = (
  exchanges: readonly Exchange[],
  inputs: Readonly<Record<string, string>> = {},
  jumps: readonly { at: number; byMs: number }[] = [],
) =>
  foundBy(
    placesAndRates,
    madeScript([], { jobs: [madeJob([], { clock: { offsetMs: 0, jumps } })] }),
    madeHistory({ runs: [madeRun({ inputs })], exchanges }),
  ).found;

const post = (kind: string, at: number, until: number) =>
  madePost(`/v1/apps/my-app/machines/a/${kind}`, { at: START + at, endedAt: START + until });

describe('when changes are in flight', () => {
  const two = { 'max-concurrent': '2' };

  it('they are as many as may be', () => {
    expect(of([post('stop', 0, 50), post('stop', 10, 60), post('stop', 50, 90)], two)).toEqual([]);
  });

  it('more are found, commands included', () => {
    expect(of([post('stop', 0, 50), post('exec', 10, 60), post('stop', 49, 90)], two)).toEqual([
      'had 3 changes in flight at once, of at most 2',
    ]);
  });

  it('what a hold or a lease takes does not count', () => {
    expect(
      of([post('stop', 0, 50), post('exec', 10, 60), post('metadata/x', 20, 90), post('lease', 20, 90)], two),
    ).toEqual([]);
  });
});

describe('when Fly refuses for the rate', () => {
  const limit = { status: 429, headers: {}, body: '' };
  const stop = (at: number, rest: Partial<Exchange> = {}) =>
    madePost('/v1/apps/my-app/machines/a/stop', { at: START + at, ...rest });
  const refused = stop(9_000, { answer: limit, reply: limit });
  const fast = [stop(8_000), stop(8_100), stop(8_200), refused];
  const other = (at: number) => madePost('/v1/apps/my-app/machines/a/stop', { at: START + at }, 'job/1');
  const elsewhere = madePost('/v1/apps/my-app/machines/b/stop', { at: START + 8_000 }, 'job/1');

  it('is found where the step was alone, and too fast', () => {
    expect(of([stop(7_900), ...fast])).toHaveLength(1);
    expect(of([other(1_000), stop(7_900), ...fast])).toHaveLength(1);
    expect(of([elsewhere, stop(7_900), ...fast])).toHaveLength(1);
  });

  it('is nobody’s fault where times on the way differ, others asked, a fault did it, or the clock jumps', () => {
    expect(of(fast)).toEqual([]);
    expect(of([other(8_000), stop(7_900), ...fast])).toEqual([]);
    expect(of([stop(7_900), ...fast.slice(0, 3), { ...refused, answer: undefined }])).toEqual([]);
    expect(of([stop(7_900), ...fast], {}, [{ at: 1, byMs: 60_000 }])).toEqual([]);
  });
});

describe('when a 429 says how long to wait', () => {
  const look = (at: number, rest: Partial<Exchange> = {}, by = 'job/0') => {
    const made = madePost('/v1/apps/my-app/machines/a/stop', { at: START + at, ...rest }, by);
    return { ...made, answer: undefined };
  };
  const refusal = (headers: Readonly<Record<string, string>>) =>
    look(0, { reply: { status: 429, headers, body: '' }, endedAt: START + 50 });

  it('what comes earlier is found', () => {
    expect(of([refusal({ 'retry-after': '30' }), look(1_000)])).toEqual([
      'asked again 29050 ms before the time that a 429 gave it was over: stop',
    ]);
  });

  it('what comes in time, was on its way already, or goes to another place is fine', () => {
    const waiting = refusal({ 'retry-after': '30' });
    const elsewhere = madePost('/v1/apps/my-app/machines/b/stop', { at: START + 1_000 });
    expect(of([waiting, look(30_050)])).toEqual([]);
    expect(of([waiting, look(80)])).toEqual([]);
    expect(of([waiting, elsewhere])).toEqual([]);
    expect(of([waiting, look(1_000, {}, 'job/1')])).toEqual([]);
  });

  it('a 429 that says nothing asks for no certain time', () => {
    expect(of([refusal({}), look(1_000)])).toEqual([]);
  });

  it('a clock that jumps may be wrong about it', () => {
    expect(of([refusal({ 'retry-after': '30' }), look(1_000)], {}, [{ at: 1, byMs: 60_000 }])).toEqual([]);
  });
});
