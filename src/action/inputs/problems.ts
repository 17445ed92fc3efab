import { ActionError, asActionError } from '../../errors.js';

/** List of all that is wrong with a step before it sends anything, so that the user sees everything at once. */
export class Problems {
  readonly #found: ActionError[] = [];

  add(...problems: readonly ActionError[]): void {
    this.#found.push(...problems);
  }

  /** Returns what `find` returns; undefined if it throws, and then keeps the error. */
  settle<T>(find: () => T): T | undefined {
    try {
      return find();
    } catch (error) {
      this.add(asActionError(error));
      return undefined;
    }
  }

  /** Throws the one problem, or one `input` error that tells several. Does nothing if there are none. */
  throwIfAny(): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const lines = this.#found.map(({ story }) => story);
    throw new ActionError('input', `${lines.length} things are wrong.\n${lines.join('\n')}`);
  }
}
