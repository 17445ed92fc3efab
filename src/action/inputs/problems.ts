import { ActionError, asActionError } from '../../errors.js';

/** Collects what is wrong with a step before anything is sent, so that a person hears of it all at once. */
export class Problems {
  readonly #found: ActionError[] = [];

  add(...problems: readonly ActionError[]): void {
    this.#found.push(...problems);
  }

  /** What `find` returns; undefined when it throws, which is kept. */
  settle<T>(find: () => T): T | undefined {
    try {
      return find();
    } catch (error) {
      this.add(asActionError(error));
      return undefined;
    }
  }

  /** Throws one `input` error that tells everything that was found; nothing when there is nothing. */
  throwIfAny(): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const lines = this.#found.map(({ story }) => story);
    throw new ActionError('input', `${lines.length} things are wrong.\n${lines.join('\n')}`);
  }
}
