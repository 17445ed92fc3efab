/** Length of the shortest piece of a secret that counts, in characters; shorter ones occur by chance. */
const PIECE = 16;
/** Zeros in base64, which are in many texts. */
const FILLING = 'AAAAAAAA';

/** Stretches of which tokens, keys and credentials consist. */
const STRETCH = /[A-Za-z0-9+/=_-]{16,}/g;

/**
 * Pieces of secrets, to be found in texts. Every stretch of a secret that is twice as long as a piece holds one whole, so
 * that a text is searched by looking up each piece of its own long stretches, whatever the number of secrets.
 */
export class Pieces {
  readonly #pieces = new Map<string, string>();
  /** Secrets that are too short for pieces. */
  readonly #short = new Map<string, string>();
  readonly #known = new Set<string>();

  /** Takes a secret in, under the name of what it is. */
  add(what: string, secret: string): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const stretch of secret.match(STRETCH) ?? []) {
      for (let at = 0; at + PIECE <= stretch.length; at += PIECE) {
        const piece = stretch.slice(at, at + PIECE);
        if (!piece.includes(FILLING) && !this.#pieces.has(piece)) this.#pieces.set(piece, what);
      }
    }
  }

  /** Takes in a secret that is looked for as a whole, however short. */
  addShort(what: string, secret: string): void {
    if (secret.length > 0) this.#short.set(secret, what);
  }

  /** Returns what a text holds a piece of; undefined for nothing. */
  in(text: string): string | undefined {
    if (text.length < PIECE && this.#short.size === 0) return undefined;
    for (const [stretch] of text.matchAll(STRETCH)) {
      for (let at = 0; at + PIECE <= stretch.length; at += 1) {
        const what = this.#pieces.get(stretch.slice(at, at + PIECE));
        if (what !== undefined) return what;
      }
    }
    for (const [secret, what] of this.#short) if (text.includes(secret)) return what;
    return undefined;
  }
}
