import { isLease } from '../../machines/lease/foreign.js';
import type { MachineResult } from '../result/result.js';
import type { Attempt } from './attempt.js';
import { goneMeanwhile } from './gone.js';
import { type LeaseOptions, refusedLease } from './leasing.js';

/** Returns the result of a machine that is left alone by what was thrown; undefined for one that failed. */
export function skippedFor(
  thrown: unknown,
  attempt: Attempt,
  { isNamed, onLease }: { readonly isNamed: boolean; readonly onLease: LeaseOptions['onLease'] },
): MachineResult | undefined {
  if (isLease(thrown) && onLease === 'skip')
    return attempt.end({ outcome: 'skipped', reason: refusedLease(thrown) });
  const reason = isNamed ? undefined : goneMeanwhile(attempt, thrown);
  return reason === undefined ? undefined : attempt.end({ outcome: 'skipped', reason });
}
