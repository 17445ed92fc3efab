/** Latch that opens once so many have arrived, or earlier by hand. */
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

  /** Returns a ticket with which one of them arrives; it counts once, however often it is called. */
  ticket(): () => void {
    let isUsed = false;
    return () => {
      if (isUsed) return;
      isUsed = true;
      this.#missing -= 1;
      if (this.#missing === 0) this.#open();
    };
  }

  /** Opens the latch, however many are missing. */
  open(): void {
    this.#open();
  }
}
