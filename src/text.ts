const LONGEST = 300;
/** Long enough to be a token, a ticket or a discharge; base64 of that length has all three kinds of characters. */
const DENSE = /[\w+/=%-]{40,}/g;
const isSecret = (run: string) => /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run);

/**
 * Text of somebody else (an error body, most likely) on its way into one of our messages: one line, short, and
 * without anything that could be a token, a ticket or a discharge echoed back.
 */
export function excerpt(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(/\s+/g, ' ')
    .replace(DENSE, (run) => (isSecret(run) ? '[…]' : run))
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Shorter words of a header, such as its scheme, occur by chance. */
const SHORTEST_SECRET = 8;

/**
 * Takes out of a text whatever an Authorization header holds, tokens without their prefix (`fm2_`) and padding
 * included, in case a server echoes what it was sent, or a command prints it.
 */
export function withoutHeader(text: string, authorization: string): string {
  const words = authorization.split(/[\s,]+/);
  const forms = words.flatMap((word) => [word, word.slice(word.indexOf('_') + 1).replace(/(?<!=)=+$/, '')]);
  const secrets = forms.filter((form) => form.length >= SHORTEST_SECRET);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[…]'), text);
}

/** A length of time as a person says it: `40 ms`, `12 s`, `10 min 30 s`, `7 h 5 min`, `364 d`. */
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

/** JavaScript knows no time beyond, in either direction. In milliseconds. */
const LAST_TIME = 8.64e15;

/** RFC 3339 in UTC, whole seconds; of a time that no calendar reaches, the last one that does. */
export function formatTime(ms: number): string {
  const time = Math.max(-LAST_TIME, Math.min(ms, LAST_TIME));
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `1 machine`, `2 machines`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const MOST_NAMED = 10;

/** The first ten of a list, and how many more there are: `a, b, c and 4 more`. */
export function enumerated(values: readonly string[]): string {
  const named = values.slice(0, MOST_NAMED).join(', ');
  return values.length > MOST_NAMED ? `${named} and ${values.length - MOST_NAMED} more` : named;
}

/** What there is to say, of which any may be empty. */
export function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
