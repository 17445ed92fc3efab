/** Mistake that an engineer could make in `src`, as a patch, and the checkers of the simulation that tell of it. */
export interface Mutation {
  /** Name for tables and `--names`: words joined by hyphens. */
  readonly name: string;
  /** Sentence about what goes wrong for users. */
  readonly tells: string;
  /** Path of the file, from the project's root. */
  readonly file: string;
  /** Text that the file holds exactly once. */
  readonly search: string;
  readonly replace: string;
  /** Text that the script of each job holds which the mistake can touch, as JSON; the others are left out. Absent: any job. */
  readonly only?: string;
  /** Sweep that finds it, in place of chance jobs: some mistakes show over days alone. */
  readonly sweep?: 'fortnights';
  /** Names of checkers that are expected to tell of it; another may do so first. */
  readonly found: readonly string[];
  /** True while no checker tells of it within 2,000 jobs: it is tried by its name alone. */
  readonly isOpen?: true;
}

/** Returns a file's text with the mistake in it. Throws unless the text that it replaces is there exactly once. */
export function mutated(text: string, { name, file, search, replace }: Mutation): string {
  const [before, after, ...more] = text.split(search);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = text.split(search).length - 1;
    throw new Error(`${name}: what it replaces stands in ${file} ${times} times, not once.`);
  }
  return before + replace + after;
}
