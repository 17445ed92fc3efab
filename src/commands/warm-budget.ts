/** How many starts are left to a step. */
export class StartBudget {
  readonly limit: number;
  #left: number;

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#left = limit;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Takes one where there is one left. */
  take(): boolean {
    if (this.isSpent) return false;
    this.#left -= 1;
    return true;
  }

  /** Gives one back that nothing came of. */
  giveBack(): void {
    this.#left += 1;
  }
}
