const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?(?:ms|[smhd])?|!=|=~|!~|[-+*/<(){}[\],=])/y;

/** Reads the tokens of a query of PromQL one by one; throws errors that say what is wrong with it. */
export class TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  /** The next token; undefined at the end. */
  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  /** Takes the next token. */
  take(): string {
    const token = this.next;
    if (token === undefined) throw new Error('unexpected end of input');
    this.#at += 1;
    return token;
  }

  /** Takes the next token if it is one of those. */
  takeIf(...wanted: readonly string[]): string | undefined {
    return this.next !== undefined && wanted.includes(this.next) ? this.take() : undefined;
  }

  /** Takes a token that has to be there. */
  expect(wanted: string): void {
    const token = this.take();
    if (token !== wanted) throw new Error(`unexpected ${token}, ${wanted} was expected`);
  }

  /** Takes a string. */
  string(): string {
    const token = this.take();
    if (!token.startsWith('"')) throw new Error(`unexpected ${token}, a string was expected`);
    // Go's escapes, of which JSON's are all that is sent here.
    return String(JSON.parse(token));
  }

  /** What stands between brackets, parted by commas. */
  list<T>([open, close]: readonly [string, string], read: () => T): T[] {
    const items: T[] = [];
    this.expect(open);
    while (this.takeIf(close) === undefined) {
      items.push(read());
      if (this.next !== close) this.expect(',');
    }
    return items;
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`unexpected character at ${at}`);
    tokens.push(token);
  }
  return tokens;
}
