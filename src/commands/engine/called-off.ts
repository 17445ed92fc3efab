import type { Outcome } from '../result/result.js';

/** Error thrown when a reason not to change the machine came up while we waited for our turn or a lease. The message is that reason. */
export class ChangeCalledOff extends Error {
  readonly outcome: Extract<Outcome, 'skipped' | 'unchanged'>;

  constructor(reason: string, outcome: ChangeCalledOff['outcome'] = 'skipped') {
    super(reason);
    this.outcome = outcome;
  }
}

/** Throws a `ChangeCalledOff` where there is a reason. */
export function callOffIf(reason: string | undefined): void {
  if (reason !== undefined) throw new ChangeCalledOff(reason);
}
