import type { Check, View } from '../../checks/check.js';
import { durationIn } from '../../checks/time/duration.js';
import type { Life } from '../../checks/view/life.js';
import { lifeOf } from '../../checks/view/scope.js';
import type { ProcessRun } from '../../history/history.js';
import { claimAt, markAt } from './facts.js';
import { CLOCK_MS, momentsBefore, wrongAtAll } from './moments.js';
import { inputOf, ordersOf } from './step-facts.js';
import { upRunAt } from './uptime.js';

/** Time by which metrics lag behind, and for which a machine must have been at work to be seen, in milliseconds. */
const LAG_MS = 5 * 60_000;

/** Looks at each stop of a `stop-idle` that announces: whether its announcement was old enough, and still held. */
export const announcedFirst: Check = {
  name: 'announced in time',
  promise:
    '`stop-idle` with `announce` stops only what bears an announcement at least so old, made in the same run of the machine, that has been quiet since, and that no client has claimed.',
  look(view, report) {
    for (const run of view.history.runs) {
      const announce = durationIn(inputOf(run, 'announce') ?? '');
      if (run.part !== 'main' || announce === undefined) continue;
      for (const sent of ordersOf(view, run)) {
        const life = lifeOf(view, sent.app, sent.machine);
        if (life === undefined) continue;
        report.seen();
        const wrong = (time: number) => notAnnounced({ view, run, life, announce, time });
        const why = wrongAtAll(momentsBefore(view, run, life, sent), wrong);
        if (why !== undefined)
          report.found(`ordered to ${sent.kind}, but ${why}`, {
            run: run.id,
            machine: life.id,
            time: sent.exchange.at,
          });
      }
    }
  },
};

function notAnnounced({
  view,
  run,
  life,
  announce,
  time,
}: {
  readonly view: View;
  readonly run: ProcessRun;
  readonly life: Life;
  readonly announce: number;
  readonly time: number;
}): string | undefined {
  const mark = markAt(life, 'idle', time);
  if (mark?.at === undefined || mark.word !== 'announced') return 'nothing had announced it';
  const age = time - mark.at;
  if (age < announce - CLOCK_MS) return `it had been announced ${Math.round(age / 1_000)} s before only`;
  const up = upRunAt(life, time);
  if (up !== undefined && !up.isVague && up.began > mark.at + CLOCK_MS)
    return 'it had been started since it was announced';
  if (isBusySince(life, mark.at - view.script.start + LAG_MS, time - view.script.start - LAG_MS))
    return 'it was busy since it was announced';
  return claimAt(life, time, run.id);
}

/** Returns whether a machine was at work for long within a span, whose times count from the script's start. */
function isBusySince({ spec }: Life, from: number, until: number): boolean {
  const { load } = spec ?? {};
  if (load === 'busy') return until - from > LAG_MS;
  if (typeof load !== 'object' || 'unmeasuredFrom' in load) return false;
  const [begin, end] =
    'busyUntil' in load
      ? [Number.NEGATIVE_INFINITY, load.busyUntil]
      : [load.busyFrom, Number.POSITIVE_INFINITY];
  return Math.min(end, until) - Math.max(begin, from) > LAG_MS;
}
