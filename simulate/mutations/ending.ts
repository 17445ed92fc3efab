import * as v from '@badrap/valita';

/** End of a simulation. */
export type Ending =
  | { readonly kind: 'found'; readonly check: string; readonly what: string; readonly job: number }
  | { readonly kind: 'nothing found' }
  | { readonly kind: 'hung' }
  /** It could not run: the last line that it printed. */
  | { readonly kind: 'broken'; readonly what: string };

const Told = v.object({
  number: v.number(),
  findings: v.array(v.object({ check: v.string(), what: v.string() })),
});

/** Job that breaks promises. */
export type Told = v.Infer<typeof Told>;

/** Reads a line of a simulation about a job that breaks promises; undefined for any other line. */
export function toldIn(line: string): Told | undefined {
  if (!line.startsWith('{')) return undefined;
  const result = Told.try(JSON.parse(line), { mode: 'strip' });
  return result.ok ? result.value : undefined;
}

/** Words of a thread that one job has brought to its end, or keeps busy for ever. */
const STUCK = /job (\d+) (?:does not end|ended its thread).*/;

/** Reads how a simulation ended that told of nothing new, from the rest that it printed. */
export function endingOf(
  rest: string,
  { code, isLate }: { readonly code: number | null; readonly isLate: boolean },
): Ending {
  if (isLate) return { kind: 'hung' };
  if (code === 0) return { kind: 'nothing found' };
  const [what, job] = STUCK.exec(rest) ?? [];
  if (what !== undefined)
    return { kind: 'found', check: 'the play comes to its end', what, job: Number(job) };
  return { kind: 'broken', what: rest.trimEnd().split('\n').at(-1) ?? '' };
}
