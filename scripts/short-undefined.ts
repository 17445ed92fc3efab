import ts from 'typescript';

/**
 * Returns a module's text with a variable wherever a minifier wrote `void 0`, as it does for each `undefined`: in over a
 * thousand places. The variable's declaration stands last, and holds in the whole module; a name that the module has
 * already is an error.
 */
export function withShortUndefined(code: string, name: string): string {
  const module = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const places: ts.Node[] = [];
  const read = (node: ts.Node) => {
    if (ts.isIdentifier(node) && node.text === name) throw new Error(`The module has a \`${name}\` already.`);
    if (ts.isVoidExpression(node) && node.expression.getText(module) === '0') places.push(node);
    else ts.forEachChild(node, read);
  };
  read(module);
  const short = places
    .toReversed()
    .reduce((text, it) => text.slice(0, it.getStart(module)) + name + text.slice(it.end), code);
  return `${short.replace(/;$/, '')};var ${name};`;
}
