import type { View } from '../../checks/check.js';
import { HoursTruth } from './hours-truth.js';

const truths = new WeakMap<View, HoursTruth>();

/** Returns the hours of the time that was played, made once for all checks. */
export function truthOf(view: View): HoursTruth {
  const known = truths.get(view);
  if (known !== undefined) return known;
  const fresh = new HoursTruth(view.script.start, view.history.endedAt);
  truths.set(view, fresh);
  return fresh;
}
