import type { MachineResult } from '../../commands/result/result.js';
import { formatDuration } from '../../text.js';
import { ganttOf } from './gantt.js';
import type { Page } from './page.js';
import { lastMoment, shadesIn, timelineBar } from './timeline-bar.js';

/** Most machines whose course is drawn: those that failed, then those that took longest. */
const MOST_DRAWN = 30;
/** Shortest work in ms that has a timeline. */
const SHORTEST_MS = 1_000;
const MS_PER_DAY = 86_400_000;
const LONGEST_ID = 14;

/** Adds who waited for what, folded: as bars that every engine shows, and as a chart where Mermaid is drawn. */
export function addTimeline(page: Page, machines: readonly MachineResult[]): void {
  const courses = machines
    .flatMap(({ machine, spans = [], outcome, durationMs }) =>
      spans.length === 0
        ? []
        : { id: idOf(machine.id), spans, rank: outcome === 'failed' ? 0 : 1, durationMs },
    )
    .sort((a, b) => a.rank - b.rank || b.durationMs - a.durationMs);
  const whole = lastMoment(courses.flatMap(({ spans }) => spans));
  if (whole < SHORTEST_MS) return;
  const drawn = courses.slice(0, MOST_DRAWN);
  const most =
    drawn.length < courses.length ? `, the ${drawn.length} slowest of ${courses.length} machines` : '';
  page.fold(`Who waited for what: ${formatDuration(whole)} from end to end${most}`, () => {
    const width = Math.max(...drawn.map(({ id }) => id.length));
    page.add(
      '```text',
      ...drawn.map(
        ({ id, spans, durationMs }) =>
          `${id.padEnd(width)} ${timelineBar(spans, whole)} ${formatDuration(durationMs)}`,
      ),
      '',
      ...shadesIn(drawn.flatMap(({ spans }) => spans)),
      '```',
    );
    if (whole < MS_PER_DAY) page.add(...ganttOf(drawn, whole));
  });
}

/** Returns an id with what Fly's ids have, so that neither a fence nor Mermaid takes a stranger's text for its own. */
function idOf(id: string): string {
  return id.replace(/[^\w-]/g, '_').slice(0, LONGEST_ID) || 'machine';
}
