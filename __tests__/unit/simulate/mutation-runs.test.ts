import { type Ending, endingOf, toldIn } from '../../../simulate/mutations/ending.js';
import type { Mutation } from '../../../simulate/mutations/mutation.js';
import { isFound, lineOf } from '../../../simulate/mutations/table.js';
import { inTurn, turnOf } from '../../../simulate/mutations/turn.js';

const mutation: Mutation = {
  name: 'example',
  tells: 'Nothing is counted.',
  file: 'src/count.ts',
  search: 'a',
  replace: 'b',
  found: ['each has one outcome'],
};
const ending: Ending = {
  kind: 'found',
  check: 'each has one outcome',
  what: 'machine d8 has two',
  job: 41,
};

describe('when a simulation of a mistake ends', () => {
  it('reads which job broke which promises', () => {
    const findings = [{ check: 'each has one outcome', what: 'machine d8 has two' }];
    expect(toldIn(JSON.stringify({ number: 41, findings, more: 1 }))).toEqual({ number: 41, findings });
    expect(toldIn('(node:1) Warning')).toBeUndefined();
    expect(toldIn('{"number":41}')).toBeUndefined();
  });

  it('tells apart nothing found, no end, and no beginning', () => {
    expect(endingOf('', { code: 0, isSilent: false })).toEqual({ kind: 'nothing found' });
    expect(endingOf('', { code: null, isSilent: true })).toEqual({ kind: 'hung' });
    expect(endingOf('a\nSyntaxError: b\n', { code: 1, isSilent: false })).toEqual({
      kind: 'broken',
      what: 'SyntaxError: b',
    });
  });

  it('has a line that says which checker told of it, and whether that was expected', () => {
    expect(lineOf({ mutation, ending }, 9)).toBe('example    each has one outcome, after 42 jobs');
    expect(lineOf({ mutation: { ...mutation, found: ['idle is idle'] }, ending }, 7)).toBe(
      'example  each has one outcome, after 42 jobs (expected: idle is idle)',
    );
    expect(lineOf({ mutation, ending: { kind: 'nothing found' } }, 7)).toBe('example  NOT FOUND');
    expect(lineOf({ mutation, ending: { kind: 'hung' } }, 7)).toContain('NOT FOUND');
    expect(isFound({ mutation, ending })).toBe(true);
    expect(isFound({ mutation, ending: { kind: 'hung' } })).toBe(false);
  });
});

describe('when mistakes are tried by turns', () => {
  it('has each of them in one turn', () => {
    const items = [0, 1, 2, 3, 4, 5, 6];
    const turns = [1, 2, 3].map((turn) => inTurn(items, turn, 3));
    expect(turns).toEqual([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
  });

  it('takes the turn from the commit', () => {
    expect(turnOf('00000000aa', 3)).toBe(1);
    expect(turnOf('00000005aa', 3)).toBe(3);
    expect(turnOf('ffffffffaa', 1)).toBe(1);
  });
});
