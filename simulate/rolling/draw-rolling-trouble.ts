import type { GivenSettings } from '../../emulator/settings.js';
import type { Dice } from '../../fuzz/dice.js';
import type { Deed, Gust, ScriptApp } from '../script/script.js';
import type { FaultName } from '../weather/faults.js';

const MINUTE = 60_000;

/** Faults that a restart meets; each of its requests may. */
const MET: readonly FaultName[] = [
  'reset before',
  'reset after',
  'hang before',
  'hang after',
  'cut body',
  'too many requests',
  'wait a second',
  'wait half a minute',
  'server error',
  'server error after',
  'bad gateway',
  'unavailable',
  'gateway timeout after',
  'host unreachable',
  'host unreachable after',
  'garbage',
  'garbage after',
  'list is empty',
];

const DONE_BY_OTHERS: readonly Deed['does'][] = [
  ...(['stop', 'stop', 'suspend', 'start', 'visit'] as const),
  ...(['crash', 'crash', 'out-of-memory', 'end', 'destroy'] as const),
  ...(['lease', 'lease', 'lease', 'deploy', 'cordon'] as const),
];

/** Everything that stands in the way of a restart. */
export interface RollingTrouble {
  readonly settings: GivenSettings;
  readonly others: readonly Deed[];
  readonly weather: readonly Gust[];
  readonly cancelAt: number | undefined;
  readonly diesAfterMs: number | undefined;
}

/** Draws the trouble of a restart; a third of the cases have none. */
export function drawRollingTrouble(dice: Dice, apps: readonly ScriptApp[]): RollingTrouble {
  const isCalm = dice.chance(0.3);
  const has = (probability: number) => !isCalm && dice.chance(probability);
  return {
    settings: drawAnswers(dice, isCalm),
    others: has(0.5) ? drawDeeds(dice, apps) : [],
    weather: has(0.5) ? Array.from({ length: 1 + dice.below(3) }, () => drawGust(dice, apps)) : [],
    cancelAt: has(0.3) ? drawInstant(dice) : undefined,
    diesAfterMs: has(0.05) ? drawInstant(dice) : undefined,
  };
}

/** Draws a moment in the course of a step, whose length nobody knows before. */
function drawInstant(dice: Dice): number {
  return dice.below(dice.pick([500, 3_000, 10_000, 40_000, 3 * MINUTE, 15 * MINUTE]));
}

function drawAnswers(dice: Dice, isCalm: boolean): GivenSettings {
  const stale: GivenSettings = {
    staleMs: dice.pick([300, 1_000, 5_000]),
    cookies: dice.pick(['all', 'changes', 'none']),
  };
  return {
    ...(dice.chance(0.4) && { latencyMs: dice.pick([20, 150, 700]) }),
    ...(dice.chance(0.4) && { bootMs: dice.pick([50, 4_000, 15_000]) }),
    ...(dice.chance(0.3) && { stopMs: dice.pick([0, 50, 3_000]) }),
    ...(dice.chance(0.3) && { restartStarts: 'once' }),
    ...(dice.chance(0.3) && { exitForm: dice.pick(['monitor', 'both']) }),
    ...(dice.chance(0.3) && { restartInactive: 'refused' }),
    ...(dice.chance(0.2) && { retryAfterS: dice.pick([1, 3, 20]) }),
    ...(!isCalm && dice.chance(0.15) && stale),
  };
}

function drawDeeds(dice: Dice, apps: readonly ScriptApp[]): Deed[] {
  const targets = apps.flatMap(({ name, machines }) =>
    machines.map(({ id }) => ({ app: name, machine: id })),
  );
  // One kind more often than others, such as autostop in the evening.
  const usual = dice.pick(DONE_BY_OTHERS);
  const deeds = Array.from({ length: 1 + dice.size(15) }, (): Deed => {
    const does = dice.chance(0.5) ? usual : dice.pick(DONE_BY_OTHERS);
    const forMs = dice.pick([1_000, 8_000, 40_000, 10 * MINUTE]);
    return {
      at: drawInstant(dice),
      ...dice.pick(targets),
      does,
      ...((does === 'lease' || does === 'deploy') && { forMs }),
    };
  });
  return deeds.sort((a, b) => a.at - b.at);
}

function drawGust(dice: Dice, apps: readonly ScriptApp[]): Gust {
  const isShort = dice.chance(0.5);
  const from = isShort ? drawInstant(dice) : 0;
  const app = apps.length > 1 && dice.chance(0.3) ? dice.pick(apps).name : undefined;
  return {
    fault: dice.pick(MET),
    from,
    until: isShort ? from + dice.pick([1_000, 5_000, 30_000, 2 * MINUTE]) : 24 * 60 * MINUTE,
    rate: dice.pick(isShort ? [0.2, 0.5, 1] : [0.02, 0.05, 0.15, 0.4]),
    ...(app !== undefined && { app }),
  };
}
