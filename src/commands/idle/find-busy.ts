import { TRANSITIONS, type TransitionName } from '../../machines/transitions.js';
import type { Quiet } from '../../metrics/quiet.js';
import { rangeWindow } from '../../metrics/range-window.js';
import type { KnownFacts } from '../engine/command-spec.js';
import type { WorkTools } from '../engine/work-tools.js';
import { IDLE, markKey, marksOf } from '../marks/mark.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Choice, Chosen } from '../selection/choose.js';
import { guardUnder } from '../selection/scope.js';
import type { Selected } from '../selection/selection.js';
import { type Announced, announceStops } from './announce.js';
import type { Announcing } from './announcement.js';
import { runBegan } from './evidence.js';
import { downAs, type IdleTimes, notIdle } from './idle.js';
import { findBusyByMetrics, type IdleMetrics } from './idle-metrics.js';
import { type Keep, Keeping } from './keep.js';

/** Question which machines are idle. */
export interface IdleQuestion {
  readonly choice: Choice;
  readonly action: Extract<TransitionName, 'stop' | 'suspend'>;
  /** Time that a machine must have been quiet, in milliseconds. */
  readonly idleFor: number;
  readonly keeps: readonly Keep[];
  /** Source of the metrics that tell idleness; undefined: uptime alone tells it. */
  readonly metrics: IdleMetrics | undefined;
  /** Announcement before the stop; undefined: what is idle is stopped at once. */
  readonly announce: Announcing | undefined;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
}

const NOTHING_ANNOUNCED: Announced = {
  leftAlone: new Map(),
  failures: [],
  warnings: [],
  later: new Set(),
  made: 0,
  texts: new Map(),
};

/**
 * Finds out which of the chosen machines are busy, or have to stay up as one of so many. Asks the cheapest first: what
 * was listed, then the metrics, then how many are left. Announces what is idle where that comes first.
 */
export async function findBusy(
  { fleet, selected }: Chosen,
  { action, choice, idleFor, keeps, metrics, announce, now }: IdleQuestion,
  tools: WorkTools,
): Promise<Announced> {
  const { deadline, clock, forbids } = tools;
  const times: IdleTimes = { now: now(), idleFor };
  const guard = guardUnder(choice.scope, TRANSITIONS[action].guard);
  const leftAlone = new Map<AppMachine, string>();
  const open: AppMachine[] = [];
  for (const { machine, named, excluded } of selected) {
    if (excluded !== undefined || downAs(machine, times.now) !== undefined) continue;
    const reason = (named ? undefined : guard(machine)) ?? notIdle(machine, times);
    if (reason === undefined) open.push(machine);
    else leftAlone.set(machine, reason);
  }

  const window = rangeWindow(times.now, idleFor);
  const measured = metrics && (await findBusyByMetrics(open, { metrics, window, deadline, clock }));
  for (const [machine, why] of measured?.busy ?? []) leftAlone.set(machine, why);

  // Nothing tells what the jobs of other shares stop at the same time.
  const counted = choice.shard === undefined ? fleet.machines : selected.map(({ machine }) => machine);
  const keeping = new Keeping(keeps, counted);
  for (const machine of open) {
    if (leftAlone.has(machine)) continue;
    const kept = keeping.giveUp(machine);
    if (kept !== undefined) leftAlone.set(machine, kept);
  }
  const { failures = [], warnings = [] } = measured ?? {};
  // What the token may not stop fails by itself, and is not threatened with it.
  const idle = open.filter((machine) => !leftAlone.has(machine) && forbids?.(machine) === undefined);
  const { dryRun } = choice;
  const question = { metrics, now, dryRun, failures: [...fleet.failures, ...failures] };
  const announced =
    announce === undefined ? NOTHING_ANNOUNCED : await announceStops(idle, { announce, ...question }, tools);
  const factsOf = ({ machine }: Selected) =>
    [machine, knownOf(machine, measured?.quiet.get(machine), announced)] as const;
  return {
    ...announced,
    leftAlone: new Map([...leftAlone, ...announced.leftAlone]),
    facts: new Map(selected.map(factsOf)),
    failures: [...failures, ...announced.failures],
    warnings: [...warnings, ...announced.warnings],
  };
}

/** Returns what is known of a machine, and which marks it bears with the announcement that was written to it. */
function knownOf(machine: AppMachine, quiet: Quiet | undefined, { later, texts }: Announced): KnownFacts {
  const evidence = { quietSince: undefined, lastBusy: undefined, ...quiet, upSince: runBegan(machine) };
  const text = texts.get(machine);
  const facts = { evidence, ...(later.has(machine) && { announced: true as const }) };
  if (text === undefined) return facts;
  return { ...facts, marks: marksOf({ metadata: { ...machine.metadata, [markKey(IDLE)]: text } }) };
}
