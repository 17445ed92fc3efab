/** Length of the shortest word of a header that is a secret: shorter ones, such as its scheme, occur by chance. */
const SHORTEST_SECRET = 8;
/** Length of a stretch of a secret that is no chance, in characters or bytes; shorter secrets are looked for whole. */
const STRETCH = 16;
/** Distance in characters of the stretches that are looked at in a text: what has 23 in common with a secret is found. */
const STEP = 8;
/** Longest text that is searched in one piece: on a run without end a regular expression runs out of stack. */
const LONGEST_RUN = 20_000;
/** Encodings within each other: the base64 of a header, in a URL. */
const MOST_LAYERS = 2;

const HIDDEN = '[…]';
const HEX_PAIR = '[0-9a-f]{2}';
/** A character spelled for a URL, for JSON, for a shell, or for HTML. */
const SPELLED = `%(?:25)*${HEX_PAIR}|\\\\{1,4}(?:u00|x)${HEX_PAIR}|\\\\{1,4}/|&#x0*${HEX_PAIR};|&#0*\\d{2,3};`;
/** Characters of base64, of a credential, or of either in an encoding of single characters. */
const CODE_RUN = new RegExp(`(?:[\\w+/=.~-]|${SPELLED}){${SHORTEST_SECRET},${LONGEST_RUN}}`, 'gi');
const ONE_SPELLED = new RegExp(SPELLED, 'gi');
/** Bytes in hexadecimal, with or without something between them. */
const HEXES = new RegExp(`(?:(?:0x)?${HEX_PAIR}[\\s:;,._-]{0,2}){${SHORTEST_SECRET},${LONGEST_RUN}}`, 'gi');
/** Bytes as decimal numbers. */
const DECIMALS = /\d{1,3}(?:[\s,;]{1,2}\d{1,3}){7,20000}/g;

/**
 * Takes out of a text whatever an Authorization header holds, in case a server echoes what it was sent, or a command prints
 * it: tokens without their prefix (`fm2_`) and padding, the bytes behind them, and long pieces of either; as base64, in
 * hexadecimal, as numbers, or escaped. Where the text is JSON, what it holds is looked at, and it stays JSON.
 */
