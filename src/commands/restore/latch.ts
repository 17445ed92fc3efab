/** A door that opens once so many have arrived, or earlier where somebody opens it. */
export class Latch {
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;
  #missing: number;

  constructor(number: number) {
    this.#missing = number;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    if (number === 0) this.#open();
  }

  /** For one of them to arrive with; it counts once, however often it is called. */
  ticket(): () => void {
    let isUsed = false;
    return () => {
      if (isUsed) return;
      isUsed = true;
      this.#missing -= 1;
      if (this.#missing === 0) this.#open();
    };
  }

  /** Opens it, whoever is missing. */
  open(): void {
    this.#open();
  }
}
