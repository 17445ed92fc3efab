import type { Dice } from './dice.js';

/** One sort of case. A case that is as it should be returns; whatever is thrown is a finding. */
export interface Kind {
  readonly name: string;
  /** How many of a thousand cases are of this sort. */
  readonly share: number;
  run(dice: Dice): void | Promise<void>;
}
