import type { Check } from '../../checks/check.js';
import { idleMeansIdle } from '../../checks/idle/idle.js';
import { nothingTwice } from '../../checks/limits/nothing-twice.js';
import { endsInTime } from '../../checks/time/ends-in-time.js';
import { redSaysWhy } from '../../checks/time/red-says-why.js';
import { lastLine } from '../../checks/truth/last-line.js';
import { noWrongSuccess } from '../../checks/truth/no-wrong-success.js';
import { oneOutcome } from '../../checks/truth/one-outcome.js';
import { announcedFirst } from './announced.js';
import { dryRuns } from './dry-runs.js';
import { hoursOrders } from './hours-orders.js';
import { hoursReached } from './hours-reached.js';
import { lookedLately } from './looked-lately.js';
import { markWrites } from './mark-writes.js';
import { markedFirst } from './marked-first.js';
import { nights } from './nights.js';

/** Checks that fortnights alone are judged by. */
export const FORTNIGHT_CHECKS: readonly Check[] = [
  hoursOrders,
  hoursReached,
  markedFirst,
  markWrites,
  nights,
  announcedFirst,
  lookedLately,
  dryRuns,
];

/** Checks that other jobs are judged by, too. */
export const COMMON_CHECKS: readonly Check[] = [
  noWrongSuccess,
  oneOutcome,
  nothingTwice,
  lastLine,
  redSaysWhy,
  endsInTime,
  idleMeansIdle,
];
