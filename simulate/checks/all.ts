import type { History } from '../history/history.js';
import type { Script } from '../script/script.js';
import type { Check, Finding } from './check.js';
import { lastLine } from './last-line.js';
import { noWrongSuccess } from './no-wrong-success.js';
import { nothingTwice } from './nothing-twice.js';
import { oneOutcome } from './one-outcome.js';
import { onlySelected } from './only-selected.js';
import { placesAndRates } from './places-and-rates.js';
import { viewOf } from './view/view.js';

/** All checks. */
export const CHECKS: readonly Check[] = [
  noWrongSuccess,
  onlySelected,
  oneOutcome,
  nothingTwice,
  placesAndRates,
  lastLine,
];

/** Findings of all checks, and how often each had something to judge. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly seen: Readonly<Record<string, number>>;
}

/** Judges a history by all checks, or by those given. */
export function check(script: Script, history: History, checks: readonly Check[] = CHECKS): Judgement {
  const view = viewOf(script, history);
  const findings: Finding[] = [];
  const seen: Record<string, number> = {};
  for (const { name, look } of checks) {
    let count = 0;
    look(view, {
      seen: () => {
        count += 1;
      },
      found: (what, at = {}) => {
        findings.push({ check: name, what, ...at });
      },
    });
    seen[name] = count;
  }
  return { findings, seen };
}
