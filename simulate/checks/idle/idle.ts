import type { ProcessRun } from '../../history/history.js';
import type { ScriptLoad } from '../../script/script.js';
import type { Check, Report, View } from '../check.js';
import { durationIn } from '../time/duration.js';
import { stalestMs } from '../time/weather.js';
import { lastRead } from '../view/last-look.js';
import { heldAt, isBy, type Life, metadataAt } from '../view/life.js';
import { keptBroken } from './keep.js';
import type { IdleQuestion } from './question.js';

/** Error of what a step takes for Fly's clock, in milliseconds. */
const CLOCK_MS = 3_000;
/** Age of the newest metrics that a step can have seen, in milliseconds. */
const LAG_MS = 60_000;
/** Longest time without metrics that may pass for late or lost measurements, in milliseconds; twice that in a long window. */
const GAP_MS = 5 * 60_000;
/** Length from which a window is long, in milliseconds. */
const LONG_MS = 4 * 3_600_000;
const USUAL_MS = 1_800_000;
/** Signals that the script's loads move; a query of one's own may measure anything. */
const MEASURED: ReadonlySet<string> = new Set(['traffic', 'network', 'cpu']);
/** Load of a machine that nothing measures for a while. */
type Gap = Extract<ScriptLoad, { unmeasuredFrom: number }>;
const NO = /^\s*(false|no|off|0)?\s*$/i;

/** Looks at each machine that `stop-idle` has taken down: whether the world knew it as idle. */
export const idleMeansIdle: Check = {
  name: 'idle means idle',
  promise:
    '`stop-idle` takes down only what was up and quiet for `idle-for` by the world itself, is neither cordoned, leased nor held, and never so many that fewer than `keep` are left.',
  look(view, report) {
    for (const run of view.history.runs) {
      if (run.part !== 'main' || run.step.command !== 'stop-idle') continue;
      for (const life of view.lives.values()) judge(run, life, view, report);
    }
  },
};

function judge(run: ProcessRun, life: Life, view: View, report: Report): void {
  const place = life.states.findIndex(({ cause }) => cause !== undefined && isBy({ cause }, run.id));
  const [taken, before] = [life.states[place], life.states[place - 1]];
  if (taken === undefined || before === undefined) return;
  report.seen();
  const idleFor = durationIn(run.step.inputs['idle-for'] ?? '') ?? USUAL_MS;
  // What came between its last look and its request, it could not know.
  const looked = lastRead(view, run, life, taken.at);
  const seen = looked === undefined ? undefined : looked - stalestMs(view.script);
  const known = (seen === undefined ? undefined : heldAt(life.states, seen)) ?? before;
  const question = { run, life, view, at: taken.at, since: known.at, idleFor };
  const wrong =
    (known.is === 'started' ? undefined : `it was ${known.is}`) ??
    tooYoung(question) ??
    busy(question) ??
    claimed(question) ??
    keptBroken(question);
  if (wrong !== undefined)
    report.found(`taken down as idle, but ${wrong}`, { run: run.id, machine: life.id, time: taken.at });
}

function tooYoung({ at, since, idleFor }: IdleQuestion): string | undefined {
  return at - since < idleFor - CLOCK_MS ? `it had been up for ${at - since} ms only` : undefined;
}

function busy({ run, life, view, at, idleFor }: IdleQuestion): string | undefined {
  const { inputs } = run.step;
  const signal = inputs['idle-signal'] ?? 'traffic';
  const load = life.spec?.load;
  if (load === undefined || signal === 'uptime') return undefined;
  if (load === 'unmeasured') return 'nothing measures it';
  if (!MEASURED.has(signal)) return undefined;
  if (typeof load !== 'string' && 'unmeasuredFrom' in load)
    return unmeasured(load, { run, view, at, idleFor });
  if ((inputs['idle-threshold'] ?? 'auto') !== 'auto') return undefined;
  // So few requests are less than what network and CPU do by themselves.
  if (load === 'brief' && signal !== 'traffic') return undefined;
  const from = at - idleFor + CLOCK_MS;
  const until = run.startedAt - LAG_MS;
  return from < until && isBusyWithin(load, from - view.script.start, until - view.script.start)
    ? 'it was busy'
    : undefined;
}

/** Returns that metrics were away for longer than any distance of two measurements that may pass, in the window whenever it was asked for. */
function unmeasured(
  { unmeasuredFrom, unmeasuredUntil }: Gap,
  { run, view, at, idleFor }: Pick<IdleQuestion, 'run' | 'view' | 'at' | 'idleFor'>,
): string | undefined {
  const from = Math.max(at - idleFor + CLOCK_MS, view.script.start + unmeasuredFrom);
  const until = Math.min(run.startedAt - CLOCK_MS, view.script.start + unmeasuredUntil);
  const most = idleFor > LONG_MS ? 2 * GAP_MS : GAP_MS;
  return until - from >= most ? `nothing measured it for ${until - from} ms` : undefined;
}

/** Returns whether a load is busy for at least a minute of a span, whose times count from the script's start. */
function isBusyWithin(load: Exclude<ScriptLoad, 'unmeasured' | Gap>, from: number, until: number): boolean {
  if (typeof load === 'string') return load !== 'idle';
  const [begin, end] =
    'busyUntil' in load
      ? [Number.NEGATIVE_INFINITY, load.busyUntil]
      : [load.busyFrom, Number.POSITIVE_INFINITY];
  return Math.min(end, until) - Math.max(begin, from) >= LAG_MS;
}

/** Returns who had said, before the step began, that the machine is needed. */
function claimed({ run, life, view }: IdleQuestion): string | undefined {
  const known = run.startedAt - CLOCK_MS - stalestMs(view.script);
  const { config } = life.spec ?? {};
  const times = life.happenings.map(({ at }) => at).filter((at) => at > known && at < run.endedAt);
  // Nobody knows at which moment it was read.
  const isAlways = (holds: (time: number) => boolean) => [known, ...times, run.endedAt].every(holds);
  if (isAlways((time) => heldAt(life.cordons, time)?.is === true)) return 'it was cordoned';
  if (config?.schedule !== undefined) return 'it is on a schedule';
  if (config?.auto_destroy === true) return 'a stop destroys it';
  const kept = (time: number) => !NO.test(metadataAt(life, 'keep-alive', time) ?? '');
  if (isAlways(kept)) return 'it bore keep-alive';
  const until = metadataAt(life, 'keep-alive-until', known);
  if (until === undefined || !isAlways((time) => metadataAt(life, 'keep-alive-until', time) === until))
    return undefined;
  const end = Date.parse(until);
  return Number.isNaN(end) || end > run.endedAt + CLOCK_MS ? `it bore keep-alive-until ${until}` : undefined;
}
