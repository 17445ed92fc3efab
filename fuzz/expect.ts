import { ActionError, ERROR_CLASSES } from '../src/errors.js';

/** Throws a finding unless the condition holds. */
export function expect(condition: boolean, otherwise: () => string): asserts condition {
  if (!condition) throw new Error(otherwise());
}

/** What a call came to, or how it failed. */
export type Outcome<T> = { readonly value: T } | { readonly error: ActionError };

/** A classed error that a person can make something of, and none of our own making; any other value is a finding. */
export function expectClassed(thrown: unknown, secrets: readonly string[] = []): ActionError {
  expect(thrown instanceof ActionError, () => `not classed: ${stackOf(thrown)}`);
  expect(ERROR_CLASSES.includes(thrown.class), () => `of no known class: ${thrown.class}`);
  expect(thrown.class !== 'internal', () => `internal: ${stackOf(thrown)}`);
  expectNone(`${thrown.line} ${thrown.headline}`, secrets);
  return thrown;
}

/** Awaits work that may fail, with a classed error only. */
export async function outcomeOf<T>(work: Promise<T>, secrets: readonly string[] = []): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (thrown) {
    return { error: expectClassed(thrown, secrets) };
  }
}

/** The same for what isn't awaited. */
export function outcome<T>(work: () => T, secrets: readonly string[] = []): Outcome<T> {
  try {
    return { value: work() };
  } catch (thrown) {
    return { error: expectClassed(thrown, secrets) };
  }
}

/** What is shorter may be left of a token that a server sends back damaged, and is of no use. In characters. */
const PIECE = 40;
const STRIDE = 10;

/** No stretch of a secret stands in the text. */
export function expectNone(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (let at = 0; at === 0 || at + PIECE <= secret.length; at += STRIDE) {
      const piece = secret.slice(at, at + PIECE);
      expect(!text.includes(piece), () => `a secret shows (${piece}…) in: ${text.slice(0, 2_000)}`);
    }
  }
}

function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let it = thrown; it !== undefined; it = it instanceof Error ? it.cause : undefined)
    stacks.push(it instanceof Error ? (it.stack ?? it.message) : String(it));
  return stacks.join('\ncaused by ');
}
