import { ActionError, asActionError } from '../../errors.js';
import type { Transport } from '../../http/transport.js';
import { formatDuration } from '../../text.js';
import { callOffIf } from '../engine/called-off.js';
import type { Choice, WorkTools } from '../engine/engine.js';
import { allLeftAlone, type Planned } from '../engine/plan.js';
import type { Watch } from '../engine/send.js';
import {
  type CommandResult,
  type Failure,
  type MachineResult,
  resultLine,
  unreached,
} from '../result/result.js';
import { namesIn } from '../selection/filters.js';
import { findMachines, judging } from '../selection/fleet.js';
import { guardUnder, isUnbounded, unbounded } from '../selection/scope.js';
import { noticesOf, requireExclusions, select } from '../selection/selection.js';
import { ofShard, shardNotices, shareOf } from '../selection/shard.js';
import { notChosenNow } from '../selection/still-chosen.js';
import { withUnlisted } from '../selection/unlisted.js';
import { type WarmCount, type WarmGroups, warmGroups, warmGuard } from './plan.js';
import { type Probe, probe } from './probe.js';
import { percentilesOf } from './times.js';
import { rehearse, type WarmPlan, warmAll } from './warm-all.js';

/** What a warm-up is told. */
export interface WarmUpPlan extends Omit<WarmPlan, 'limit' | 'recheck' | 'against'> {
  readonly choice: Choice;
  readonly count: WarmCount;
  /** Undefined: machines that are ready are enough. */
  readonly probe: Probe | undefined;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => number;
}

/** What a warm-up works with. */
export interface WarmTools extends WorkTools {
  /** For the probe, which goes to the app and not to Fly's API. */
  readonly transport: Transport;
}

/**
 * Brings so many machines of each app to be started and ready, and waits until the app answers where a probe is wanted.
 * What is ready already counts; of the others the fastest to start are taken first, and one that fails is replaced by
 * the next. It is a failure of the step, not of an app, where fewer than wanted are ready in the end.
 */
export async function warmUp(plan: WarmUpPlan, tools: WarmTools): Promise<CommandResult> {
  const { choice, count } = plan;
  const { scope, selector, shard, limit, dryRun } = choice;
  if (isUnbounded(choice)) throw new ActionError('input', unbounded('warm up'));
  const { allowEmpty } = selector;
  const search = { scope, wants: 'whole', allowEmpty } as const;
  const fleet = await withUnlisted(await findMachines(tools, search), selector, tools);
  const judged = judging(selector, fleet);
  const selected = select(fleet.machines, judged);
  requireExclusions(fleet.machines, judged);
  const ours = ofShard(selected, shard);
  // A list that came out empty asks for nothing, and so for no number of ready machines.
  const isAsked = namesIn(selector)?.length !== 0;
  const apps = fleet.apps.filter((app) => isAsked && !fleet.failures.some((failure) => failure.app === app));
  const guard = guardUnder(scope, warmGuard);
  const planned = warmGroups(ours, { apps, count, limit, guard, now: plan.now(), forbids: tools.forbids });
  const named = new Set(ours.flatMap((it) => (it.named ? it.machine : [])));
  const recheck: Watch['recheck'] = (now, listed) => {
    if (now !== undefined && !named.has(listed)) callOffIf(guard(now));
  };
  const done = dryRun
    ? rehearse(planned, limit)
    : await warmAll(planned, { ...plan, limit, recheck, against: (now) => notChosenNow(now, judged) }, tools);
  const results = new Map(done.machines.map((it) => [keyOf(it.machine), it]));
  // In the order of apps and ids, whatever they were taken in.
  const machines = ours.flatMap(({ machine }) => results.get(keyOf(machine)) ?? []);
  const failures = [...fleet.failures, ...done.failures];
  const isProbed = isAsked && failures.length === 0 && !dryRun;
  const probed = await probeFailures(isProbed ? plan.probe : undefined, tools);
  return {
    apps: fleet.apps,
    machines,
    failures: [...failures, ...probed],
    notices: [
      ...fleet.notices,
      ...noticesOf(fleet.machines, selected, selector),
      ...shardNotices(selected, ours),
      ...allLeftAlone(plannedOf(planned), 'warm up'),
    ],
    warnings: [...fleet.warnings, ...done.warnings],
    line: [
      ...(dryRun ? [] : [`${done.ready} of ${done.needed} ready: `]),
      resultLine({ ...WORDS, dryRun }, fleet.apps, machines),
      shareOf(shard),
      unreached(fleet.failures),
      ...(done.times.length > 0 ? [`; ${percentilesOf(done.times)}`] : []),
    ].join(''),
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

const WORDS = { verb: 'start', past: 'started', already: 'already started' };

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

function keyOf({ app, id }: MachineResult['machine']): string {
  return `${app}/${id}`;
}
