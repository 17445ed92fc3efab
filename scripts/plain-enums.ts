/** Enum as TypeScript's compiler writes it: a function that fills an object. */
const ENUM = /^var (\w+);\n\(function \(\w+\) \{\n((?:[^\n}].*\n)*)\}\)\(\1 \|\| \(\1 = \{\}\)\);$/gm;
/** Member of one, with a number or a text as its value. */
const MEMBER = /^ *\w+\[(?:\w+\[)?("\w+")\]? = (\d+|"[^"\\]*")(?:\] = \1)?;$/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/**
 * Returns a module's text in which each enum is a plain object, and its values stand where lists read them. A minifier drops
 * such an object where nothing reads it; a function that is called it has to keep. An enum with other members stays as it is.
 */
export function withPlainEnums(code: string): string {
  const values = new Map<string, string>();
  const plain = code.replace(ENUM, (whole, name: string, body: string) => {
    if (body.replace(MEMBER, '').replace(COMMENT, '').trim() !== '') return whole;
    const pairs = [...body.matchAll(MEMBER)].flatMap(([, key = '', value = '']) => {
      values.set(`${name}.${JSON.parse(key)}`, value);
      return /^\d/.test(value) ? [`${key}: ${value}`, `${value}: ${key}`] : [`${key}: ${value}`];
    });
    return `var ${name} = { ${pairs.join(', ')} };`;
  });
  return plain.replace(/^const \w+ = \[\s*\w+\.[\s\w.,]*\];$/gm, (list) =>
    list.replace(/\w+\.\w+/g, (read) => values.get(read) ?? read),
  );
}
