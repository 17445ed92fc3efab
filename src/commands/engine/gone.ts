import { isOfClass } from '../../errors.js';
import { GONE_STATE, Gone } from '../../machines/look.js';
import { leaving } from '../../machines/machine/guards.js';
import type { Attempt } from './attempt.js';

/** Reason of a machine that was there when it was listed. */
export const GONE_MEANWHILE = 'gone: another client has destroyed it meanwhile';
const ENDED_MEANWHILE =
  'gone: it is destroyed when it stops (`auto_destroy`), and it has stopped, or another client has destroyed it meanwhile';

/**
 * Returns why nothing can be done any more with a machine that was there when it was listed, by what was thrown and read;
 * undefined where something can. Notes in the attempt that the machine is gone.
 */
export function goneMeanwhile(attempt: Attempt, thrown: unknown): string | undefined {
  if (thrown instanceof Gone) {
    attempt.state = GONE_STATE;
    return attempt.before.autoDestroy ? ENDED_MEANWHILE : GONE_MEANWHILE;
  }
  return isOfClass(thrown, 'wrong state') && attempt.sent === undefined ? leaving(attempt) : undefined;
}
