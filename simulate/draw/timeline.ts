import type { Dice } from '../../fuzz/dice.js';
import type { ActionStep, ScriptJob, ScriptStep } from '../script/script.js';

/** Step of a job with the time at which it probably begins, in milliseconds since the script's start. */
export interface Moment {
  readonly job: string;
  readonly place: number;
  readonly step: ActionStep;
  readonly at: number;
  /** Probable duration. */
  readonly lasts: number;
}

/** Milliseconds between two steps. */
export const BETWEEN_MS = 700;
const SLOW: ReadonlySet<string> = new Set(['start', 'stop', 'suspend', 'warm-up', 'stop-idle']);
/** Milliseconds of a restart, whose machines take turns. */
const ROLLING_MS = 8_000;

/** Estimates how long a step takes, in good weather. */
function durationOf(step: ScriptStep): number {
  if (step.kind === 'pause') return step.ms;
  if (step.kind === 'disk') return 0;
  if (step.command === 'restart') return ROLLING_MS;
  return SLOW.has(step.command) ? 2_500 : 700;
}

/** Estimates when each step that uses the action begins. */
export function timelineOf(jobs: readonly ScriptJob[]): Moment[] {
  return jobs.flatMap(({ name, startsAt, steps }) => {
    let at = startsAt;
    return steps.flatMap((step, place) => {
      const begin = at;
      const lasts = durationOf(step);
      at += lasts + BETWEEN_MS;
      return step.kind === 'action' ? [{ job: name, place, step, at: begin, lasts }] : [];
    });
  });
}

/** Estimates how long a job takes, its posts left out. */
export function lengthOf(steps: readonly ScriptStep[]): number {
  return steps.reduce((sum, step) => sum + durationOf(step) + BETWEEN_MS, 0);
}

/** Time in milliseconds since the script's start, and the step that is probably at work then. */
export interface Drawn {
  readonly at: number;
  readonly step?: ActionStep;
}

/** Draws a time: mostly while a step is at work, else somewhere between the first step and a while after the last, when posts run. */
export function drawMoment(dice: Dice, moments: readonly Moment[]): Drawn {
  const last = moments.reduce((latest, { at, lasts }) => Math.max(latest, at + lasts), 0);
  if (moments.length === 0 || dice.chance(0.1)) return { at: dice.below(last + 10_000) };
  if (dice.chance(0.2)) return { at: last + BETWEEN_MS + dice.below(dice.pick([500, 3_000])) };
  const { at, lasts, step } = dice.pick(moments);
  return { at: Math.max(0, at - 300 + dice.below(lasts + 600)), step };
}
