/** Runs some work as soon as there is a place for it, in the order in which it came; settles as the work does. */
export type Places = <T>(work: () => Promise<T> | T) => Promise<T>;

/** Returns places for so many at once. */
export function placesFor(most: number): Places {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else
      await new Promise<void>((begin) => {
        waiting.push(begin);
      });
    try {
      return await work();
    } finally {
      // Whoever is first in line takes the place over.
      const next = waiting.shift() ?? (() => (free += 1));
      next();
    }
  };
}
