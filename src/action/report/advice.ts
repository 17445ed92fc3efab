import type { ActionError } from '../../errors.js';
import { groupBy } from '../../group-by.js';

/** Machine or app that failed, as far as its advice goes. */
export interface Advised {
  readonly id: string;
  readonly error: ActionError;
}

/** Groups failures by what they advise. Two advices that differ only in the machine's own id count as the same. */
export function groupedByAdvice<T extends Advised>(entries: readonly T[]): Map<string, T[]> {
  return groupBy(entries, ({ id, error: { hint = '' } }) =>
    hint.replace(/[\w-]+/g, (word) => (word === id ? '<id>' : word)),
  );
}
