import type { Dice } from '../../fuzz/dice.js';
import type { ActionStep, Gust, ScriptApp, ScriptJob } from '../script/script.js';
import { FAULT_NAMES, FAULTS, type FaultName, type FaultRow } from '../weather/faults.js';
import { REQUESTS } from '../weather/requests.js';
import type { Moment } from './timeline.js';

/** Faults that every network has, drawn as often as all others together. */
const USUAL: readonly FaultName[] = [
  'reset before',
  'reset after',
  'hang after',
  'cut body',
  'too many requests',
  'wait a second',
  'server error',
  'unavailable',
  'gateway timeout after',
  'host unreachable after',
  'garbage',
  'discharge forgotten',
];

type Kind = keyof typeof REQUESTS;

const isOneOf =
  (...commands: readonly string[]) =>
  ({ command }: ActionStep) =>
    commands.includes(command);

/** Kinds of requests that only some steps send, each with how to tell such a step. */
const SENDERS: Partial<Record<Kind, (step: ActionStep) => boolean>> = {
  start: isOneOf('start', 'warm-up'),
  suspend: ({ command, inputs }) => command === 'suspend' || inputs['down-action'] === 'suspend',
  halt: isOneOf('stop', 'restart', 'stop-idle'),
  change: isOneOf('start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon', 'stop-idle', 'warm-up'),
  exec: isOneOf('exec'),
  lease: ({ inputs }) => inputs['lease'] === 'true',
  metadata: ({ inputs }) => inputs['hold'] !== undefined,
  wait: isOneOf('start', 'stop', 'suspend', 'restart'),
  metrics: ({ command, inputs }) => command === 'stop-idle' && inputs['idle-signal'] !== 'uptime',
};

/** Kind of the requests that each fault meets. */
const KINDS: ReadonlyMap<FaultName, Kind> = new Map(
  FAULT_NAMES.map((name) => {
    // Object.keys forgets that the keys are the table's own.
    const kinds = Object.keys(REQUESTS) as Kind[];
    return [name, kinds.find((kind) => REQUESTS[kind] === FAULTS[name].meets) ?? 'any'] as const;
  }),
);

/** Draws a usual fault, any, or one of a kind that few scripts have requests for. */
function drawFault(dice: Dice, possible: readonly FaultName[]): FaultName {
  const chance = dice.next();
  if (chance < 0.3) return dice.pick(USUAL);
  const kinds = [...new Set(possible.map((name) => KINDS.get(name) ?? 'any'))];
  const narrow = kinds.filter((kind) => SENDERS[kind] !== undefined && kind !== 'change');
  if (chance < 0.65 || narrow.length === 0) return dice.pick(possible);
  const kind = dice.pick(narrow);
  return dice.pick(possible.filter((name) => KINDS.get(name) === kind));
}

/** Draws the faults of a script: mostly one or two kinds, of which some share of the requests is met for a while. */
export function drawGusts(
  dice: Dice,
  { apps, moments }: { readonly apps: readonly ScriptApp[]; readonly moments: readonly Moment[] },
): Gust[] {
  const end = moments.reduce((latest, { at, lasts }) => Math.max(latest, at + lasts), 0) + 600_000;
  const sendersOf = (name: FaultName) => {
    const sends = SENDERS[KINDS.get(name) ?? 'any'] ?? (() => true);
    return moments.filter(({ step }) => sends(step));
  };
  const possible = FAULT_NAMES.filter((name) => sendersOf(name).length > 0);
  if (possible.length === 0) return [];
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3]) }, () => {
    const fault = drawFault(dice, possible);
    // What few requests can meet needs time and luck to be met at all.
    const isNarrow = SENDERS[KINDS.get(fault) ?? 'any'] !== undefined;
    const senders = sendersOf(fault);
    const isShort = senders.length > 0 && dice.chance(isNarrow ? 0.15 : 0.5);
    const from = isShort ? Math.max(0, dice.pick(senders).at - 500 + dice.below(1_500)) : 0;
    const lasts = dice.pick([1_000, 3_000, 10_000, 10_000, 40_000, 40_000, 120_000]);
    const app = apps.length > 1 && dice.chance(0.25) ? dice.pick(apps).name : undefined;
    return {
      fault,
      from,
      until: isShort ? from + lasts : end,
      rate: drawRate(dice, { fault, isShort, isNarrow }),
      ...(app !== undefined && { app }),
    };
  });
}

/** Draws that nothing is answered any more as soon as somebody cancels a job. */
export function drawHangsAtCancels(dice: Dice, jobs: readonly ScriptJob[]): Gust[] {
  return jobs.flatMap(({ cancelAt }) => {
    if (cancelAt === undefined || dice.chance(0.4)) return [];
    return [{ fault: 'hang before', from: cancelAt, until: cancelAt + 20_000, rate: 1 }];
  });
}

function drawRate(
  dice: Dice,
  {
    fault,
    isShort,
    isNarrow,
  }: { readonly fault: FaultName; readonly isShort: boolean; readonly isNarrow: boolean },
): number {
  const { untilRenewed }: FaultRow = FAULTS[fault];
  if (untilRenewed === true) return 1;
  return dice.pick(isShort ? [0.2, 0.5, 1, 1] : isNarrow ? [0.3, 0.6, 1] : [0.05, 0.15, 0.3, 0.6]);
}
