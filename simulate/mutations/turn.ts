/** Returns the turn of a commit among so many, from 1: it changes from commit to commit, so that all have their turn. */
export function turnOf(commit: string, of: number): number {
  return (Number.parseInt(commit.slice(0, 8), 16) % of) + 1;
}

/** Returns each `of`-th of the items, beginning with the `turn`-th, from 1. */
export function inTurn<T>(items: readonly T[], turn: number, of: number): T[] {
  return items.filter((_, index) => index % of === turn - 1);
}
