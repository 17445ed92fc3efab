import { check as judged } from '../../../simulate/checks/all.js';
import type { Check } from '../../../simulate/checks/check.js';
import type { History } from '../../../simulate/history/history.js';
import type { Script } from '../../../simulate/script/script.js';

/** Returns what one check finds in a history, as text, and how often it had something to judge. */
export function foundBy(
  check: Check,
  script: Script,
  history: History,
): { readonly found: readonly string[]; readonly seen: number } {
  const { findings, seen } = judged(script, history, [check]);
  return { found: findings.map(({ what }) => what), seen: seen[check.name] ?? 0 };
}
