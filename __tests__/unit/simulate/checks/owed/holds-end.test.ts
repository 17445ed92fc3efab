import type { Happening } from '../../../../../emulator/happening.js';
import { holdsEnd } from '../../../../../simulate/checks/owed/holds-end.js';
import type { ProcessRun } from '../../../../../simulate/history/history.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madeRun,
  madeScript,
  START,
} from '../../../../support/simulate/made-history.js';
import { madeJob } from '../../../../support/simulate/made-job.js';

const MAIN = madeRun({ command: 'start', inputs: { hold: '1h', restore: 'true' } });
const POST = madeRun(
  {},
  { id: 'job/0/post', part: 'post', startedAt: START + 60_000, endedAt: START + 70_000 },
);
const until = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const mark = (
  second: number,
  before: string | undefined,
  after: string | undefined,
  by = 'job/0',
): Happening => ({
  kind: 'metadata',
  app: 'my-app',
  machine: 'a',
  at: START + second * 1_000,
  cause: { kind: 'request', by },
  key: 'keep-alive-until',
  before,
  after,
});
const of = (
  happenings: readonly Happening[],
  runs: readonly ProcessRun[] = [MAIN, POST],
  machines: Parameters<typeof madeScript>[0] = [],
) =>
  foundBy(
    holdsEnd,
    madeScript(machines, { jobs: [madeJob([])] }),
    madeHistory({ fleet: [fleetMachine('a')], runs, happenings }),
  ).found;
const HELD = until(3_601);
const OFF = mark(61, HELD, undefined, 'job/0/post');

describe('when a step holds a machine', () => {
  test('for as long as it says, and its post takes the mark off, all is well', () => {
    expect(of([mark(1, undefined, HELD), OFF])).toEqual([]);
  });

  test('for another time, or without being told to, it is found', () => {
    const silent = madeRun({ command: 'start', inputs: { restore: 'true' } });

    expect(of([mark(1, undefined, until(600)), mark(61, until(600), undefined, 'job/0/post')])).toEqual([
      `the mark ${until(600)} is not what \`hold: 1h\` asks for`,
    ]);
    expect(of([mark(1, undefined, HELD), OFF], [silent, POST])).toContain(
      'a mark was written without `hold`',
    );
  });

  test('the mark of a machine of which Fly shows next to nothing is not known to it', () => {
    const hidden = [{ id: 'a', name: 'web-a', behaviour: { zombie: true } }];
    const marks = [mark(1, until(9_000), HELD)];

    expect(of(marks, [MAIN], hidden)).toEqual([]);
    expect(of(marks, [MAIN])).toHaveLength(1);
  });

  test('a longer mark of another job is made a little longer, and never shorter', () => {
    const theirs = until(7_200);
    const longer = [mark(1, theirs, until(7_201.5)), mark(61, until(7_201.5), theirs, 'job/0/post')];

    expect(of(longer)).toEqual([]);
    expect(of([mark(1, theirs, HELD), mark(61, HELD, theirs, 'job/0/post')])).toEqual([
      `the mark ${HELD} took the place of a longer one, ${theirs}`,
    ]);
  });

  test('it may have read the longer mark just before another job took that off', () => {
    const [theirs, older] = [until(7_200), until(900)];
    const marks = [
      mark(-90, undefined, older, 'other/0'),
      mark(-80, older, theirs, 'other/0'),
      mark(2, theirs, older, 'other/0'),
      mark(3, older, until(7_201.5)),
    ];

    expect(of(marks, [MAIN])).toEqual([]);
    expect(
      of([...marks.slice(0, 2), mark(-70, theirs, older, 'other/0'), ...marks.slice(3)], [MAIN]),
    ).toEqual([`the mark ${until(7_201.5)} is not what \`hold: 1h\` asks for`]);
  });

  test('its mark may be taken off by itself, that of others not', () => {
    expect(of([mark(1, undefined, HELD), mark(2, HELD, undefined)])).toEqual([]);
    expect(of([mark(2, until(900), undefined)])).toContain('a mark of others was removed');
  });
});

describe('when the posts are over', () => {
  test('a mark that stays without a warning is found', () => {
    const warned = {
      ...POST,
      printed: [{ at: START, level: 'warning' as const, text: 'The mark of a stays.' }],
    };

    expect(of([mark(1, undefined, HELD)])).toEqual([
      `the mark ${HELD} stays after the posts, and nothing says so`,
    ]);
    expect(of([mark(1, undefined, HELD)], [MAIN, warned])).toEqual([]);
    expect(of([mark(1, undefined, HELD)], [MAIN])).toEqual([]);
  });

  test('what a step that died had sent may arrive later', () => {
    const died = { ...MAIN, end: 'died' as const, endedAt: START + 500 };

    expect(of([mark(1, undefined, HELD)], [died, POST])).toEqual([]);
    expect(of([mark(0.4, undefined, HELD)], [died, POST])).toHaveLength(1);
  });

  test('a mark that it replaced and did not write anew is found', () => {
    const theirs = until(900);

    expect(of([mark(1, theirs, HELD), OFF])).toEqual([
      `the mark ${theirs} of another job was not written anew`,
    ]);
    expect(of([mark(1, theirs, HELD), mark(61, HELD, theirs, 'job/0/post')])).toEqual([]);
  });

  test('a mark of others that a post changes is found', () => {
    expect(of([mark(20, undefined, HELD, 'other/0'), OFF])).toEqual([
      'a post changed a mark that no step of its job with `restore` had written',
    ]);
  });

  test('an older mark of the job that a deploy brought back may be taken off', () => {
    const longer = until(7_202);
    const second = madeRun(
      { command: 'start', inputs: { hold: '2h' } },
      { id: 'job/1', startedAt: START + 2_000, endedAt: START + 3_000 },
    );
    const back = [mark(1, undefined, HELD), mark(2, HELD, longer, 'job/1'), mark(5, longer, HELD, 'deploy')];
    expect(of([...back, OFF], [MAIN, second, POST])).toEqual([]);
  });

  test('a mark out of nowhere is found', () => {
    expect(of([mark(1, undefined, HELD), mark(61, HELD, until(5_000), 'job/0/post')])).toEqual([
      `a post wrote the mark ${until(5_000)}, which was not there before`,
    ]);
  });
});
