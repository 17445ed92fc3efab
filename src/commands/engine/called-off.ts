import type { Outcome } from '../result/result.js';

/** While a machine's turn or a lease was waited for, something has come to speak against changing it: the message says what. */
export class ChangeCalledOff extends Error {
  readonly outcome: Outcome;

  constructor(reason: string, outcome: Outcome = 'skipped') {
    super(reason);
    this.outcome = outcome;
  }
}

/** Throws where there is a reason. */
export function callOffIf(reason: string | undefined): void {
  if (reason !== undefined) throw new ChangeCalledOff(reason);
}
