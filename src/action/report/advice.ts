import type { ActionError } from '../../errors.js';

/** Machine or app that failed, as far as its advice goes. */
export interface Advised {
  readonly id: string;
  readonly error: ActionError;
}

/** Groups failures by what they advise. Two advices that differ only in the machine's own id count as the same. */
export function groupedByAdvice<T extends Advised>(entries: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const { hint = '' } = entry.error;
    const advice = hint.replace(/[\w-]+/g, (word) => (word === entry.id ? '<id>' : word));
    const group = groups.get(advice);
    if (group === undefined) groups.set(advice, [entry]);
    else group.push(entry);
  }
  return groups;
}
