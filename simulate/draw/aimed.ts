import type { Dice } from '../../fuzz/dice.js';
import type { Deed } from '../script/script.js';
import { BETWEEN_MS, type Moment } from './timeline.js';

type Act = Deed['does'];
type Target = Pick<Deed, 'app' | 'machine'>;

/** Choice of what deeds are aimed at. */
export interface Aims {
  readonly targets: readonly Target[];
  readonly moments: readonly Moment[];
  /** Deeds to choose among where a command has none of its own. */
  readonly deeds: readonly Act[];
}

/** Changes of a machine that a step has just changed otherwise, by the step's command. */
const OTHERWISE: Partial<Record<string, readonly Act[]>> = {
  start: ['suspend', 'suspend', 'stop', 'end'],
  'warm-up': ['suspend', 'suspend', 'stop', 'crash'],
  stop: ['start', 'visit'],
  suspend: ['stop', 'visit', 'start'],
  cordon: ['uncordon'],
  uncordon: ['cordon'],
};
/** Changes of a machine after which a step must not do to it any more what it was about to do. */
const INSTEAD: Partial<Record<string, Act>> = { stop: 'suspend', restart: 'stop' };
/** Commands that look once more at what they have started, and ends that a machine may come to by then. */
const SETTLING: ReadonlySet<string> = new Set(['start', 'restart', 'warm-up']);
const ENDS: readonly Act[] = ['stop', 'stop', 'suspend', 'end', 'crash', 'crash', 'out-of-memory', 'visit'];

/** Draws deeds that are aimed at the machines of one step: after it, so that its restore finds them changed, or while it waits. */
export function drawAimed(dice: Dice, aims: Aims): Deed[] {
  return [...drawAfterwards(dice, aims), ...drawMeanwhile(dice, aims), ...drawWhileSettling(dice, aims)];
}

function drawAfterwards(dice: Dice, { targets, moments, deeds }: Aims): Deed[] {
  return moments
    .filter(({ step }) => step.inputs['restore'] === 'true' && dice.chance(0.6))
    .flatMap(({ job, place, step }) => {
      const does = dice.pick(OTHERWISE[step.command] ?? deeds);
      return ownOf(step, targets)
        .slice(0, 6)
        .filter(() => dice.chance(0.6))
        .map((target) => ({ ...target, does, at: dice.below(700), after: `${job}/${place}` }));
    });
}

/** Draws a lease that makes a step wait, and a change of the machine in the pause after its end. */
function drawMeanwhile(dice: Dice, { targets, moments }: Aims): Deed[] {
  const aims = moments.filter(({ step }) => INSTEAD[step.command] !== undefined);
  if (aims.length === 0 || dice.chance(0.3)) return [];
  const aim = dice.pick(aims);
  const does = INSTEAD[aim.step.command];
  const [target] = ownOf(aim.step, targets);
  if (does === undefined || target === undefined) return [];
  const begin = beginOf(aim, moments);
  const [early, forMs] = [500, dice.pick([1_000, 2_000, 4_000])];
  return [
    { ...target, ...begin, at: Math.max(0, begin.at - early), does: 'lease', forMs },
    { ...target, ...begin, at: Math.max(0, begin.at - early) + forMs + dice.below(2_000), does },
  ];
}

/** Draws what becomes of a machine that a step has started, while it looks whether the machine stays up. */
function drawWhileSettling(dice: Dice, { targets, moments }: Aims): Deed[] {
  return moments
    .filter(({ step }) => SETTLING.has(step.command) && dice.chance(0.3))
    .flatMap(({ step, ...moment }) => {
      const { at, after } = beginOf(moment, moments);
      const ours = ownOf(step, targets);
      return Array.from({ length: dice.pick([1, 1, 2]) }, () => ({
        ...dice.pick(ours),
        does: dice.pick(ENDS),
        at: at + 1_500 + dice.below(dice.pick([3_000, 6_000])),
        ...(after !== undefined && { after }),
      }));
    });
}

/** Returns when a step begins, by the end of the step before it where there is one. */
function beginOf(
  { job, place, at }: Pick<Moment, 'job' | 'place' | 'at'>,
  moments: readonly Moment[],
): Pick<Deed, 'at' | 'after'> {
  const isAfterAStep = moments.some((it) => it.job === job && it.place === place - 1);
  return isAfterAStep ? { at: BETWEEN_MS, after: `${job}/${place - 1}` } : { at };
}

/** Returns the machines that a step names; all where it names none. */
function ownOf({ inputs }: Moment['step'], targets: readonly Target[]): readonly Target[] {
  const named = targets.filter(({ machine }) => inputs['machines']?.includes(machine));
  return named.length > 0 ? named : targets;
}
