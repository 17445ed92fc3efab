import type { Dice } from './dice.js';

const SHORT_ESCAPES = new Map([
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
const NEEDS_ESCAPE = /["\\\p{Cc}]/u;
/** Lines that look like the one that names the app, or end a text, within something else. */
const DECOYS = ['app = "decoy"', '"app" = "decoy"', '[app]', 'app.x = 1', '# app = "decoy"', "app='decoy'"];
const QUOTES = ['"""', "'''"];
const VALUES = [
  ...['true', 'false', '0', '-17', '+1_000', '0xDEAD_beef', '0o755', '0b1010', '1.5', '-2e10', '6.26e-34'],
  ...['inf', '-nan', '2025-01-15', '12:30:00', '2025-01-15T12:30:00Z', '2025-01-15 12:30:00.5+01:00', '[]'],
  ...['{}', '[1, 2]', '[ [ "a" ], [ "b", ], ]', '{ app = "decoy" }', '[{ app = "decoy" }]', '"decoy"'],
  '{ a.app = "decoy", "b c" = [1] }',
];

/**
 * Writes a valid TOML document whose key `app`, outside of tables, is this text, in one of the many ways to say so.
 * Without a text, the key is missing or is something else.
 */
export function tomlDocument(dice: Dice, app: string | undefined): string {
  const newline = dice.chance(0.2) ? '\r\n' : '\n';
  const statements = () => Array.from({ length: dice.size(8) }, () => statement(dice, newline));
  const tables = Array.from({ length: dice.size(4) }, () => table(dice, newline));
  const lines = [...statements(), ...appLine(dice, app, newline), ...statements(), ...tables.flat()];
  const text = lines.map((line) => blank(dice) + line + comment(dice)).join(newline);
  return dice.chance(0.8) ? text + newline : text;
}

function appLine(dice: Dice, app: string | undefined, newline: string): string[] {
  const key = dice.pick(['app', 'app', '"app"', "'app'", '"\\u0061pp"']);
  if (app !== undefined) return [`${key}${blank(dice)}=${blank(dice)}${tomlString(dice, app, newline)}`];
  const others = VALUES.filter((it) => !it.startsWith('"')).map((it) => `${key} = ${it}`);
  return dice.pick([[], [`${key}.name = "decoy"`], [dice.pick(others)]]);
}

/** Writes a text in one of the four forms of strings. */
function tomlString(dice: Dice, text: string, newline: string): string {
  // A newline behind the quotes is no part of the text.
  const first = dice.chance(0.5) ? newline : '';
  const escaped = [...text].map((it) => escapedOne(dice, it));
  const forms = [`"${escaped.join('')}"`, `"""${first}${folded(dice, escaped, newline)}"""`];
  if (!/[\p{Cc}']/u.test(text)) forms.push(`'${text}'`, `'''${first}${text}'''`);
  return dice.pick(forms);
}

function escapedOne(dice: Dice, character: string): string {
  if (!NEEDS_ESCAPE.test(character) && dice.chance(0.9)) return character;
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined && dice.chance(0.5)) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 4 && dice.chance(0.7) ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Breaks lines now and then: a backslash at the end of one takes away all that is blank up to the next text. */
function folded(dice: Dice, characters: readonly string[], newline: string): string {
  const fold = () => `\\${blank(dice)}${newline.repeat(1 + dice.size(3))}${blank(dice)}`;
  return characters.map((it) => (/^\s/.test(it) || dice.chance(0.95) ? it : fold() + it)).join('');
}

function table(dice: Dice, newline: string): string[] {
  const name = `${dice.pick(['http_service', 'build', 'env', '"a b"'])}.${unique(dice)}`;
  const decoy = dice.chance(0.5) ? [`app = ${tomlString(dice, 'decoy', newline)}`] : [];
  const statements = Array.from({ length: dice.size(5) }, () => statement(dice, newline));
  return [dice.chance(0.3) ? `[[${name}]]` : `[ ${name} ]`, ...decoy, ...statements];
}

/** Returns a line, or several, that say nothing of the app. */
function statement(dice: Dice, newline: string): string {
  const own = unique(dice);
  const key = dice.pick([own, `"${own} x"`, `x.${own}.app`, `'app '.${own}`, `__proto__.${own}`]);
  const decoys = DECOYS.join(newline);
  const decoy = () => tomlString(dice, dice.pick([...DECOYS, ...QUOTES]), newline);
  return dice.pick([
    '',
    `# ${dice.pick(DECOYS)}`,
    `${key} = """${newline}${decoys}${newline}'''\\""""""`,
    `${key} = '''${newline}${decoys}${newline}"""\\'''`,
    `${key} = [ # ${dice.pick(DECOYS)}${newline}  ${decoy()},${newline}${newline}]`,
    `${key} = ${decoy()}`,
    `${key} = ${dice.pick(VALUES)}`,
  ]);
}

const blank = (dice: Dice): string => dice.pick(['', '', ' ', '\t ']);
const comment = (dice: Dice): string => (dice.chance(0.1) ? ` # ${dice.pick(DECOYS)}` : '');
const unique = (dice: Dice): string => `k${dice.below(2 ** 31)}-${dice.below(2 ** 31)}`;
