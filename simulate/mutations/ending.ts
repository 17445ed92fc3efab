import * as v from '@badrap/valita';

/** End of a simulation. */
export type Ending =
  | { readonly kind: 'found'; readonly check: string; readonly what: string; readonly job: number }
  | { readonly kind: 'nothing found' }
  /** One job kept it busy for minutes. */
  | { readonly kind: 'hung' }
  /** It could not run: the last line that it printed. */
  | { readonly kind: 'broken'; readonly what: string };

const JobLine = v.object({
  number: v.number(),
  findings: v.array(v.object({ check: v.string(), what: v.string() })),
});

/** Job, and the promises that it breaks. */
export type JobLine = v.Infer<typeof JobLine>;

/** Reads a line of a simulation about a job; undefined for any other line. */
export function toldIn(line: string): JobLine | undefined {
  if (!line.startsWith('{')) return undefined;
  const result = JobLine.try(JSON.parse(line), { mode: 'strip' });
  return result.ok ? result.value : undefined;
}

/** Reads how a simulation ended that told of nothing new, from the rest that it printed. */
export function endingOf(
  rest: string,
  { code, isSilent }: { readonly code: number | null; readonly isSilent: boolean },
): Ending {
  if (isSilent) return { kind: 'hung' };
  if (code === 0) return { kind: 'nothing found' };
  return { kind: 'broken', what: rest.trimEnd().split('\n').at(-1) ?? '' };
}
