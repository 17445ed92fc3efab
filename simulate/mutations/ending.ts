/** End of a simulation. */
export type Ending =
  | {
      readonly kind: 'found';
      readonly check: string;
      readonly what: string;
      readonly job: number | undefined;
    }
  | { readonly kind: 'nothing found' }
  | { readonly kind: 'hung' }
  /** It could not run: the last line that it printed. */
  | { readonly kind: 'broken'; readonly what: string };

/** Line of a finding, and the way to play its job again. */
const FINDING = /^finding: (.+?): (.*)$/m;
const REPLAY = /--job (\d+)/;

/** Reads how a simulation ended from what it printed. */
export function endingOf(
  output: string,
  { code, isLate }: { readonly code: number | null; readonly isLate: boolean },
): Ending {
  const [, check, what] = FINDING.exec(output) ?? [];
  if (check !== undefined && what !== undefined) {
    const [, job] = REPLAY.exec(output) ?? [];
    return { kind: 'found', check, what, job: job === undefined ? undefined : Number(job) };
  }
  if (isLate) return { kind: 'hung' };
  if (code === 0) return { kind: 'nothing found' };
  return { kind: 'broken', what: output.trimEnd().split('\n').at(-1) ?? '' };
}
