import { GraphqlError } from './graphql-error.js';

/** One field that a query asks for, with what it asks of it. */
export interface Field {
  /** What the field is called in the answer. */
  readonly alias: string;
  readonly name: string;
  /** Variables are put in. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Empty for a plain value. */
  readonly fields: readonly Field[];
}

const TOKEN = /[\s,]+|#[^\n]*|(\.\.\.|[{}()[\]:!$=@|&]|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|"(?:[^"\\\n]|\\.)*")/y;

/**
 * The fields that a document with one query asks for: names, aliases, variables, plain arguments and selections,
 * which is what Fly's CLI uses for reading. Throws a `GraphqlError` for anything else, mutations, fragments and
 * directives included.
 */
export function readQuery(document: string, variables: Readonly<Record<string, unknown>>): readonly Field[] {
  const tokens = split(document);
  let at = 0;
  const peek = () => tokens[at] ?? '';
  const next = () => {
    at += 1;
    return tokens[at - 1] ?? '';
  };
  const expect = (wanted: string) => {
    const found = next();
    if (found !== wanted) throw parseError(found, wanted);
  };
  const name = () => {
    const found = next();
    if (!/^[A-Za-z_]/.test(found)) throw parseError(found, 'a name');
    return found;
  };

  function value(): unknown {
    const token = next();
    if (token === '$') return variables[name()];
    // Strings and numbers are written as in JSON, and so are these three words.
    if (/^["\d-]|^(?:true|false|null)$/.test(token)) return JSON.parse(token);
    throw parseError(token, 'a plain value');
  }

  function args(): Record<string, unknown> {
    const given: Record<string, unknown> = {};
    if (peek() !== '(') return given;
    next();
    while (peek() !== ')') {
      const key = name();
      expect(':');
      given[key] = value();
    }
    next();
    return given;
  }

  function selection(): Field[] {
    const fields: Field[] = [];
    expect('{');
    while (peek() !== '}') {
      const first = name();
      if (peek() === ':') next();
      const named = tokens[at - 1] === ':' ? name() : first;
      fields.push({ alias: first, name: named, args: args(), fields: peek() === '{' ? selection() : [] });
    }
    next();
    return fields;
  }

  if (peek() !== '{') {
    expect('query');
    // The declarations say nothing that matters here: the variables' values are given.
    while (peek() !== '{' && peek() !== '') next();
  }
  const fields = selection();
  if (at < tokens.length) throw parseError(peek(), 'the end');
  return fields;
}

function split(document: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const { lastIndex } = TOKEN;
    const found = TOKEN.exec(document);
    if (found === null) throw parseError(document.charAt(lastIndex), 'a token');
    if (found[1] !== undefined) tokens.push(found[1]);
  }
  return tokens;
}

function parseError(found: string, wanted: string): GraphqlError {
  const shown = found === '' ? 'the end' : `"${found.slice(0, 40)}"`;
  return new GraphqlError(`Parse error on ${shown}: this emulator expects ${wanted} here`);
}
