/** A workflow command in a line that a step printed. */
export interface Command {
  /** Name in lower case: the runner ignores case. */
  readonly name: string;
  /** Values, unescaped, by keys in lower case. */
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

/** Commands that the runner obeys on standard output and standard error. */
export const KNOWN_COMMANDS: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/**
 * Reads one line as the runner does: `::name key=value,…::data` after blanks, else the old `##[name
 * key=value;…]data` anywhere in the line. Returns undefined when the line holds no command of `known`. The
 * runner compares by the host's culture, this function compares exactly. Source: actions/runner, ActionCommand.
 */
export function parseCommand(line: string, known: ReadonlySet<string>): Command | undefined {
  return parseColons(line, known) ?? parseBrackets(line, known);
}

// .NET's set of blanks is JavaScript's, with U+0085 and without the byte order mark.
const LEADING_BLANKS = /^(?:(?!\uFEFF)[\s\u0085])+/;

function parseColons(line: string, known: ReadonlySet<string>): Command | undefined {
  const text = line.replace(LEADING_BLANKS, '');
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  if (end < 0) return undefined;
  const { name, rest } = splitName(text.slice(2, end));
  if (!known.has(name)) return undefined;
  return {
    name,
    properties: parseProperties(rest.trim(), ',', unescapeProperty),
    data: unescapeData(text.slice(end + 2)),
  };
}

function parseBrackets(line: string, known: ReadonlySet<string>): Command | undefined {
  // Only the first opening counts: a line with an unknown command before a known one is plain text.
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, rest } = splitName(line.slice(start + 3, end));
  if (!known.has(name)) return undefined;
  return {
    name,
    properties: parseProperties(rest, ';', unescapeOld),
    data: unescapeOld(line.slice(end + 1)),
  };
}

function splitName(info: string): { readonly name: string; readonly rest: string } {
  const space = info.indexOf(' ');
  return space < 0
    ? { name: info.toLowerCase(), rest: '' }
    : { name: info.slice(0, space).toLowerCase(), rest: info.slice(space + 1) };
}

function parseProperties(
  text: string,
  separator: string,
  decode: (value: string) => string,
): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const pair of text.split(separator)) {
    const equals = pair.indexOf('=');
    const value = pair.slice(equals + 1);
    if (equals > 0 && value !== '') properties.set(pair.slice(0, equals).toLowerCase(), decode(value));
  }
  return properties;
}

// `%25` comes last in all three, so that `%250A` stays the text `%0A`.
function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

function unescapeOld(text: string): string {
  return unescapeData(text.replaceAll('%3B', ';').replaceAll('%5D', ']'));
}
