import { lastMoment, timelineBar, timelineLegend } from '../../../../src/action/summary/timeline-bar.js';
import type { Phase, Span } from '../../../../src/commands/result/timeline.js';

const span = (phase: Phase, from: number, to: number): Span => ({ phase, from, to });

/** A bar of 24 cells stands for 24 s, so that a second is a cell. */
const bar = (...spans: Span[]) => timelineBar(spans, 24_000);

describe('when a timeline is drawn', () => {
  it('shows each phase for as long as it took, and nothing before and after', () => {
    expect(
      bar(
        span('turn', 2_000, 8_000),
        span('lease', 8_000, 10_000),
        span('request', 10_000, 11_000),
        span('state', 11_000, 18_000),
        span('checks', 18_000, 20_000),
        span('settle', 20_000, 21_000),
      ),
    ).toBe('··░░░░░░▒▒▓███████▄▄▂···');
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
    expect(bar(...spans)).toBe(first.padEnd(24, '·'));
  });

  it.each([
    ['a millisecond', 1],
    ['a day', 86_400_000],
    ['a third', 1_000 / 3],
  ])('always has 24 cells, all filled by what took the whole time: %s', (_, whole) => {
    expect(timelineBar([span('state', 0, whole)], whole)).toBe('█'.repeat(24));
  });

  it('ends where the last span ends', () => {
    expect(lastMoment([span('turn', 0, 3), span('state', 3, 9), span('turn', 1, 2)])).toBe(9);
    expect(lastMoment([])).toBe(0);
  });

  it('explains what it shows, and nothing else', () => {
    expect(timelineLegend([span('state', 0, 3), span('turn', 0, 3)], 41_000)).toBe(
      'Timeline: 41 s from end to end; `░` waiting for its turn, `█` for the state, `·` not under way.',
    );
  });
});
