const SECONDS = /^\d+(\.\d+)?$/;
const GO_DURATION = /^(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+$/;
const PART = /([\d.]+)(\D+)/g;
/** Milliseconds of each unit. */
const UNITS = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ns', 1e-6],
]);

/** Milliseconds of a Go duration (`90s`, `1h30m`) or a plain number of seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1000;
  if (!GO_DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(PART)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS.get(unit) ?? 0), 0);
}
