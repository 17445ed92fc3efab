import { ActionError, ERROR_CLASSES } from '../src/errors.js';

/** Throws a finding unless the condition holds. */
export function expect(condition: boolean, otherwise: () => string): asserts condition {
  if (!condition) throw new Error(otherwise());
}

/** Result of a call: its value, or a classed error. */
export type Outcome<T> = { readonly value: T } | { readonly error: ActionError };

/**
 * Throws a finding unless the thrown value is a classed error that a person can act on and that isn't a fault
 * of our own.
 */
export function expectClassed(thrown: unknown, secrets: readonly string[] = []): ActionError {
  expect(thrown instanceof ActionError, () => `the error has no class: ${stackOf(thrown)}`);
  expect(ERROR_CLASSES.includes(thrown.class), () => `the error has an unknown class: ${thrown.class}`);
  expect(thrown.class !== 'internal', () => `the error is a fault of our own: ${stackOf(thrown)}`);
  expectNone(`${thrown.line} ${thrown.headline}`, secrets);
  return thrown;
}

/** Awaits work that may fail, but only with a classed error. */
export async function outcomeOf<T>(work: Promise<T>, secrets: readonly string[] = []): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (thrown) {
    return { error: expectClassed(thrown, secrets) };
  }
}

/** Runs work that may fail, but only with a classed error. */
export function outcomeOfCall<T>(work: () => T, secrets: readonly string[] = []): Outcome<T> {
  try {
    return { value: work() };
  } catch (thrown) {
    return { error: expectClassed(thrown, secrets) };
  }
}

/**
 * Length in characters of a piece that is a finding. Shorter pieces may be left of a token that a server sends
 * back damaged; they are of no use.
 */
const PIECE = 40;
const STRIDE = 10;

/** Throws a finding if the text holds a piece of a secret. */
export function expectNone(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (let at = 0; at === 0 || at + PIECE <= secret.length; at += STRIDE) {
      const piece = secret.slice(at, at + PIECE);
      expect(!text.includes(piece), () => `a secret appears (${piece}…) in: ${text.slice(0, 2_000)}`);
    }
  }
}

function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let it = thrown; it !== undefined; it = it instanceof Error ? it.cause : undefined)
    stacks.push(it instanceof Error ? (it.stack ?? it.message) : String(it));
  return stacks.join('\ncaused by ');
}
