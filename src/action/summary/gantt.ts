import type { Phase, Span } from '../../commands/result/timeline.js';

/** Course of one machine: each thing that it waited for. */
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

/** Draws who waited for what, and when, as a Mermaid chart. Times are in ms since the work began, of a day at most. */
export function ganttOf(courses: readonly Course[]): string[] {
  return [
    '```mermaid',
    '---',
    'displayMode: compact',
    'config: { gantt: { leftPadding: 120 } }',
    '---',
    'gantt',
    '  dateFormat HH:mm:ss.SSS',
    '  axisFormat %M:%S',
    ...courses.flatMap(({ id, spans }) => [
      `  section ${id}`,
      ...spans.map(({ phase, from, to }) => `  ${phase} :${TAGS[phase]}${timeOf(from)}, ${timeOf(to)}`),
    ]),
    '```',
  ];
}

/** Writes a time of the day as Mermaid reads it back. It is of the reader's own zone, so that no zone shifts it. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
