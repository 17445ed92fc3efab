import { addTimeline } from '../../../../src/action/summary/timeline.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import type { Phase, Span } from '../../../../src/commands/result/timeline.js';
import { pageOf } from '../../../support/pages.js';
import { machineResult } from '../../../support/results.js';

const span = (phase: Phase, from: number, to: number): Span => ({ phase, from, to });
const timed = (id: string, ...spans: Span[]) =>
  machineResult(id, 'changed', { spans, durationMs: (spans.at(-1)?.to ?? 0) - (spans[0]?.from ?? 0) });

const timelineOf = (...machines: MachineResult[]) => pageOf((page) => addTimeline(page, machines));

/** The lines of a fenced block, without its fences. */
const blockOf = (markdown: string, language: string) =>
  markdown.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0]?.split('\n');
const sectionsOf = (markdown: string) =>
  blockOf(markdown, 'mermaid')?.filter((line) => line.startsWith('  section '));

describe('when it is known what machines waited for', () => {
  const early = timed('aa', span('request', 0, 6_000), span('state', 6_000, 12_000));
  const late = { ...machineResult('b', 'failed'), spans: [span('turn', 12_000, 24_000)], durationMs: 12_000 };

  it('is folded, with bars on one scale, their meaning, and a chart', () => {
    const markdown = timelineOf(early, late, machineResult('c', 'skipped'));
    expect(markdown).toMatch(
      /^<details><summary>Who waited for what: 24 s from end to end<\/summary>\n\n```text\n/,
    );
    expect(markdown).toMatch(/\n```\n\n<\/details>\n\n$/);
    expect(blockOf(markdown, 'text')).toEqual([
      'b  ··········░░░░░░░░░░ 12 s',
      'aa ▓▓▓▓▓█████·········· 12 s',
      '',
      '░ waits for its turn',
      "▓ waits for Fly's answer",
      '█ waits for the state',
    ]);
    expect(blockOf(markdown, 'mermaid')?.slice(-5)).toEqual([
      '  section b',
      '  turn :done, 00:00:12.000, 00:00:24.000',
      '  section aa',
      '  request :active, 00:00:00.000, 00:00:06.000',
      '  state :00:00:06.000, 00:00:12.000',
    ]);
  });

  it('draws the machines that failed first, then the slowest', () => {
    const quick = timed('quick', span('state', 0, 1_000));
    const slow = timed('slow', span('state', 0, 9_000));
    expect(sectionsOf(timelineOf(quick, slow, late))).toEqual([
      '  section b',
      '  section slow',
      '  section quick',
    ]);
  });

  it('draws thirty of many, and says of how many', () => {
    const machines = Array.from({ length: 100 }, (_, at) => timed(`m${at}`, span('state', 0, 1_000 + at)));
    const markdown = timelineOf(...machines);
    expect(markdown).toContain('1.1 s from end to end, the 30 slowest of 100 machines</summary>');
    expect(sectionsOf(markdown)).toHaveLength(30);
    expect(sectionsOf(markdown)?.[0]).toBe('  section m99');
    expect(timelineOf(...machines.slice(0, 30))).not.toContain('slowest');
  });

  it.each([
    ['all of it took less than a second', [span('state', 0, 999)]],
    ['no machine has spans', []],
  ])('is left out where %s', (_, spans) => expect(timelineOf(timed('a', ...spans))).toBe('\n'));

  it('is left out without machines', () => expect(timelineOf()).toBe('\n'));

  it('leaves spans out of the chart that are too short to be seen, and keeps them in the bars', () => {
    const markdown = timelineOf(
      timed('a', span('turn', 0, 199), span('request', 199, 2_000), span('state', 2_000, 10_000)),
    );
    expect(blockOf(markdown, 'mermaid')?.slice(-2)).toEqual([
      '  request :active, 00:00:00.199, 00:00:02.000',
      '  state :00:00:02.000, 00:00:10.000',
    ]);
    expect(blockOf(markdown, 'text')).toContain('░ waits for its turn');
  });

  it.each([
    ['less than a day', 86_399_999, true],
    ['a day', 86_400_000, false],
    ['more than a day', 90_000_000, false],
  ])('has a chart for what took %s: %d ms, %s', (_, whole, hasChart) => {
    const markdown = timelineOf(timed('a', span('state', 0, whole)));
    expect(markdown.includes('```mermaid')).toBe(hasChart);
    expect(blockOf(markdown, 'text')?.[0]).toMatch(/^a █{20} /);
  });
});

describe('when ids and names are hostile', () => {
  it.each([
    ['a fence', '```\n# head', '______head'],
    ['a task', 'a :crit, 00:00', 'a__crit__00_00'],
    ['a comment', '%% x', '___x'],
    ['a directive', '%%{init: {}}%%', '___init_______'],
    ['a link', 'click a href "javascript:x"', 'click_a_href__'],
    ['HTML', '<img src=x>', '_img_src_x_'],
    ['a long one', 'x'.repeat(5_000), 'x'.repeat(14)],
  ])('draws nothing but ids, and of those nothing but letters: %s', (_, id, shown) => {
    const evil = timed(id, span('state', 0, 2_000));
    const markdown = timelineOf({ ...evil, machine: { ...evil.machine, name: 'EVIL', app: 'EVIL' } });
    expect(sectionsOf(markdown)).toEqual([`  section ${shown}`]);
    expect(blockOf(markdown, 'text')?.[0]).toBe(`${shown} ${'█'.repeat(20)} 2 s`);
    expect(markdown.split('```')).toHaveLength(5);
    expect(markdown).not.toContain('EVIL');
  });
});