export function withoutHeader(text: string, authorization: string): string {
  // Neither holds a secret, and most answers without a body come through here.
  if (text.length < SHORTEST_SECRET || authorization.length < SHORTEST_SECRET) return text;
  const secrets = knownSecrets(authorization);
  if (secrets.isEmpty) return text;
  // An error with a stack takes longer to make than a search takes.
  if (!/^\s*[[{"]/.test(text)) return secrets.hiddenIn(text);
  let isFound = false;
  const hidden = (value: string) => {
    const rest = secrets.hiddenIn(value);
    isFound ||= rest !== value;
    return rest;
  };
  const visit = (_: string, value: unknown): unknown => {
    if (typeof value === 'string') return hidden(value);
    if (typeof value !== 'object' || value === null) return value;
    if (!Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([key, it]) => [hidden(key), it]));
    const isBytes = value.length >= SHORTEST_SECRET && value.every(isByte);
    return isBytes && hidden(value.join(',')) === HIDDEN ? HIDDEN : value;
  };
  let json: unknown;
  try {
    json = JSON.parse(text, visit);
  } catch {
    return secrets.hiddenIn(text); // No JSON, or nested beyond what can be gone through.
  }
  // As it came where nothing is in it: a number of Go's may be more than JavaScript can hold.
  return isFound ? JSON.stringify(json) : text;
}

const MOST_KEPT = 4;
/** Secrets of the last few headers, the latest at the end: every answer is searched for the same ones, and they take long to make. */
const kept = new Map<string, KnownSecrets>();

function knownSecrets(authorization: string): KnownSecrets {
  const secrets = kept.get(authorization) ?? new KnownSecrets(authorization);
  kept.delete(authorization);
  kept.set(authorization, secrets);
  for (const [oldest] of kept) if (kept.size > MOST_KEPT) kept.delete(oldest);
  return secrets;
}

class KnownSecrets {
  readonly #words: readonly string[];
  readonly #short: readonly string[];
  readonly #stretches = new Set<string>();
  /** Shortest text in which a secret is found. */
  readonly #least: number;

  constructor(authorization: string) {
    const words = authorization.split(/[\s,]+/);
    const forms = words.flatMap((word) => [word, word.slice(word.indexOf('_') + 1).replace(/(?<!=)=+$/, '')]);
    const bytes = forms.map((form) => Buffer.from(form, 'base64').toString('latin1'));
    // Of a name and a password, the password.
    const texts = [...forms, ...bytes.filter(isReadable).map((it) => it.slice(it.indexOf(':') + 1))];
    this.#words = texts.filter(({ length }) => length >= SHORTEST_SECRET);
    const binary = bytes.filter((it) => it.length >= SHORTEST_SECRET && !isReadable(it));
    this.#short = [...this.#words, ...binary].filter(({ length }) => length < STRETCH + STEP - 1);
    this.#least = Math.min(STRETCH + STEP - 1, ...this.#short.map(({ length }) => length));
    for (const word of wholesOf(this.#words))
      for (const stretch of stretchesOf(word, 1)) this.#stretches.add(stretch);
    // A macaroon says in clear where it is from, which is no secret.
    for (const form of wholesOf(binary))
      for (const stretch of stretchesOf(form, 1)) if (!isReadable(stretch)) this.#stretches.add(stretch);
  }

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  hiddenIn(text: string): string {
    const whole = this.#words.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    const hide = (run: string) => (this.#isIn(run) ? run.replace(/^(\s*).*?(\s*)$/s, `$1${HIDDEN}$2`) : run);
    return [CODE_RUN, HEXES, DECIMALS].reduce((rest, runs) => rest.replace(runs, hide), whole);
  }

  #isIn(text: string, layers = MOST_LAYERS): boolean {
    if (text.length < this.#least) return false;
    if (this.#short.some((secret) => text.includes(secret))) return true;
    for (const stretch of stretchesOf(text, STEP)) if (this.#stretches.has(stretch)) return true;
    if (layers === 0) return false;
    return readingsOf(text).some((it) => this.#isIn(it, layers - 1));
  }
}

/** Returns everything that a text could be an encoding of. */
function readingsOf(text: string): string[] {
  const plain = text.replace(ONE_SPELLED, (spelled) => {
    const [, hex] = /([0-9a-f]{2});?$/i.exec(spelled) ?? [];
    if (spelled.endsWith('/')) return '/';
    const code = /^&#\d/.test(spelled) ? Number(/\d+/.exec(spelled)?.[0]) : Number.parseInt(hex ?? '', 16);
    return String.fromCharCode(code);
  });
  // Behind other text, base64 may begin within any four characters, and a byte in hexadecimal within two.
  const base64 = [0, 1, 2, 3].map((at) => Buffer.from(plain.slice(at).replaceAll('=', ''), 'base64'));
  const digits = text.replace(/0x|[^0-9a-f]/gi, '');
  const hex = [0, 1].map((at) => Buffer.from(digits.slice(at), 'hex'));
  const numbers = /^[\d\s,;]+$/.test(text) ? text.split(/[\s,;]+/).map(Number) : [];
  const decimal = numbers.every(isByte) ? [Buffer.from(numbers)] : [];
  const read = [...base64, ...hex, ...decimal].map((bytes) => bytes.toString('latin1'));
  return [plain, ...read].filter((it) => it !== text);
}

/** Leaves out the texts that are part of another, whose stretches the other has as well. */
function wholesOf(texts: readonly string[]): string[] {
  return texts.filter((text) => !texts.some((other) => other.length > text.length && other.includes(text)));
}

function* stretchesOf(text: string, step: number): Generator<string> {
  for (let at = 0; at + STRETCH <= text.length; at += step) yield text.slice(at, at + STRETCH);
}

function isReadable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isByte(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}
