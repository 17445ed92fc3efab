/** Deepest nesting of arrays and inline tables; a `fly.toml` needs three levels. */
const MAX_NESTING = 100;

/** Characters that TOML has nowhere: all control characters but the tab and, once there is one kind of them, the line end. */
const FORBIDDEN = /(?![\t\n\u0080-\u009f])\p{Cc}/u;
const LINE_STRING = /(?!"""|''')(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')/y;
/** A string of several lines; up to two quotes may stand anywhere in it, and right before its end. */
const TEXT_BLOCK = /"""\n?((?:"{0,2}(?:[^"\\]|\\[\s\S]))*"{0,2})"""|'''\n?((?:'{0,2}[^'])*'{0,2})'''/y;
/** Any other value without others in it: a boolean, a number, a date or a time. */
const SCALAR =
  /(?:true|false|0x[\dA-Fa-f](?:_?[\dA-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*|[+-]?(?:inf|nan|(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)|\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?=[ \t\n,\]}#]|$)/y;
const BARE_KEY = /[\w-]+/y;
const BLANKS = /[ \t]*/y;
/** Everything that may stand between two statements, or two values of a list. */
const GAP = /(?:[ \t\n]|#[^\n]*)*/y;
const LINE_END = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const EQUALS = /=[ \t]*/y;

const ESCAPE = /\\(?:[ \t]*\n[ \t\n]*|x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\x1b',
  '"': '"',
  '\\': '\\',
};

/**
 * Returns the string that a key of the root table stands for; undefined where it isn't there or is no string. Throws where
 * the document is no TOML, up to its last line, or gives the key twice. Not noticed is what doesn't bear on the key: another
 * one that is given twice, a date such as February 30, an integer beyond 64 bits.
 */
export function rootString(toml: string, key: string): string | undefined {
  return new TomlReader(toml.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')).rootString(key);
}

/** A place in a document, which each method moves on by what it reads. */
class TomlReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.search(FORBIDDEN);
    if (this.#at >= 0) this.#refuse('a control character');
    this.#at = 0;
  }

  rootString(key: string): string | undefined {
    const given: (string | undefined)[] = [];
    let isRoot = true;
    for (this.#take(GAP); this.#at < this.#text.length; this.#take(GAP)) {
      const header = this.#take(/\[\[?/y)?.[0];
      const path = this.#path(header === undefined ? EQUALS : header === '[' ? /\]/y : /\]\]/y);
      const value = header === undefined ? this.#value() : undefined;
      this.#take(LINE_END) ?? this.#refuse('more than a statement');
      // A header names its first key in the root, wherever it stands.
      if ((isRoot || header !== undefined) && path[0] === key)
        given.push(path.length === 1 ? value : undefined);
      isRoot &&= header === undefined;
    }
    if (given.length > 1 && given.some((it) => it !== undefined)) this.#refuse(`a second \`${key}\``);
    return given[0];
  }

  /** Reads a key with its dots, and what stands behind it; returns the key's parts. */
  #path(end: RegExp): readonly string[] {
    const path: string[] = [];
    do {
      this.#take(BLANKS);
      path.push(this.#take(BARE_KEY)?.[0] ?? this.#string(LINE_STRING) ?? this.#refuse('no key'));
      this.#take(BLANKS);
    } while (this.#take(/\./y));
    this.#take(end) ?? this.#refuse('no end of the key');
    return path;
  }

  /** Reads a value; returns it if it is a string. */
  #value(depth = 0): string | undefined {
    const string = this.#string(LINE_STRING) ?? this.#string(TEXT_BLOCK);
    if (string !== undefined) return string;
    const bracket = this.#take(/[[{]/y)?.[0];
    if (bracket !== undefined) this.#list(bracket === '{', depth + 1);
    else this.#take(SCALAR) ?? this.#refuse('no value');
    return undefined;
  }

  /** Reads an array or an inline table up to its end. */
  #list(isTable: boolean, depth: number): void {
    if (depth > MAX_NESTING) this.#refuse('too many brackets');
    const end = isTable ? /\}/y : /\]/y;
    do {
      this.#take(GAP);
      if (this.#take(end)) return;
      if (isTable) this.#path(EQUALS);
      this.#value(depth);
      this.#take(GAP);
    } while (this.#take(/,/y));
    this.#take(end) ?? this.#refuse('no end of a list');
  }

  #string(form: RegExp): string | undefined {
    const found = this.#take(form);
    if (found === null) return undefined;
    const [, basic, literal] = found;
    return basic === undefined ? literal : basic.replace(ESCAPE, (...it) => this.#unescaped(...it));
  }

  #unescaped(whole: string, two?: string, four = two, eight = four, letter?: string): string {
    if (letter !== undefined) return ESCAPED[letter] ?? this.#refuse(`an unknown \`${whole}\``);
    // A line that goes on in the next one.
    if (eight === undefined) return '';
    const code = Number.parseInt(eight, 16);
    const isOne = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isOne ? String.fromCodePoint(code) : this.#refuse(`no character in \`${whole}\``);
  }

  /** Passes over what stands next, if it has this form. */
  #take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found !== null) this.#at = form.lastIndex;
    return found;
  }

  #refuse(what: string): never {
    throw new Error(`line ${this.#text.slice(0, this.#at).split('\n').length} has ${what}`);
  }
}
