const LONGEST_EXCERPT = 300;
/**
 * Text long enough to be a token, a ticket or a discharge, its `+`, `/` and `=` escaped or not; base64 of that length has all
 * three kinds of characters.
 */
const DENSE = /(?:[\w+/=%-]|\\+u00[0-9a-f]{2}|\\+\/|&#x?[0-9a-f]{2,3};){40,}/gi;
const isSecret = (run: string) => /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run);
/** The same in hexadecimal: bytes or groups of them, all with the same before and the same between them. */
const HEX = [2, 4, 8].map(
  (digits) =>
    new RegExp(
      `(sha\\d+:)?(0x|\\\\+x|\\\\+u00|%|&#x)?[0-9a-f]{${digits}}([\\s:;,.-]{0,2})(?:\\2[0-9a-f]{${digits}}\\3){${40 / digits - 2},}\\2[0-9a-f]{${digits},}`,
      'gi',
    ),
);
/** The same as decimal numbers. */
const DECIMAL = /\b\d{1,3}(,?\s|,)(?:\d{1,3}\1){18,}\d{1,3}\b/g;

/**
 * Makes a text from outside (an error body, most likely) fit for one of our messages: one line, short, and without
 * anything that could be a token, a ticket or a discharge echoed back.
 */
export function excerpt(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST_EXCERPT)
    .replace(/\s+/g, ' ')
    .replace(DENSE, (run) => (isSecret(run) ? '[…]' : run));
  const readable = HEX.reduce((rest, hex) => rest.replace(hex, unlessDigest), line)
    .replace(DECIMAL, '[…]')
    .trim();
  return readable.length > LONGEST_EXCERPT ? `${readable.slice(0, LONGEST_EXCERPT)}…` : readable;
}

/** Hides a run unless it is a commit or the digest of an image: those are no secrets, and tell what it is about. */
function unlessDigest(run: string, label = ''): string {
  const isHash = label === '' ? run.length === 40 : /^.{6,7}[0-9a-f]{64}$/i.test(run);
  return isHash || !(/[a-f]/i.test(run) && /\d/.test(run)) ? run : `${label}[…]`;
}

/** Writes a length of time as a person says it: `40 ms`, `12 s`, `10 min 30 s`, `7 h 5 min`, `364 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** Last time that JavaScript knows, in either direction, in Unix milliseconds. */
const LAST_TIME = 8.64e15;

/** Writes a time as RFC 3339 in UTC, in whole seconds; for a time beyond all dates, the last date. */
export function formatTime(ms: number): string {
  const time = Math.max(-LAST_TIME, Math.min(ms, LAST_TIME));
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

const RFC_3339 = /^\s*(\d{4}-\d\d-(\d\d))[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\s*$/i;

/**
 * Reads a time in RFC 3339, in Unix milliseconds; NaN for anything else: `Date.parse` alone takes `12` for a year, a time
 * without a zone for local time, and 30 February for 2 March.
 */
export function timeIn(text: string): number {
  const [, date = '', day] = RFC_3339.exec(text) ?? [];
  const isDate = new Date(date).getUTCDate() === Number(day);
  return isDate ? Date.parse(text.trim().toUpperCase().replace(' ', 'T')) : Number.NaN;
}

/**
 * Makes a name safe for a command line, also as part of a list that others make one of: what no id or slug of Fly's has
 * (a quote, a blank, what can't be seen, an option's dash in front) becomes an underscore.
 */
export function commandWord(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]|^[-.]/gu, '_');
}

/** Writes a number with its noun: `1 machine`, `2 machines`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Writes a whole number with commas: `12,345`. Node's own `toLocaleString` takes it tens of milliseconds the first time. */
export function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

const MOST_ENUMERATED = 10;

/** Names the first ten of a list, and how many more there are: `a, b, c and 4 more`. */
export function enumerated(values: readonly string[]): string {
  const named = values.slice(0, MOST_ENUMERATED).join(', ');
  return values.length > MOST_ENUMERATED ? `${named} and ${values.length - MOST_ENUMERATED} more` : named;
}

/** Joins the texts that are not empty with `; `. */
export function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}

const NAMED = /(\w )?\bmachine (?:ID )?([\w-]+)( ?)/gi;

/** Returns a text about a machine for a line that names the machine already: it doesn't say the id again, but in commands. */
export function besideName(text: string, id: string): string {
  return text.replace(
    NAMED,
    (all, before: string | undefined, named: string, blank: string, offset: number) => {
      if (named !== id) return all;
      if (before !== undefined) return `${before}it${blank}`;
      return offset === 0 ? '' : `machine${blank}`;
    },
  );
}
