import type { Life } from './life.js';
import type { TruthSpan } from './span.js';

/** Milliseconds from started until checks pass, unless a machine behaves otherwise. */
const USUAL_PASS_MS = 1_500;

/** Returns whether a machine has health checks that its checks are judged by here; containers report in ways of their own. */
export function hasPlainChecks({ spec }: Life): boolean {
  const { config = {}, behaviour = {} } = spec ?? {};
  const ofServices = (config.services ?? []).some(({ checks = [] }) => checks.length > 0);
  const isPlain =
    config.containers === undefined && behaviour.zombie !== true && behaviour.unreachable !== true;
  return isPlain && (ofServices || Object.keys(config.checks ?? {}).length > 0);
}

/** Returns whether all checks of a machine passed at some moment of a span, in a run of it that began at `since` or later. */
export function wasHealthy({ spec, states }: Life, { from, until }: TruthSpan, since: number): boolean {
  const { checks = {}, checksPassMs = USUAL_PASS_MS } = spec?.behaviour ?? {};
  // A report that always is another one names its check, or all; which of them are configured doesn't matter much.
  if (Object.values(checks).some(({ status }) => status !== 'passing')) return false;
  let up = Number.NaN;
  return states.some(({ at, is }, place) => {
    const before = states[place - 1]?.is;
    if (is !== 'started') return false;
    // A suspend that was cancelled never ended the process.
    if (before !== 'suspending' || Number.isNaN(up)) up = at;
    const end = Math.min(until, states[place + 1]?.at ?? Number.POSITIVE_INFINITY);
    const passes = Math.max(up + checksPassMs, from);
    return up >= since && passes <= end;
  });
}
