import type { MachineState } from '../../emulator/machines/states.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ScriptLoad, ScriptMachine } from '../script/script.js';
import type { Features } from './features.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NOUNS = ['river', 'moon', 'leaf', 'pine', 'cloud', 'brook', 'field', 'lake'] as const;

/** Circumstances of a fleet. */
export interface FleetPlan {
  readonly features: Features;
  /** Moment of the script's start, in milliseconds since 1970. */
  readonly start: number;
}

/** Circumstances of one machine. */
export interface MachinePlan extends FleetPlan {
  readonly id: string;
  /** Place in its app. */
  readonly index: number;
  /** Machines of the same app that were drawn before. */
  readonly earlier: readonly ScriptMachine[];
}

/** Draws one machine: state, group, region, metadata, and how it behaves. */
export function drawMachine(dice: Dice, plan: MachinePlan): ScriptMachine {
  const { id, index } = plan;
  const state = drawState(dice, plan);
  return {
    id,
    name: `${dice.pick(NOUNS)}-${index + 1}`,
    state,
    region: dice.pick(['fra', 'fra', 'iad', 'nrt']),
    processGroup: dice.pick(['app', 'app', 'worker', 'cron']),
    sinceMs: dice.pick([5_000, 3 * MINUTE, 20 * MINUTE, 2 * HOUR, 9 * HOUR, 4 * DAY]),
    cordoned: dice.chance(0.06),
    ...(dice.chance(0.5) && { load: drawLoad(dice) }),
  };
}

function drawState(dice: Dice, { features }: MachinePlan): MachineState {
  if (features.oddStates && dice.chance(0.4))
    return dice.pick(['created', 'failed', 'replacing', 'starting', 'destroyed', 'stopping', 'suspending']);
  return dice.pick(['started', 'started', 'started', 'stopped', 'stopped', 'suspended']);
}

function drawLoad(dice: Dice): ScriptLoad {
  const at = dice.below(2 * HOUR) - HOUR;
  return dice.pick<ScriptLoad>(['idle', 'idle', 'busy', 'unmeasured', { busyUntil: at }, { busyFrom: at }]);
}
