import ts from 'typescript';

/** Methods that the language itself calls, so that no code has to name them. */
const CALLED_BY_LANGUAGE = new Set(['next', 'return', 'then', 'throw', 'toJSON', 'toString', 'valueOf']);

/** A method or accessor of a class whose name is a plain word or a private one. */
type Method = (ts.MethodDeclaration | ts.AccessorDeclaration) & {
  readonly name: ts.Identifier | ts.PrivateIdentifier;
};

/**
 * Returns a module's text without the methods of its classes that nothing in it names. No minifier drops those, since a
 * name may be put together while the program runs; here none is, and what is named by a string, a key of an object or a
 * pattern stays, too. A class that extends one from outside of the module keeps everything: its parent may call it.
 *
 * Names such as `get` are everywhere, so that a class that has them keeps them. Of a class in `called` stays only what stands
 * there, and what that calls on `this`; such a class must be in the module.
 */
export function withoutUnnamedMethods(
  code: string,
  called: Readonly<Record<string, readonly string[]>> = {},
): string {
  const module = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const classes = classesOf(module);
  const foreign = foreignClasses(classes);
  const named = new Set(CALLED_BY_LANGUAGE);
  const own = new Map<ts.Node, Set<string>>(
    Object.entries(called).map(([name, methods]) => {
      const known = classes.find((it) => nameOf(it) === name);
      if (known === undefined) throw new Error(`The module has no class \`${name}\`.`);
      const always = known.members.filter((it) => !isMethod(it)).flatMap(calledOnThis);
      return [known, new Set([...methods, ...always])] as const;
    }),
  );
  let unnamed: readonly Method[] = [];

  /** Notes each name below a node, and puts methods aside until something names them. */
  const read = (node: ts.Node) => {
    ts.forEachChild(node, (child) => {
      if (isMethod(child) && !foreign.has(child.parent)) {
        unnamed = [...unnamed, child];
        return;
      }
      const name = nameIn(child);
      if (name !== undefined) named.add(name);
      read(child);
    });
  };
  read(module);
  for (;;) {
    const found = unnamed.filter((it) => (own.get(it.parent) ?? named).has(it.name.text));
    if (found.length === 0) break;
    unnamed = unnamed.filter((it) => !found.includes(it));
    for (const method of found) {
      read(method);
      for (const name of calledOnThis(method)) own.get(method.parent)?.add(name);
    }
  }
  return unnamed
    .toSorted((a, b) => b.pos - a.pos)
    .reduce((text, { pos, end }) => text.slice(0, pos) + text.slice(end), code);
}

function isMethod(node: ts.Node): node is Method {
  const isOne = ts.isMethodDeclaration(node) || ts.isAccessor(node);
  return (
    isOne && ts.isClassLike(node.parent) && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name))
  );
}

/** Returns the name of a property that a node reads, sets or may stand for; undefined if it is none, as a variable's name is. */
function nameIn(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isPrivateIdentifier(node)) return node.text;
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node ? node.text : undefined;
  if (ts.isBindingElement(parent))
    return (parent.propertyName ?? parent.name) === node ? node.text : undefined;
  return ts.isObjectLiteralElement(parent) && parent.name === node ? node.text : undefined;
}

/** Returns the names that a node reads of `this`. */
function calledOnThis(node: ts.Node): readonly string[] {
  const names: string[] = [];
  const collect = (it: ts.Node) => {
    if (ts.isPropertyAccessExpression(it) && it.expression.kind === ts.SyntaxKind.ThisKeyword)
      names.push(it.name.text);
    ts.forEachChild(it, collect);
  };
  collect(node);
  return names;
}

function classesOf(module: ts.SourceFile): readonly ts.ClassLikeDeclaration[] {
  const classes: ts.ClassLikeDeclaration[] = [];
  const collect = (node: ts.Node) => {
    if (ts.isClassLike(node)) classes.push(node);
    ts.forEachChild(node, collect);
  };
  collect(module);
  return classes;
}

/** Returns the classes that extend anything but classes of the module, directly or by their parents. */
function foreignClasses(classes: readonly ts.ClassLikeDeclaration[]): ReadonlySet<ts.Node> {
  const isForeign = (one: ts.ClassLikeDeclaration): boolean => {
    const parent = one.heritageClauses?.[0]?.types[0]?.expression;
    if (parent === undefined) return false;
    const parents = classes.filter((it) => ts.isIdentifier(parent) && nameOf(it) === parent.text);
    return parents.length === 0 || parents.some(isForeign);
  };
  return new Set(classes.filter(isForeign));
}

function nameOf(one: ts.ClassLikeDeclaration): string | undefined {
  const { parent } = one;
  const variable = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
  return (variable ?? one.name)?.text;
}
