import {
  legendOf,
  type Share,
  sharesOfPicks,
  sharesOfStates,
  sharesOfWork,
  squareOf,
  squaresOf,
} from '../../../../src/action/summary/picture.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { machineResult, resultOf } from '../../../support/results.js';

const shares = (...numbers: number[]): Share[] =>
  numbers.map((number, at) => ({
    square: '🟩🟥⬜🟦'.match(/./gu)?.[at] ?? '',
    label: `label ${at}`,
    number,
  }));

describe('when machines are drawn as squares', () => {
  it('has one for each machine, up to forty', () => {
    expect(squaresOf(shares(3, 1, 0, 2))).toBe('🟩🟩🟩🟥🟦🟦');
    expect(squaresOf(shares(38, 2))).toBe(`${'🟩'.repeat(38)}🟥🟥`);
  });

  it('is scaled to forty where there are more, and each share that is there has one at least', () => {
    expect(squaresOf(shares(300, 100))).toBe('🟩'.repeat(30) + '🟥'.repeat(10));
    expect(squaresOf(shares(9_998, 1, 0, 1))).toBe(`${'🟩'.repeat(40)}🟥🟦`);
  });

  it('is scaled to fewer where told to', () => expect(squaresOf(shares(10, 10), 4)).toBe('🟩🟩🟥🟥'));

  it('is nothing without machines', () => expect([squaresOf([]), squaresOf(shares(0, 0))]).toEqual(['', '']));
});

describe('when squares are explained', () => {
  it('says of each that is there what it means and how many there are', () => {
    expect(legendOf(shares(1_234, 0, 1))).toBe('🟩 <b>1,234</b> label 0 · ⬜ <b>1</b> label 2');
    expect(legendOf(shares(0))).toBe('');
  });

  it('takes no label for Markdown', () => {
    expect(legendOf([{ square: '🟨', label: '<b>|`', number: 1 }])).toBe(
      '🟨 <b>1</b> &#60;b&#62;&#124;&#96;',
    );
  });
});

describe('when a picture shows what became of machines', () => {
  it('goes by the counts of the line, each upshot with a square of its own', () => {
    const counts = [
      ...([
        ['would', 'would stop'],
        ['changed', 'started'],
        ['instead', 'stopped instead'],
      ] as const),
      ...([
        ['requested', 'requested'],
        ['unchanged', 'already started'],
        ['skipped', 'skipped'],
        ['failed', 'failed'],
      ] as const),
    ].map(([upshot, label], at) => ({ upshot, label, number: at + 1 }));
    expect(sharesOfWork(resultOf([], { counts }))).toEqual([
      { square: '🟧', label: 'would stop', number: 1 },
      { square: '🟩', label: 'started', number: 2 },
      { square: '🟨', label: 'stopped instead', number: 3 },
      { square: '🟦', label: 'requested', number: 4 },
      { square: '⬜', label: 'already started', number: 5 },
      { square: '⬜', label: 'left alone', number: 6 },
      { square: '🟥', label: 'failed', number: 7 },
    ]);
  });

  it('says of what class the failures are, the most frequent first', () => {
    const error = new ActionError('no capacity', 'no room');
    const machines = [
      machineResult('a', 'failed'),
      machineResult('b', 'failed', { error }),
      machineResult('c', 'failed', { error }),
    ];
    const counts = [{ upshot: 'failed', label: 'failed', number: 3 }] as const;
    expect(sharesOfWork(resultOf(machines, { counts }))[0]?.label).toBe('failed (2 no capacity, 1 timeout)');
  });

  it('is empty where nothing is counted', () => expect(sharesOfWork(resultOf([]))).toEqual([]));
});

describe('when a picture shows states', () => {
  it.each([
    ['started', '🟩'],
    ['stopped', '⬜'],
    ['suspended', '🟦'],
    ['failed', '🟥'],
    ['starting', '🟨'],
    ['hibernating', '🟨'],
    ['__proto__', '🟨'],
  ])('draws %s as %s', (state, square) => expect(squareOf(state)).toBe(square));

  it('counts each, the known ones first, in one order always', () => {
    const machines = ['odd', 'stopped', 'started', 'odd', 'failed'].map((state) =>
      machineResult('m', 'unchanged', { state }),
    );
    expect(legendOf(sharesOfStates(machines))).toBe(
      '🟩 <b>1</b> started · ⬜ <b>1</b> stopped · 🟥 <b>1</b> failed · 🟨 <b>2</b> odd',
    );
  });
});

describe('when a picture shows what a command has picked', () => {
  const [up, down] = [{ state: 'started' }, { state: 'stopped' }];
  const MACHINES = [
    machineResult('a', 'changed', { machine: up }),
    machineResult('b', 'requested', { machine: up }),
    machineResult('c', 'changed', { machine: down }),
    machineResult('d', 'unchanged', { machine: up }),
    machineResult('e', 'skipped', { machine: up }),
    machineResult('f', 'skipped', { machine: down }),
    machineResult('g', 'failed', { machine: up }),
  ];

  it('tells those put down and brought up from those kept up, down anyway and failed', () => {
    const fateOf = (it: MachineResult) => sharesOfPicks([it]).find(({ number }) => number > 0)?.label;
    expect(MACHINES.map(fateOf)).toEqual([
      ...['put down', 'put down', 'brought up', 'kept up', 'kept up', 'down', 'failed'],
    ]);
    expect(legendOf(sharesOfPicks(MACHINES))).toBe(
      '🟧 <b>2</b> put down · 🟦 <b>1</b> brought up · 🟩 <b>2</b> kept up · ⬜ <b>1</b> down · 🟥 <b>1</b> failed',
    );
  });

  it('says of a dry run what would be', () => {
    const machines = [
      machineResult('a', 'skipped', { machine: up, wouldChange: 'stop' }),
      machineResult('b', 'skipped', { machine: down, wouldChange: 'start' }),
      machineResult('c', 'skipped', { machine: up }),
    ];
    expect(legendOf(sharesOfPicks(machines))).toBe(
      '🟧 <b>1</b> would be put down · 🟦 <b>1</b> would be brought up · 🟩 <b>1</b> kept up',
    );
  });
});
