import type { Phase, Span } from '../../commands/result/timeline.js';

/** Course of one machine: what it waited for, and when. */
export interface Course {
  /** Name that Mermaid can't take for anything else. */
  readonly id: string;
  readonly spans: readonly Span[];
}

/** Colours that Mermaid has for a task: grey for a wait that is ours, light for Fly's answer, red for what is watched. */
const TAGS: Record<Phase, string> = {
  turn: 'done, ',
  lease: 'crit, ',
  request: 'active, ',
  state: '',
  checks: '',
  settle: 'done, ',
};

/** Formats of the axis, by the time in ms below which they tell moments apart. */
const AXES = [
  [10_000, '%S.%L'],
  [3_600_000, '%M:%S'],
] as const;
/** Parts of the whole: shorter spans are not drawn, and have no label. */
const [SHORTEST, SHORTEST_LABELLED] = [1 / 50, 1 / 8];
/** Label that shows nothing; Mermaid wants one. */
const UNLABELLED = '\u200b';

/** Draws who waited for what, and when, as a Mermaid chart. Times are in ms since the work began; `whole` is less than a day. */
export function ganttOf(courses: readonly Course[], whole: number): string[] {
  const label = ({ phase, from, to }: Span) => (to - from < whole * SHORTEST_LABELLED ? UNLABELLED : phase);
  return [
    '```mermaid',
    '---',
    'displayMode: compact',
    'config: { gantt: { leftPadding: 120 } }',
    '---',
    'gantt',
    '  dateFormat HH:mm:ss.SSS',
    `  axisFormat ${AXES.find(([most]) => whole < most)?.[1] ?? '%H:%M'}`,
    ...courses.flatMap(({ id, spans }) => [
      `  section ${id}`,
      ...spans
        .filter(({ from, to }) => to - from >= whole * SHORTEST)
        .map((it) => `  ${label(it)} :${TAGS[it.phase]}${timeOf(it.from)}, ${timeOf(it.to)}`),
    ]),
    '```',
  ];
}

/** Writes a time of the day as Mermaid reads it back. It is of the reader's own zone, so that no zone shifts it. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
