/** How many starts are left to a step. */
export class StartBudget {
  readonly limit: number;
  #left: number;
  /** Taken by what may yet come to nothing. */
  #open = 0;
  readonly #heard = new Set<() => void>();

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#left = limit;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Whether some that are taken may be given back. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** Takes one, of which must be told later on what came of it. */
  take(): void {
    this.#left -= 1;
    this.#open += 1;
  }

  /** Tells of one that was taken; where nothing was started, it is given back. */
  settle(isStarted: boolean): void {
    this.#open -= 1;
    if (!isStarted) this.#left += 1;
    for (const heard of this.#heard) heard();
  }

  /** Calls back whenever one was settled. */
  onSettled(heard: () => void): void {
    this.#heard.add(heard);
  }
}
