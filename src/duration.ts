import parse from 'parse-duration';

const GO_DURATION = /^(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+$/;
const SECONDS = /^\d+(\.\d+)?$/;

/** Milliseconds of a Go duration (`90s`, `1h30m`) or a plain number of seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1000;
  return GO_DURATION.test(text) ? (parse(text) ?? undefined) : undefined;
}
