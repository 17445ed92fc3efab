// The package offers itself to `import` alone, where Jest doesn't look: it is named by its files.
import {
  data,
  Evaluator,
  Lexer,
  Parser,
  wellKnownFunctions,
} from '../../../node_modules/@actions/expressions/dist/index.js';

/** Values of the contexts by name, such as `github` and `inputs`; all are JSON. */
export type Contexts = Readonly<Record<string, unknown>>;

const TRUE = new data.BooleanData(true);
const FALSE = new data.BooleanData(false);
/** Functions about the job's status, in a job in which all goes well. */
const STATUS = new Map(
  Object.entries({ always: TRUE, success: TRUE, failure: FALSE, cancelled: FALSE }).map(([name, value]) => [
    name,
    { name, description: '', minArgs: 0, maxArgs: 0, call: () => value },
  ]),
);

/** Evaluates an expression without its braces, by GitHub's own evaluator, and returns plain JSON. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const { tokens } = new Lexer(expression).lex();
  const functions = [...Object.values(wellKnownFunctions), ...STATUS.values()];
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known: unknown = JSON.parse(JSON.stringify(contexts), data.reviver);
  if (!(known instanceof data.Dictionary)) throw new Error('the contexts are no object');
  const result = new Evaluator(parsed, known, STATUS).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer) ?? 'null');
}

/** Fills in the expressions of a text. A text that is one expression and no more keeps its type. */
export function filled(text: string, contexts: Contexts): unknown {
  const alone = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim())?.[1];
  if (alone !== undefined) return evaluate(alone, contexts);
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    String(evaluate(expression, contexts) ?? ''),
  );
}

/** Tells whether an `if` holds; without one it does. */
export function holds(condition: string | boolean | undefined, contexts: Contexts): boolean {
  if (condition === undefined || typeof condition === 'boolean') return condition ?? true;
  const braced = condition.includes('${{') ? condition : `\${{ ${condition} }}`;
  return Boolean(filled(braced, contexts));
}
