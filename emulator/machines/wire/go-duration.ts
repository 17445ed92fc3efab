const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration as Go writes it (`1h30m`, `30s`, `0`). Returns milliseconds, or undefined when it isn't one.
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined;
  let ms = 0;
  for (const [, amount = '', unit = ''] of rest.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(amount) * (UNITS[unit] ?? 0);
  }
  return sign === '-' ? -ms : ms;
}

/**
 * Reads a duration in a JSON body: a string in Go's form, or a number of nanoseconds. Returns milliseconds.
 * (superfly/fly-go: duration.go)
 */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value / 1e6;
  return typeof value === 'string' ? parseGoDuration(value) : undefined;
}
