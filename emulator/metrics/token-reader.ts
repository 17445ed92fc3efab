const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?(?:ms|[smhd])?|!=|=~|!~|[-+*/<(){}[\],=])/y;

/** A reader of the tokens of a PromQL query. Its methods throw errors that say what is wrong with the query. */
export class TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  /** Returns the next token; undefined at the end. */
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

  /** Takes the next token if it is one of the wanted. */
  takeIf(...wanted: readonly string[]): string | undefined {
    return this.next !== undefined && wanted.includes(this.next) ? this.take() : undefined;
  }

  /** Takes the next token, which must be the wanted one. */
  expect(wanted: string): void {
    const token = this.take();
    if (token !== wanted) throw new Error(`unexpected ${token}, ${wanted} was expected`);
  }

  /** Takes a string and returns its content. */
  string(): string {
    const token = this.take();
    if (!token.startsWith('"')) throw new Error(`unexpected ${token}, a string was expected`);
    // Go has more escapes than JSON, but clients send only JSON's.
    return String(JSON.parse(token));
  }

  /** Takes a list between brackets, separated by commas. */
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
