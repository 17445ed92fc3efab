/** Numbers of times that things were seen, by group and name: `refusal: lease held`. */
export type Counts = Readonly<Record<string, number>>;

/** Tally of one script. */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(group: string, name: string, times = 1): void {
    const key = `${group}: ${name}`;
    this.counts[key] = (this.counts[key] ?? 0) + times;
  }
}

/** Adds up counts of several scripts. */
export function mergeCounts(all: Map<string, number>, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) all.set(name, (all.get(name) ?? 0) + count);
}
