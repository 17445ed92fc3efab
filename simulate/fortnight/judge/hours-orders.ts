import type { Check } from '../../checks/check.js';
import { type Life, stateAt } from '../../checks/view/life.js';
import { lifeOf } from '../../checks/view/scope.js';
import type { ProcessRun } from '../../history/history.js';
import { claimAt, isDownAt, isOfDown, markAt } from './facts.js';
import type { HoursTruth } from './hours-truth.js';
import { momentsBefore, wrongAtAll } from './moments.js';
import { isAbout, ordersOf, withinAt } from './step-facts.js';
import { truthOf } from './truth-of.js';
import { upRunAt } from './uptime.js';

/** Looks at each order of `hours`: whether there was any moment since its last look at which the contract asks for it. */
export const hoursOrders: Check = {
  name: 'hours order what is due',
  promise:
    '`hours` puts down only what is up out of its hours since before their last edge and not claimed, and starts only what is down within its hours and bears its mark.',
  look(view, report) {
    for (const run of view.history.runs) {
      if (run.part !== 'main' || run.step.command !== 'hours') continue;
      for (const sent of ordersOf(view, run)) {
        const life = lifeOf(view, sent.app, sent.machine);
        if (life === undefined) continue;
        report.seen();
        const truth = truthOf(view);
        const wrong = (time: number) =>
          (isAbout(run, life) ? undefined : 'it was not asked to touch it') ??
          (sent.kind === 'start' ? notDueUp : notDueDown)({ truth, life, run, time });
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

/** Machine, and the moment at which `hours` looks at it. */
export interface HoursQuestion {
  readonly truth: HoursTruth;
  readonly life: Life;
  readonly run: ProcessRun;
  readonly time: number;
}

/** Returns why `hours` has nothing to put down at a moment; undefined where it has. */
export function notDueDown(question: HoursQuestion): string | undefined {
  const { life, run, time } = question;
  const within = withinAt(question.truth, question);
  if (typeof within === 'string') return within;
  if (within.isIn) return 'it was within its hours';
  if (within.last === undefined) return 'its hours had no edge yet';
  const up = upRunAt(life, time);
  if (up === undefined || stateAt(life, time) !== 'started') return `it was ${stateAt(life, time)}`;
  if (up.began > within.last && !up.isVague)
    return `somebody had woken it at ${iso(up.began)}, after the edge at ${iso(within.last)}`;
  return claimAt(life, time, run.id);
}

/** Returns why `hours` has nothing to wake at a moment; undefined where it has. */
export function notDueUp(question: HoursQuestion): string | undefined {
  const { life, time } = question;
  const within = withinAt(question.truth, question);
  if (typeof within === 'string') return within;
  if (!within.isIn) return 'it was out of its hours';
  if (!isOfDown(markAt(life, 'hours', time))) return 'it bore no mark of having been put down';
  return isDownAt(life, time) ? undefined : `it was ${stateAt(life, time)}`;
}

const iso = (time: number) => new Date(time).toISOString();
