import type { Phase, Span } from '../../commands/result/timeline.js';

const CELLS = 20;
const NOTHING = '·';

/** Shade of each phase: the paler, the less happens. Every monospaced font has these characters in one width. */
const SHADES: Record<Phase, string> = {
  turn: '░',
  lease: '▒',
  request: '▓',
  state: '█',
  checks: '▄',
  settle: '▂',
};

const MEANINGS: Record<Phase, string> = {
  turn: 'waits for its turn',
  lease: 'waits for a lease',
  request: "waits for Fly's answer",
  state: 'waits for the state',
  checks: 'waits for health checks',
  settle: 'is watched whether it stays up',
};

/** Draws what one machine waited for, and when: a bar over `whole` ms, in which each cell shows its longest phase. */
export function timelineBar(spans: readonly Span[], whole: number): string {
  const width = whole / CELLS;
  return Array.from({ length: CELLS }, (_, cell) => shadeOf(spans, cell * width, (cell + 1) * width)).join(
    '',
  );
}

/** Returns what the shades of these spans mean, one a line. */
export function shadesIn(spans: readonly Span[]): string[] {
  const seen = new Set(spans.map(({ phase }) => phase));
  return PHASES.filter((phase) => seen.has(phase)).map((phase) => `${SHADES[phase]} ${MEANINGS[phase]}`);
}

/** Returns the end of the last span, in ms since the work began; 0 without spans. */
export function lastMoment(spans: readonly Span[]): number {
  return spans.reduce((end, { to }) => Math.max(end, to), 0);
}

// Object.keys forgets that the keys are the table's own.
const PHASES = Object.keys(SHADES) as Phase[];

function shadeOf(spans: readonly Span[], from: number, to: number): string {
  const lengths = new Map<Phase, number>();
  for (const span of spans) {
    const length = Math.min(span.to, to) - Math.max(span.from, from);
    if (length > 0) lengths.set(span.phase, (lengths.get(span.phase) ?? 0) + length);
  }
  let shade = NOTHING;
  let longest = 0;
  for (const [phase, length] of lengths) {
    if (length <= longest) continue;
    longest = length;
    shade = SHADES[phase];
  }
  return shade;
}
