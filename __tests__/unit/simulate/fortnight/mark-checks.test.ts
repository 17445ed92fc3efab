import { markWrites } from '../../../../simulate/fortnight/judge/mark-writes.js';
import { markedFirst } from '../../../../simulate/fortnight/judge/marked-first.js';
import { nights } from '../../../../simulate/fortnight/judge/nights.js';
import {
  ADA,
  broughtUp,
  foundIn,
  type MadeStep,
  markOfStep,
  metadataSet,
  putDown,
} from '../../../support/simulate/made-fortnight.js';
import { madeJob, madeStep } from '../../../support/simulate/made-job.js';

const KEY = 'marked-night';
const mark = markOfStep('stopped');
const written = metadataSet(KEY, [undefined, mark], 500);
const takenOff = metadataSet(KEY, [mark, undefined], 2_500);
const deploy = { kind: 'person', by: 'deploy' } as const;
const evening: MadeStep = {
  command: 'stop',
  inputs: { mark: 'night' },
  orders: [['stop', 1_000]],
  happenings: [written, ...putDown(1_000)],
  outcome: 'changed',
};
const morning: MadeStep = {
  command: 'start',
  inputs: { marked: 'night' },
  born: { state: 'stopped', metadata: { [KEY]: mark } },
  orders: [['start', 1_000]],
  happenings: [...broughtUp(1_000), takenOff],
  outcome: 'changed',
};

test.each([
  ['evenings', evening],
  ['mornings', morning],
])('%s without fault are well', (_, made) => {
  for (const check of [markedFirst, markWrites, nights]) expect(foundIn(check, made)).toEqual([]);
});

describe('the mark stands first', () => {
  test('an order without a mark is found, or with one that says that it was started', () => {
    const found = ['ordered to stop without its mark'];
    expect(foundIn(markedFirst, { ...evening, happenings: putDown(1_000) })).toEqual(found);
    const late = metadataSet(KEY, [undefined, mark], 1_100);
    expect(foundIn(markedFirst, { ...evening, happenings: [late, ...putDown(1_000)] })).toEqual(found);
    const other = metadataSet(KEY, [undefined, markOfStep('started')], 500);
    expect(foundIn(markedFirst, { ...evening, happenings: [other, ...putDown(1_000)] })).toEqual(found);
  });

  const lost = (at: number, cause: typeof ADA | typeof deploy = deploy) =>
    foundIn(markedFirst, {
      ...evening,
      reads: [1, 5_000],
      happenings: [written, ...putDown(1_000), metadataSet(KEY, [mark, undefined], at, cause)],
    });

  test('a mark that a deploy wrote over is found where the step could have read that', () => {
    expect(lost(2_000)).toEqual(['told as changed, and its mark was lost']);
    expect(lost(8_000)).toEqual([]);
  });
});

describe('marks come and go in turn', () => {
  const found = (made: MadeStep) => foundIn(markWrites, made);

  test.each<[string, MadeStep]>([
    [`${KEY} written, but the step marks nothing`, { ...evening, inputs: {} }],
    [`${KEY} written, but the step marks weekend`, { ...evening, inputs: { mark: 'weekend' } }],
    [`${KEY} written, but the step is about others`, { ...evening, inputs: { mark: 'night', app: 'shop' } }],
    [
      `${KEY} written, but it says suspended`,
      { ...evening, happenings: [metadataSet(KEY, [undefined, markOfStep('suspended')], 500)] },
    ],
    [
      `${KEY} written, but it is no mark of now: yes`,
      { ...evening, happenings: [metadataSet(KEY, [undefined, 'yes'], 500)] },
    ],
    [
      `${KEY} written, but the machine was down already`,
      { ...evening, born: { state: 'stopped' }, happenings: [written] },
    ],
    [
      `${KEY} written, but nothing was done to the machine`,
      { ...evening, orders: [], happenings: [written] },
    ],
    [
      'marked-idle written, but the step announces nothing',
      { ...evening, happenings: [metadataSet('marked-idle', [undefined, markOfStep('announced')], 500)] },
    ],
    [`${KEY} taken off, but stop is not the opposite`, { ...morning, command: 'stop' }],
    [`${KEY} taken off, but the machine was stopped`, { ...morning, happenings: [takenOff] }],
    [
      'marked-idle taken off, but the machine was started',
      { ...evening, happenings: [metadataSet('marked-idle', [markOfStep('announced'), undefined], 500)] },
    ],
  ])('it is found: %s', (what, made) => {
    expect(found(made)).toEqual([what]);
  });

  test('what a deploy wrote over, a step may write again', () => {
    const over = metadataSet(KEY, [mark, undefined], 1_500, deploy);
    const again = metadataSet(KEY, [undefined, mark], 3_000);
    expect(found({ ...evening, happenings: [written, ...putDown(1_000), over, again] })).toEqual([]);
  });

  test('what a step wrote itself, it may take off', () => {
    expect(found({ ...evening, orders: [], happenings: [written, takenOff] })).toEqual([]);
  });

  test('what its mark had replaced, it may put back, and nothing else that is old', () => {
    const old = 'x';
    const over = metadataSet(KEY, [old, mark], 500);
    const back = (value: string) => metadataSet(KEY, [mark, value], 2_500);
    const made = { ...evening, orders: [], born: { metadata: { [KEY]: old } } };
    expect(found({ ...made, happenings: [over, back(old)] })).toEqual([]);
    expect(found({ ...made, happenings: [over, back('y')] })).toEqual([
      `${KEY} written, but it is no mark of now: y`,
    ]);
  });
});

describe('mornings undo evenings', () => {
  const found = (made: MadeStep) => foundIn(nights, made);

  test.each<[string, MadeStep]>([
    [
      'ordered to start, but it did not bear night',
      { ...morning, inputs: { marked: 'night', limit: '1' }, born: { state: 'stopped' } },
    ],
    ['was suspended, and is stopped', { ...evening, born: { state: 'suspended' } }],
    ['was stopped without the mark, and is started', { ...morning, orders: [], born: { state: 'stopped' } }],
    ['bore the mark, and is stopped after the morning', { ...morning, orders: [], happenings: [] }],
    ['is up, and bears the mark still', { ...morning, happenings: broughtUp(1_000) }],
    ['is started after the evening', { ...evening, orders: [], happenings: [] }],
    ['was put down, and bears no mark', { ...evening, happenings: putDown(1_000) }],
  ])('it is found: %s', (what, made) => {
    expect(found(made)).toEqual([what]);
  });

  test.each<[string, MadeStep]>([
    [
      'somebody touched it',
      { ...evening, happenings: [metadataSet('role', [undefined, 'web'], -1_000, ADA)] },
    ],
    [
      'the token may too little',
      {
        ...evening,
        happenings: [],
        script: { jobs: [madeJob([madeStep('auth', { token: '{token:weak}' })])] },
      },
    ],
    ['the step is a dry run', { ...evening, happenings: [], inputs: { mark: 'night', 'dry-run': 'true' } }],
    [
      'it halted',
      {
        ...evening,
        happenings: [],
        inputs: { mark: 'night', 'on-failure': 'stop' },
        run: { succeeded: false },
      },
    ],
    ['the runner was lost', { ...evening, happenings: [], script: { jobs: [madeJob([], { lostAt: 5 })] } }],
  ])('nothing is said where %s', (_, made) => {
    expect(found(made)).toEqual([]);
  });
});
