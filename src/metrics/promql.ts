/** Writes a PromQL string: escapes as Go has them, of which JSON's are a part. */
export function labelValue(text: string): string {
  return JSON.stringify(text);
}

/** Writes a PromQL duration in whole seconds, which VictoriaMetrics reads as well. */
export function promDuration(ms: number): string {
  return `${ms / 1000}s`;
}

/** Selects the series of a metric with these labels; a matcher is a label's exact value, or says itself how it compares. */
export function selector(
  metric: string,
  labels: Readonly<Record<string, string>>,
  ...matchers: string[]
): string {
  const exact = Object.entries(labels).map(([name, value]) => `${name}=${labelValue(value)}`);
  return `${metric}{${[...exact, ...matchers].join(',')}}`;
}

/**
 * Queries the sum of what series had at most since the step before. Every sample counts once, and a step without a sample has no
 * value: a bare selector would repeat the last one for five minutes, and hide what rose and fell between two steps.
 */
export function peaks(series: string, stepMs: number): string {
  return `sum by (instance) (max_over_time(${series}[${promDuration(stepMs)}]))`;
}

/** Queries the sum of counters, as last measured since the step before; a step without a sample has no value. */
export function counters(series: string, stepMs: number): string {
  return `sum by (instance) (last_over_time(${series}[${promDuration(stepMs)}]))`;
}

/**
 * Queries where a counter was measured less often since the step before than a gauge of the same origin: it was away in
 * between, and may have begun anew. Has no value where all is well.
 */
export function lapses(counter: string, gauge: string, stepMs: number): string {
  const counted = (series: string) =>
    `by (instance, host) (count_over_time(${series}[${promDuration(stepMs)}]))`;
  return `max by (instance) (min ${counted(counter)} < max ${counted(gauge)})`;
}

/** Joins queries: several values per instance in one answer, told apart by the label `signal`. */
export function union(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, query]) => `label_replace(${query}, "signal", ${labelValue(name)}, "", "")`)
    .join(' or ');
}
