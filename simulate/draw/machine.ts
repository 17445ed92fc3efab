import { MACHINE_STATES, type MachineState } from '../../emulator/machines/states.js';
import type { Dice } from '../../fuzz/dice.js';
import type { ScriptLoad, ScriptMachine } from '../script/script.js';
import { AILING, drawBehaviour, drawProgram, drawStateFor, paced } from './behaviours.js';
import type { Features } from './features.js';
import { drawHostile, drawName } from './texts.js';
import { CHECKED, drawTraits } from './traits.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Process groups that most machines are in, and those that Fly makes for itself. */
const GROUPS = ['app', 'app', 'app', 'worker', 'worker', 'cron'] as const;
const SPECIAL_GROUPS = [
  'fly_app_release_command',
  'fly_app_console',
  'fly_app_test_machine_command',
] as const;

/** Regions, the commonest first. */
export const REGIONS = ['fra', 'iad', 'nrt'] as const;

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
  const { id, index, features, earlier } = plan;
  const isAiling = features.rolling && dice.chance(0.12);
  const drawn = drawTraits(dice, features, earlier);
  const traits = isAiling ? { ...drawn, config: { ...drawn.config, ...CHECKED } } : drawn;
  const isHostile = features.hostileNames && dice.chance(0.5);
  const isOdd = features.behaviours && dice.chance(features.rolling ? 0.3 : 0.4);
  const behaviour = isAiling ? AILING : isOdd ? drawBehaviour(dice, features) : undefined;
  const isUp = features.rolling && dice.chance(0.85);
  const state = isUp ? 'started' : (drawStateFor(dice, behaviour ?? {}) ?? drawState(dice, features));
  const metadata = { ...traits.metadata, ...drawMetadata(dice, plan) };
  return {
    id,
    name: isHostile ? drawHostile(dice) : drawName(dice, index),
    state,
    region: isHostile && dice.chance(0.3) ? drawHostile(dice) : dice.pick(['fra', ...REGIONS]),
    processGroup: features.traits && dice.chance(0.05) ? dice.pick(SPECIAL_GROUPS) : dice.pick(GROUPS),
    ...traits,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(dice.chance(0.05) && { cordoned: true }),
    ...ageOf(dice, state),
    ...(behaviour !== undefined && { behaviour: paced(behaviour, traits.config) }),
    ...(dice.chance(0.6) && { load: drawLoad(dice, features) }),
    ...(features.exec && dice.chance(0.35) && { program: drawProgram(dice) }),
  };
}

function ageOf(dice: Dice, state: MachineState): { sinceMs?: number } {
  const sinceMs = dice.pick([
    5_000,
    3 * MINUTE,
    20 * MINUTE,
    45 * MINUTE,
    2 * HOUR,
    9 * HOUR,
    9 * HOUR,
    4 * DAY,
  ]);
  // One that is created is on its way, unless it is old.
  return state === 'created' && dice.chance(0.6) ? {} : { sinceMs };
}

function drawState(dice: Dice, { oddStates, choosing }: Features): MachineState {
  if (oddStates && dice.chance(0.4)) return dice.pick(MACHINE_STATES);
  // Whoever looks for idle machines must find some that run.
  if (choosing && dice.chance(0.5)) return 'started';
  return dice.pick(['started', 'started', 'started', 'stopped', 'stopped', 'suspended']);
}

function drawLoad(dice: Dice, { choosing }: Features): ScriptLoad {
  if (choosing && dice.chance(0.25)) return dice.chance(0.3) ? 'brief' : drawGap(dice);
  const at = dice.below(2 * HOUR) - HOUR;
  return dice.pick<ScriptLoad>([
    'idle',
    'idle',
    'idle',
    'busy',
    'unmeasured',
    { busyUntil: at },
    { busyFrom: at },
  ]);
}

/** Draws a time without metrics, late enough that a short window has metrics before it, and mostly after it too. */
export function drawGap(dice: Dice): ScriptLoad {
  const unmeasuredFrom = -dice.pick([7, 10, 13, 18, 18]) * MINUTE - dice.below(MINUTE);
  const lasts = dice.pick([6 * MINUTE, 7 * MINUTE, 8 * MINUTE, 9 * MINUTE, 20 * MINUTE, 3 * HOUR]);
  return { unmeasuredFrom, unmeasuredUntil: unmeasuredFrom + lasts };
}

function drawMetadata(dice: Dice, { features, start }: MachinePlan): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  if (dice.chance(0.45)) entries.push(['role', dice.pick(['web', 'db', 'cache'])]);
  if (features.hostileNames && dice.chance(0.3)) entries.push(['note', drawHostile(dice)]);
  if (features.holds && dice.chance(0.1))
    entries.push(['keep-alive', dice.pick(['true', 'false', 'yes', ''])]);
  if (features.holds && dice.chance(0.15)) entries.push(['keep-alive-until', drawHeld(dice, start)]);
  return Object.fromEntries(entries);
}

function drawHeld(dice: Dice, start: number): string {
  if (dice.chance(0.15)) return dice.pick(['tomorrow', '12', '2026-01-01']);
  const text = new Date(start + dice.pick([-HOUR, 4_000, 10 * MINUTE, 3 * HOUR, 2 * DAY])).toISOString();
  return dice.chance(0.5) ? text : text.replace(/\.\d+Z$/, 'Z');
}
