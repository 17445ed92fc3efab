import { endsInTime } from '../../../../../simulate/checks/time/ends-in-time.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import type { ScriptMachine } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import { madeHistory, madeRun, madeScript, START } from '../../../../support/simulate/made-history.js';

const of = (run: ProcessRun, machines: readonly ScriptMachine[] = []) =>
  foundBy(endsInTime, madeScript(machines), madeHistory({ runs: [run] }));
const lasting = (ms: number, rest: Partial<ProcessRun> = {}) => ({ endedAt: START + ms, ...rest });

describe('when a step ends', () => {
  test('by its timeout and a moment, nothing is found', () => {
    expect(of(madeRun({ inputs: { timeout: '90s' } }, lasting(94_000)))).toEqual({ found: [], seen: 1 });
    expect(of(madeRun({ inputs: { timeout: '1h30m' } }, lasting(5_400_000))).found).toEqual([]);
    expect(of(madeRun({}, lasting(304_000))).found).toEqual([]);
  });

  test('later, it is found', () => {
    expect(of(madeRun({ inputs: { timeout: '90' } }, lasting(98_000))).found).toEqual([
      'it ended 3 s too late',
    ]);
    expect(of(madeRun({ command: 'list' }, lasting(306_000))).found).toEqual(['it ended 1 s too late']);
    expect(of(madeRun({}, lasting(366_000))).found).toEqual(['it ended 1 s too late']);
  });

  test('it has a minute for work that began only shortly before the five minutes were over', () => {
    expect(of(madeRun({}, lasting(340_000))).found).toEqual([]);
  });

  test('it has time for the kill timeout of a machine, and for the rounds of an exec', () => {
    const slow = { id: 'a', name: 'a', config: { stop_config: { timeout: '10m' } } };

    expect(of(madeRun({}, lasting(600_000)), [slow]).found).toEqual([]);
    expect(
      of(madeRun({ command: 'exec', inputs: { 'exec-timeout': '10m' } }, lasting(650_000)), [slow]).found,
    ).toEqual([]);
    expect(of(madeRun({}, lasting(999_000_000)), [slow]).found).toHaveLength(1);
  });

  test('long after a cancel, it is found', () => {
    const cancelled = lasting(20_000, { cancelledAt: START + 14_000 });

    expect(of(madeRun({}, cancelled)).found).toEqual(['it ended 6000 ms after its cancel']);
  });

  test.each([
    [
      'a request after the end',
      { afterEnd: [{ at: START, what: 'POST /x' }] },
      'POST /x was sent after the end',
    ],
    ['what it threw', { threw: 'TypeError' }, 'it threw: TypeError'],
    ['that it hangs', { end: 'hung' as const }, 'it hangs'],
  ])('%s is found', (_, rest, found) => {
    expect(of(madeRun({}, rest)).found).toEqual([found]);
  });

  test('a process that was lost or died needs no time', () => {
    expect(of(madeRun({}, lasting(999_000, { end: 'lost' }))).found).toEqual([]);
  });
});

describe('when a post ends', () => {
  test('after five minutes, or with an error, it is found', () => {
    const error = { at: START, level: 'error' as const, text: 'It failed.' };

    expect(of(madeRun({}, lasting(299_000, { part: 'post' }))).found).toEqual([]);
    expect(of(madeRun({}, lasting(301_000, { part: 'post' }))).found).toEqual(['it ended 1 s too late']);
    expect(of(madeRun({}, { part: 'post', printed: [error] })).found).toEqual([
      'a post printed an error: It failed.',
    ]);
  });
});
