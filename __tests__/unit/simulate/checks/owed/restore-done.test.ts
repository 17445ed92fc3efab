import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Cause, Happening } from '../../../../../emulator/happening.js';
import { restoreDone } from '../../../../../simulate/checks/owed/restore-done.js';
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

const MAIN = madeRun({ command: 'stop', inputs: { restore: 'true' } });
const POST = madeRun(
  {},
  { id: 'job/0/post', part: 'post', startedAt: START + 60_000, endedAt: START + 70_000 },
);
const by = (second: number, cause: Cause | string) => ({
  at: START + second * 1_000,
  cause: typeof cause === 'string' ? { kind: 'request' as const, by: cause } : cause,
});
const STOP = [
  stateChange('a', 'started', 'stopping', by(1, 'job/0')),
  stateChange('a', 'stopping', 'stopped', by(2, 'job/0')),
];
const BACK = [stateChange('a', 'stopped', 'starting', by(61, 'job/0/post'))];
const PERSON: Cause = { kind: 'person', by: 'ada' };

const of = (
  happenings: readonly Happening[],
  runs: readonly ProcessRun[] = [MAIN, POST],
  exchanges: readonly Exchange[] = [],
  script = madeScript(),
) => foundBy(restoreDone, script, madeHistory({ fleet: [fleetMachine('a')], runs, happenings, exchanges }));
const warning = (text: string, title?: string) => ({
  ...POST,
  printed: [{ at: START, level: 'warning' as const, text, ...(title !== undefined && { title }) }],
});

test('a machine that is up again is well', () => {
  expect(of([...STOP, ...BACK])).toEqual({ found: [], seen: 1 });
});

test('one that is not is found', () => {
  expect(of(STOP).found).toEqual(['it was up, and the job left it down without a warning']);
});

test('so is one after a step that died right after its request', () => {
  expect(of(STOP.slice(0, 1), [{ ...MAIN, end: 'died' }, POST]).found).toHaveLength(1);
});

test('one that an earlier request may have changed before is left open', () => {
  const reply = { status: 408, headers: {}, body: '' };
  const open = madePost('/v1/apps/my-app/machines/a/start', { at: START + 500, answer: reply, reply });
  expect(of(STOP, [MAIN, POST], [open]).found).toEqual([]);
  expect(of(STOP, [MAIN, POST], [{ ...open, at: START + 1_500 }]).found).toHaveLength(1);
});

test.each([
  ['names its id', warning('a: no capacity')],
  ['names it', warning('web-a is left alone')],
  ['is about all', warning('The file is gone.', 'fly: not put back')],
])('a warning that %s is enough', (_, post) => {
  expect(of(STOP, [MAIN, post]).found).toEqual([]);
});

test.each([
  [
    'somebody else has changed it since',
    [...STOP, stateChange('a', 'stopped', 'suspended', by(20, PERSON))],
    undefined,
  ],
  [
    'a step without restore has',
    [...STOP, stateChange('a', 'stopped', 'started', by(20, 'job/1'))],
    undefined,
  ],
  ['the post was killed', STOP, [MAIN, { ...POST, end: 'killed' as const }]],
  ['there was no post', STOP, [MAIN]],
  [
    'it was a dry run',
    STOP,
    [{ ...MAIN, step: { ...MAIN.step, inputs: { restore: 'true', 'dry-run': 'true' } } }, POST],
  ],
])('nothing is said where %s', (_, happenings, runs) => {
  expect(of(happenings, runs).found).toEqual([]);
});

test('a cordon is looked at by itself', () => {
  const step = { command: 'cordon' as const, inputs: { restore: 'true' } };
  const cordon: Happening = {
    kind: 'cordon',
    app: 'my-app',
    machine: 'a',
    ...by(1, 'job/0'),
    cordoned: true,
  };
  const other = stateChange('a', 'started', 'stopped', by(20, PERSON));

  expect(of([cordon, other], [madeRun(step), POST]).found).toEqual([
    'it was uncordoned, and the job left it cordoned without a warning',
  ]);
  expect(
    of([cordon, { ...cordon, ...by(61, 'job/0/post'), cordoned: false }], [madeRun(step), POST]),
  ).toEqual({
    found: [],
    seen: 1,
  });
});

describe('when a process can not know better', () => {
  const NOT_FOUND = { status: 404, headers: {}, body: '{"error":"not found"}' };
  const read = (reply: Exchange['reply']) =>
    madePost('/v1/apps/my-app/machines/a', { at: START + 61_000, answer: undefined, reply }, 'job/0/post');

  test('since a fault told it that the machine is gone, nothing is said', () => {
    expect(of(STOP, undefined, [read(NOT_FOUND)]).found).toEqual([]);
    expect(of(STOP, undefined, [read({ ...NOT_FOUND, status: 503 })]).found).toHaveLength(1);
  });

  test('since Fly shows next to nothing of the machine, nothing is said', () => {
    const machine = { id: 'a', name: 'web-a', behaviour: { zombie: true } };

    expect(of(STOP, undefined, [], madeScript([machine])).found).toEqual([]);
  });

  test('since reads lag behind, nothing is said; once they have caught up, it is found', () => {
    const lagging = (staleMs: number) => madeScript([], { settings: { staleMs } });

    expect(of(STOP, undefined, [], lagging(60_000)).found).toEqual([]);
    expect(of(STOP, undefined, [], lagging(2_000)).found).toHaveLength(1);
  });

  test('since somebody else was at it in the moment before, nothing is said', () => {
    const other = stateChange('a', 'suspended', 'started', by(0.5, PERSON));

    expect(of([other, ...STOP]).found).toEqual([]);
  });
});
