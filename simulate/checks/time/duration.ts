const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Reads a duration as inputs have it, such as `90s`, `1h30m` or plain seconds, in milliseconds; undefined for another form. */
export function durationIn(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  if (!/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(trimmed)) return undefined;
  let sum = 0;
  for (const [, number, , unit = ''] of trimmed.matchAll(/(\d+(\.\d+)?)(ms|h|m|s)/g))
    sum += Number(number) * (UNITS[unit] ?? 0);
  return sum;
}
