import { roomFor } from '../../deadline.js';
import { asActionError } from '../../errors.js';
import type { Transport } from '../../http/transport.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { formatDuration } from '../../text.js';
import { callOffIf } from '../engine/called-off.js';
import type { Watch } from '../engine/change-request.js';
import { allLeftAlone, type Planned } from '../engine/plan.js';
import { longestPause } from '../engine/settling.js';
import type { WorkTools } from '../engine/work-tools.js';
import { countsOf } from '../result/count-machines.js';
import { type CommandResult, type Failure, resultLine } from '../result/result.js';
import { type Choice, type Chosen, choose, notChosenNow } from '../selection/choose.js';
import { namesIn } from '../selection/filters.js';
import { guardUnder, requireBounds } from '../selection/scope.js';
import { type WarmCount, type WarmGroups, warmGroups, warmGuard } from './plan.js';
import { type Probe, probe } from './probe.js';
import { rehearse, type WarmOutcome, type WarmPlan, warmAll } from './warm-all.js';
import { percentilesOf } from './words.js';

/** Options of a warm-up. */
export interface WarmUpPlan extends Omit<WarmPlan, 'limit' | 'isProbed' | 'recheck' | 'against'> {
  readonly choice: Choice;
  readonly count: WarmCount;
  /** Probe of the app once its machines are ready; undefined: none. */
  readonly probe: Probe | undefined;
  /** Time limit of the whole step, in milliseconds; undefined: long enough to settle. */
  readonly timeout: number | undefined;
  /** Returns the time in Unix milliseconds by the servers' clock. */
  readonly now: () => number;
}

/** Dependencies of a warm-up. */
export interface WarmTools extends WorkTools {
  /** Transport of the probe, which goes to the app and not to Fly's API. */
  readonly transport: Transport;
}

/**
 * Starts machines until so many of each app are ready, then waits until the app answers a probe, if one is wanted.
 * Machines that are already ready count. The others are started fastest first, and the next replaces one that fails.
 * Fewer ready machines than wanted are a failure of the step, not of an app. Throws what
 * `requireBounds` and `choose` throw, and what saving the job's record throws.
 */
export async function warmUp(plan: WarmUpPlan, tools: WarmTools): Promise<CommandResult> {
  const { choice } = plan;
  requireBounds(choice, 'warm up');
  const chosen = await choose(tools, choice, { wants: 'whole', changes: true });
  tools.halt?.noteAll(chosen.fleet.failures);
  const groups = plannedGroups(chosen, plan, tools);
  makeRoomToSettle(plan, tools);
  const outcome = choice.dryRun
    ? rehearse(groups, choice.limit)
    : await warmAll(groups, warmPlanOf(chosen, plan), tools);

  const failures = [...chosen.fleet.failures, ...outcome.failures];
  const isProbed = isAsked(choice) && failures.length === 0 && !choice.dryRun;
  const probed = await probeFailures(isProbed ? plan.probe : undefined, tools);
  return warmUpResult(chosen, groups, { ...outcome, failures: [...failures, ...probed] }, choice);
}

/** Extends the deadline where a machine needs more time to settle than is left. */
function makeRoomToSettle({ settle, timeout }: WarmUpPlan, { deadline }: WarmTools): void {
  const pause = longestPause(settle);
  if (timeout !== undefined || pause === 0) return;
  if (roomFor(pause) > deadline.left) deadline.set(deadline.elapsed + roomFor(pause));
}

/** Returns false for an empty list of machines: it asks for nothing, and so for no number of ready machines. */
function isAsked({ selector }: Choice): boolean {
  return namesIn(selector)?.length !== 0;
}

function plannedGroups(
  { fleet, selected }: Chosen,
  { choice, count, now }: WarmUpPlan,
  { forbids }: WarmTools,
): WarmGroups {
  const failed = new Set(fleet.failures.map(({ app }) => app));
  const apps = isAsked(choice) ? fleet.apps.filter((app) => !failed.has(app)) : [];
  const guard = guardUnder(choice.scope, warmGuard);
  return warmGroups(selected, { apps, count, limit: choice.limit, guard, now: now(), forbids });
}

/** Adds checks to the plan that leave alone a machine which, begun later than it was listed, must not be started any more. */
function warmPlanOf({ selected, selector }: Chosen, plan: WarmUpPlan): WarmPlan {
  const { scope, limit } = plan.choice;
  const guard = guardUnder(scope, warmGuard);
  const named = new Set(selected.flatMap((it) => (it.named ? it.machine : [])));
  const recheck: Watch['recheck'] = (now, listed) => {
    if (now !== undefined && !named.has(listed)) callOffIf(guard(now));
  };
  const isProbed = plan.probe !== undefined;
  return { ...plan, limit, isProbed, recheck, against: (now) => notChosenNow(now, selector) };
}

function warmUpResult(
  { fleet, selected, notices, ending }: Chosen,
  groups: WarmGroups,
  { machines: unsorted, failures, warnings, standing, ready, needed, times }: WarmOutcome,
  { dryRun }: Choice,
): CommandResult {
  const results = new Map(unsorted.map((it) => [keyOf(it.machine), it]));
  // Machines were taken in another order; the result has the order of apps and ids.
  const machines = selected.flatMap(({ machine }) => results.get(keyOf(machine)) ?? []);
  const counts = countsOf({ ...WARM_WORDS, dryRun }, machines);
  const line = [
    dryRun ? '' : `${ready} of ${needed} ready: `,
    resultLine(counts, { apps: fleet.apps, machines }),
    ending,
    times.length > 0 ? `; ${percentilesOf(times)}` : '',
  ].join('');
  return {
    apps: fleet.apps,
    machines,
    failures,
    notices: [...notices, ...allLeftAlone(plannedOf(groups), 'warm up')],
    warnings: [...fleet.warnings, ...warnings],
    standing,
    counts,
    // Where all are ready, what failed is something else, such as the probe.
    ...(!dryRun && (ready < needed || failures.length === 0) && { goal: `${ready} of ${needed} ready` }),
    line,
  };
}

function plannedOf({ groups, passedOver: left }: WarmGroups): Planned[] {
  return [
    ...left.map((it) => ({ kind: 'skip' as const, ...it })),
    ...groups
      .flatMap(({ candidates }) => candidates)
      .map(({ machine }) => ({ kind: 'await' as const, machine })),
  ];
}

const WARM_WORDS = { verb: 'start', past: 'started', already: 'already started' };

/** Probes the app, and returns its failure, if any. */
async function probeFailures(wish: Probe | undefined, tools: WarmTools): Promise<Failure[]> {
  if (wish === undefined) return [];
  const { clock, progress } = tools;
  const since = clock.now();
  try {
    progress.note(`Probing ${wish.url.host}`);
    await probe(wish, tools);
    progress.note(`${wish.url.host} answers as it should, after ${formatDuration(clock.now() - since)}`);
    return [];
  } catch (thrown) {
    return [{ app: undefined, error: asActionError(thrown) }];
  }
}
