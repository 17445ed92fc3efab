import { lastMoment, shadesIn, timelineBar } from '../../../../src/action/summary/timeline-bar.js';
import type { Phase, Span } from '../../../../src/commands/result/timeline.js';

const span = (phase: Phase, from: number, to: number): Span => ({ phase, from, to });

/** A bar of 20 cells stands for 20 s, so that a second is a cell. */
const bar = (...spans: Span[]) => timelineBar(spans, 20_000);

describe('when a timeline is drawn', () => {
  it('shows each phase for as long as it took, and nothing before and after', () => {
    expect(
      bar(
        span('turn', 2_000, 6_000),
        span('lease', 6_000, 8_000),
        span('request', 8_000, 9_000),
        span('state', 9_000, 14_000),
        span('checks', 14_000, 16_000),
        span('settle', 16_000, 17_000),
      ),
    ).toBe('··░░░░▒▒▓█████▄▄▂···');
  });

  it.each([
    ['the phase that takes most of a cell', [span('turn', 0, 300), span('state', 300, 1_000)], '█'],
    [
      'one that takes most of it in parts',
      [span('turn', 0, 300), span('request', 300, 700), span('turn', 700, 1_000)],
      '░',
    ],
    ['even the shortest where nothing else is', [span('request', 999, 1_000)], '▓'],
  ] as const)('shows %s', (_, spans, first) => {
    expect(bar(...spans)).toBe(first.padEnd(20, '·'));
  });

  it.each([
    ['a millisecond', 1],
    ['a day', 86_400_000],
    ['a third', 1_000 / 3],
  ])('always has 20 cells, all filled by what took the whole time: %s', (_, whole) => {
    expect(timelineBar([span('state', 0, whole)], whole)).toBe('█'.repeat(20));
  });

  it('ends where the last span ends', () => {
    expect(lastMoment([span('turn', 0, 3), span('state', 3, 9), span('turn', 1, 2)])).toBe(9);
    expect(lastMoment([])).toBe(0);
  });

  it('explains each shade that it shows once, in the order of the work, and no other', () => {
    expect(shadesIn([span('state', 0, 3), span('turn', 0, 3), span('state', 4, 5)])).toEqual([
      '░ waits for its turn',
      '█ waits for the state',
    ]);
    expect(shadesIn([])).toEqual([]);
  });
});
