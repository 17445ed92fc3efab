import type { AppNumbers, KnownToken } from '../machines/api/client.js';
import type { FlySays } from './may.js';

/** Answer of Fly about a token. */
export interface FlyAnswer {
  readonly numbers: AppNumbers;
  readonly says: FlySays;
  /** Sentences about facts that Fly did not tell, with the reason. */
  readonly warnings: readonly string[];
  /** False where Fly does not accept the token at all, true where it surely does; undefined where that isn't known. */
  readonly accepted: boolean | undefined;
  /** Names of what the token is for; none where Fly wasn't asked, or doesn't tell. */
  readonly known: readonly KnownToken[];
  /** Reason why Fly, asked for these names, didn't tell them; undefined otherwise. */
  readonly untold: string | undefined;
}

/** Answer where Fly isn't asked. */
export const UNASKED: FlyAnswer = {
  numbers: { appId: undefined, orgId: undefined },
  says: () => undefined,
  warnings: [],
  accepted: undefined,
  known: [],
  untold: undefined,
};
