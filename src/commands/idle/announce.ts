import type { UnixMs } from '../../clock.js';
import { windowSince } from '../../metrics/range-window.js';
import type { Findings } from '../engine/command-spec.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure } from '../result/result.js';
import { type Announcing, announcedAt, notYet } from './announcement.js';
import { findBusyByMetrics, type IdleMetrics, type Measured } from './idle-metrics.js';
import { type Written, writeAnnouncements } from './write-announcements.js';

/** Question which idle machines are to be stopped now, and which by a later run. */
export interface AnnounceQuestion {
  readonly announce: Announcing;
  readonly metrics: IdleMetrics | undefined;
  /** Unix milliseconds by the servers' clock. */
  readonly now: () => UnixMs;
  readonly dryRun: boolean;
  /** Failures of the step so far. */
  readonly failures: readonly Failure[];
}

/** Findings about idle machines, some of which are stopped by a later run. */
export interface Announced extends Findings {
  /** Idle machines that bear an announcement which isn't due, or would but for a dry run. */
  readonly later: ReadonlySet<AppMachine>;
  /** Number of announcements that were made, or would have been. */
  readonly made: number;
  /** Texts of the announcements that machines bear now. */
  readonly texts: ReadonlyMap<AppMachine, string>;
}

const NOTHING_MEASURED: Measured = { busy: new Map(), quiet: new Map(), failures: [], warnings: [] };

/**
 * Announces the stop of idle machines, and leaves alone all but those whose announcement is due and that have not been busy
 * since, as far as that was measured. A machine whose announcement can't be written has failed.
 */
export async function announceStops(
  idle: readonly AppMachine[],
  question: AnnounceQuestion,
  tools: WorkTools,
): Promise<Announced> {
  const { announce, now, dryRun, failures } = question;
  const time = now();
  const isAnnounced = (machine: AppMachine) => announcedAt(machine, time) !== undefined;
  const waiting = idle.flatMap((machine): [AppMachine, string][] => {
    const why = isAnnounced(machine) ? notYet(machine, announce, time) : undefined;
    return why === undefined ? [] : [[machine, why]];
  });
  const pending = new Map(waiting);
  const due = idle.filter((machine) => isAnnounced(machine) && !pending.has(machine));

  const { busy, failures: unread, warnings } = await busySince(due, time, question, tools);
  const unreadApps = new Set(unread.map(({ app }) => app));
  const unknown = [...busy].filter(([{ app }]) => unreadApps.has(app));
  const fresh = idle.filter((it) => !isAnnounced(it) || (busy.has(it) && !unreadApps.has(it.app)));

  tools.halt?.noteAll([...failures, ...unread]);
  const written = dryRun ? unwritten(fresh) : await writeAnnouncements(fresh, { announce, now }, tools);
  return {
    leftAlone: new Map([...pending, ...unknown, ...written.announced, ...written.leftAlone]),
    failed: written.failed,
    failures: unread,
    warnings,
    later: new Set([...pending.keys(), ...written.announced.keys()]),
    made: written.announced.size,
    texts: written.texts,
  };
}

/** Finds those that were busy since they were announced, with one query for each app. */
async function busySince(
  due: readonly AppMachine[],
  time: UnixMs,
  { metrics }: AnnounceQuestion,
  { deadline, clock }: WorkTools,
): Promise<Measured> {
  if (metrics === undefined || due.length === 0) return NOTHING_MEASURED;
  const since = (machine: AppMachine) => announcedAt(machine, time) ?? time;
  const window = windowSince(
    time,
    due.map(since).reduce((a, b) => Math.min(a, b)),
  );
  return findBusyByMetrics(due, { metrics, window, since, deadline, clock });
}

function unwritten(fresh: readonly AppMachine[]): Written {
  const announced = new Map(fresh.map((machine) => [machine, 'dry run: would announce']));
  return { announced, texts: new Map(), leftAlone: new Map(), failed: new Map() };
}
