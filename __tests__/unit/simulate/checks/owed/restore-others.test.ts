import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Happening } from '../../../../../emulator/happening.js';
import { restoreOthers } from '../../../../../simulate/checks/owed/restore-others.js';
import type { ActionStep } from '../../../../../simulate/script/script.js';
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

const POST = madeRun(
  {},
  { id: 'job/0/post', part: 'post', startedAt: START + 60_000, endedAt: START + 70_000 },
);
const at = (second: number) => ({ at: START + second * 1_000 });
const ada = { kind: 'person' as const, by: 'ada' };
const post = { kind: 'request' as const, by: 'job/0/post' };

const of = (
  command: ActionStep['command'],
  happenings: readonly Happening[],
  path = '/v1/apps/my-app/machines/a/stop',
  others: readonly Exchange[] = [],
  machines: Parameters<typeof madeScript>[0] = [],
) =>
  foundBy(
    restoreOthers,
    madeScript(machines),
    madeHistory({
      fleet: [fleetMachine('a')],
      runs: [madeRun({ command, inputs: { restore: 'true' } }), POST],
      happenings,
      exchanges: [madePost(path), ...others],
    }),
  );
const STOPPED = stateChange('a', 'started', 'stopped');
const STARTED = stateChange('a', 'stopped', 'started');
const START_BACK = [
  stateChange('a', 'stopped', 'starting', { ...at(61), cause: post }),
  stateChange('a', 'starting', 'started', { ...at(62), cause: post }),
];
const STOP_BACK = stateChange('a', 'started', 'stopped', { ...at(61), cause: post });

test('a machine that is put back from where the step left it is well, and counts once', () => {
  expect(of('stop', [STOPPED, ...START_BACK])).toEqual({ found: [], seen: 1 });
});

test('one that somebody has suspended meanwhile, and the post starts, is found', () => {
  const suspended = stateChange('a', 'stopped', 'suspended', { ...at(20), cause: ada });
  const back = stateChange('a', 'suspended', 'starting', { ...at(61), cause: post });

  expect(of('stop', [STOPPED, suspended, back]).found).toEqual([
    'a post changed a machine that others had left suspended',
  ]);
});

test('what somebody did in the same moment could not be known', () => {
  const suspended = stateChange('a', 'stopped', 'suspended', { ...at(60.5), cause: ada });

  expect(
    of('stop', [STOPPED, suspended, stateChange('a', 'suspended', 'started', { ...at(61), cause: post })])
      .found,
  ).toEqual([]);
});

test('what somebody did in the same moment is known by a read after it', () => {
  const suspended = stateChange('a', 'stopped', 'suspended', { ...at(60.5), cause: ada });
  const back = stateChange('a', 'suspended', 'started', { ...at(61), cause: post });
  const made = madePost('/v1/apps/my-app/machines/a', at(60.6), 'job/0/post');
  const read = { ...made, request: { ...made.request, method: 'GET' } };

  expect(of('stop', [STOPPED, suspended, back], undefined, [read]).found).toEqual([
    'a post changed a machine that others had left suspended',
  ]);
});

test('a machine that somebody brought to where the step left it is put back all the same', () => {
  const again = [
    stateChange('a', 'stopped', 'started', { ...at(20), cause: ada }),
    stateChange('a', 'started', 'stopped', { ...at(30), cause: ada }),
  ];

  expect(of('stop', [STOPPED, ...again, ...START_BACK]).found).toEqual([]);
});

test('a machine that no step of the job has asked anything of is found', () => {
  expect(of('stop', START_BACK, '/v1/apps/my-app/machines/b/stop').found).toContain(
    'a post changed what no step of its job had changed',
  );
});

describe('when others want a machine up', () => {
  const mark = (key: string, after: string, second: number, by = 'other/0'): Happening => ({
    kind: 'metadata',
    app: 'my-app',
    machine: 'a',
    ...at(second),
    cause: { kind: 'request', by },
    key,
    before: undefined,
    after,
  });
  const far = new Date(START + 86_400_000).toISOString();
  const further = new Date(START + 86_402_000).toISOString();

  test.each([
    ['keep-alive', 'true', 'keep-alive'],
    ['keep-alive-until', far, `keep-alive-until ${far}`],
    ['keep-alive-until', 'for good', 'keep-alive-until for good'],
  ])('a post that takes it down in spite of %s: %s is found', (key, value, what) => {
    expect(of('start', [STARTED, mark(key, value, 20), STOP_BACK]).found).toEqual([
      `a post took down a machine with ${what}`,
    ]);
  });

  test.each([
    ['a no is none', mark('keep-alive', 'false', 20)],
    ['one from before the step is its own affair', mark('keep-alive', 'true', 0)],
    ['one that comes in the same moment can not be known', mark('keep-alive', 'true', 60)],
    [
      'one that has ended holds nothing',
      mark('keep-alive-until', new Date(START + 30_000).toISOString(), 20),
    ],
    ['its own mark does not bind it', mark('keep-alive-until', far, 5, 'job/0')],
    [
      'nor does its own mark that another job has written back',
      ...[mark('keep-alive-until', far, 5, 'job/0'), mark('keep-alive-until', further, 20)],
      mark('keep-alive-until', far, 25),
    ],
  ])('%s', (_, ...its) => {
    expect(
      of(
        'start',
        [...its, { ...STARTED, ...at(6) }, STOP_BACK].sort((a, b) => a.at - b.at),
      ).found,
    ).toEqual([]);
  });

  test('the metadata of a machine of which Fly shows next to nothing are not known', () => {
    const hidden = [{ id: 'a', name: 'web-a', behaviour: { zombie: true } }];
    expect(
      of('start', [STARTED, mark('keep-alive', 'true', 20), STOP_BACK], undefined, [], hidden).found,
    ).toEqual([]);
  });
});
