import type { Ending } from './ending.js';
import type { Mutation } from './mutation.js';

/** Mutation, and how the simulation of it ended. */
export interface Verdict {
  readonly mutation: Mutation;
  readonly ending: Ending;
}

/** Returns whether a mutation was found, by whichever checker. */
export function isFound({ ending }: Verdict): boolean {
  return ending.kind === 'found';
}

/** Returns the line of a table for a mutation: its name, the checker that told of it, and after how many jobs. */
export function lineOf({ mutation: { name, found }, ending }: Verdict, width: number): string {
  const head = name.padEnd(width);
  if (ending.kind === 'broken') return `${head}  NOT FOUND: the simulation could not run: ${ending.what}`;
  if (ending.kind === 'hung') return `${head}  NOT FOUND: the simulation did not end`;
  if (ending.kind === 'nothing found') return `${head}  NOT FOUND`;
  const { check, job } = ending;
  const other = found.includes(check) ? '' : ` (expected: ${found.join(', ')})`;
  return `${head}  ${check}, after ${job + 1} jobs${other}`;
}
