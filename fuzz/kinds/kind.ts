import type { Dice } from '../dice.js';

/** A kind of case. A good case returns; anything that it throws is a finding. */
export interface Kind {
  readonly name: string;
  /** Number of cases of this kind among a thousand. */
  readonly share: number;
  run(dice: Dice): void | Promise<void>;
}
