import type { History } from '../history/history.js';
import type { Script } from '../script/script.js';
import type { Check, Finding } from './check.js';
import { idleMeansIdle } from './idle/idle.js';
import { asDocumented } from './limits/as-documented.js';
import { cookiesReturn } from './limits/cookies-return.js';
import { fewDown } from './limits/few-down.js';
import { halts } from './limits/halts.js';
import { nothingTwice } from './limits/nothing-twice.js';
import { onlySelected } from './limits/only-selected.js';
import { placesAndRates } from './limits/places-and-rates.js';
import { turns } from './limits/turns.js';
import { copiesLast } from './owed/copies-last.js';
import { holdsEnd } from './owed/holds-end.js';
import { leasesEnd } from './owed/leases-end.js';
import { orphansRest } from './owed/orphans-rest.js';
import { restoreDone } from './owed/restore-done.js';
import { restoreOthers } from './owed/restore-others.js';
import { masked } from './secrets/masked.js';
import { noSecret } from './secrets/no-secret.js';
import { ownSession } from './secrets/own-session.js';
import { sessionCovers } from './secrets/session-covers.js';
import { sessionFiles } from './secrets/session-files.js';
import { endsInTime } from './time/ends-in-time.js';
import { freshDischarge } from './time/fresh-discharge.js';
import { getsDone } from './time/gets-done.js';
import { redSaysWhy } from './time/red-says-why.js';
import { lastLine } from './truth/last-line.js';
import { noWrongFailure } from './truth/no-wrong-failure.js';
import { noWrongSuccess } from './truth/no-wrong-success.js';
import { nobodyLeftOut } from './truth/nobody-left-out.js';
import { oneOutcome } from './truth/one-outcome.js';
import { readyAndCounted } from './truth/ready-and-counted.js';
import { settled } from './truth/settled.js';
import { viewOf } from './view/view.js';

/** All checks. */
export const CHECKS: readonly Check[] = [
  noWrongSuccess,
  noWrongFailure,
  readyAndCounted,
  settled,
  nobodyLeftOut,
  onlySelected,
  oneOutcome,
  nothingTwice,
  placesAndRates,
  fewDown,
  turns,
  halts,
  cookiesReturn,
  asDocumented,
  lastLine,
  noSecret,
  masked,
  ownSession,
  sessionCovers,
  sessionFiles,
  endsInTime,
  redSaysWhy,
  getsDone,
  freshDischarge,
  leasesEnd,
  restoreDone,
  copiesLast,
  restoreOthers,
  holdsEnd,
  orphansRest,
  idleMeansIdle,
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
