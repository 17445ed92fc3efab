/** Number of starts that a step has left. */
export class StartBudget {
  readonly limit: number;
  #left: number;
  /** Starts that were taken and are not settled yet. */
  #open = 0;
  readonly #heard = new Set<() => void>();

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#left = limit;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** True while starts that were taken may still be given back. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** Takes one start; the caller must `settle` it later. */
  take(): void {
    this.#left -= 1;
    this.#open += 1;
  }

  /** Settles one start that was taken, and gives it back if nothing was started. */
  settle(isStarted: boolean): void {
    this.#open -= 1;
    if (!isStarted) this.#left += 1;
    for (const heard of this.#heard) heard();
  }

  /** Calls back whenever a start was settled. */
  onSettled(heard: () => void): void {
    this.#heard.add(heard);
  }
}
