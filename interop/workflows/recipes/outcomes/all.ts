import { ONE_APP } from './one-app.js';
import { ORGANIZATION } from './organization.js';
import type { Outcome, Outcomes } from './outcome.js';
import { TOKENS } from './tokens.js';

/** Expected outcomes of all examples. */
export const OUTCOMES: Outcomes = { ...ONE_APP, ...ORGANIZATION, ...TOKENS };

/** Returns the expected outcome of an example. Throws when there is none: what nothing is expected of proves nothing. */
export function outcomeOf(example: string, trigger: string): Outcome {
  const outcome = OUTCOMES[example]?.[trigger];
  if (outcome === undefined)
    throw new Error(`${example} on ${trigger} has no outcome in interop/workflows/recipes/outcomes`);
  return outcome;
}
