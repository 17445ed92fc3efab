import { ganttOf } from '../../../../src/action/summary/gantt.js';
import type { Phase, Span } from '../../../../src/commands/result/timeline.js';

const span = (phase: Phase, from: number, to: number): Span => ({ phase, from, to });

/** Reads a time of the chart as Mermaid does by its `dateFormat`: hours, minutes, seconds and milliseconds. */
function readBack(time: string): number {
  const [, hours, minutes, seconds, ms] = /^(\d\d):(\d\d):(\d\d)\.(\d{3})$/.exec(time)?.map(Number) ?? [];
  return (((hours ?? Number.NaN) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000 + (ms ?? 0);
}

const timesOf = (task = '') =>
  task
    .split(', ')
    .slice(-2)
    .map((it) => readBack(it.replace(/^ {2}[^:]+ :/, '')));

describe('when a chart is drawn', () => {
  it('has a section for each machine and a task for each span, in a block of its own', () => {
    const courses = [
      {
        id: '148e',
        spans: [span('turn', 0, 15_000), span('request', 15_000, 20_000), span('state', 20_000, 61_234)],
      },
      {
        id: 'd891',
        spans: [span('lease', 0, 61_234), span('checks', 0, 1_000), span('settle', 1_000, 3_000)],
      },
    ];
    const lines = ganttOf(courses, 61_234);
    expect(lines.slice(0, 2)).toEqual(['```mermaid', '---']);
    expect(lines.slice(lines.indexOf('gantt'))).toEqual([
      'gantt',
      '  dateFormat HH:mm:ss.SSS',
      '  axisFormat %M:%S',
      '  section 148e',
      '  turn :done, 00:00:00.000, 00:00:15.000',
      // Too short for its label.
      '  \u200b :active, 00:00:15.000, 00:00:20.000',
      '  state :00:00:20.000, 00:01:01.234',
      '  section d891',
      '  lease :crit, 00:00:00.000, 00:01:01.234',
      // Checks are too short to be seen.
      '  \u200b :done, 00:00:01.000, 00:00:03.000',
      '```',
    ]);
  });

  it.each([
    [9_999, '%S.%L'],
    [10_000, '%M:%S'],
    [3_599_999, '%M:%S'],
    [3_600_000, '%H:%M'],
  ])('has an axis that tells its moments apart: %d ms', (whole, format) => {
    expect(ganttOf([], whole)).toContain(`  axisFormat ${format}`);
  });

  it.each([0, 1, 999, 1_000, 59_999, 3_599_999, 86_399_999, 0.5, 1_234.567])(
    'writes times that Mermaid reads back to the millisecond: %d',
    (ms) => {
      const task = ganttOf([{ id: 'm', spans: [span('state', ms, ms)] }], 0).at(-2);
      expect(timesOf(task)).toEqual([Math.floor(ms), Math.floor(ms)]);
    },
  );
});
