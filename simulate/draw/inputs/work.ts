import type { Dice } from '../../../fuzz/dice.js';
import { isRead } from '../../../src/action/inputs/table.js';
import { STOP_SIGNALS } from '../../../src/action/inputs/values/forms.js';
import { changesSomething } from '../../../src/command-table.js';
import type { Given, InputsPlan } from './inputs-plan.js';

/** Draws how a step does its work: what it waits for, how long, how many at once, and what it does on trouble. */
export function drawWork(dice: Dice, { features, command }: InputsPlan): Given {
  const maybe = (chance: number, given: Given): Given => (dice.chance(chance) ? given : {});
  const reads = (name: Parameters<typeof isRead>[0]) => isRead(name, command);
  return {
    ...drawWaiting(dice, command),
    ...(reads('signal') && maybe(0.15, { signal: dice.pick(STOP_SIGNALS) })),
    ...(reads('kill-timeout') && maybe(0.15, { 'kill-timeout': dice.pick(['0', '1s', '2s', '5s']) })),
    ...(reads('fallback') && maybe(0.4, { fallback: 'stop' })),
    ...(reads('on-failure') && drawFailing(dice, command)),
    ...(reads('on-lease') && maybe(0.3, { 'on-lease': dice.pick(['wait', 'skip', 'fail']) })),
    ...(reads('lease') && features.leases && maybe(0.5, { lease: 'true' })),
    ...(reads('restore') && features.restores && maybe(0.6, { restore: 'true' })),
    ...(reads('hold') && features.holds && maybe(0.5, { hold: dice.pick(['1m', '10m', '75m', '24h']) })),
    ...(changesSomething(command) && features.dryRuns && maybe(0.4, { 'dry-run': 'true' })),
  };
}

/** Draws what every command reads. */
export function drawCommon(dice: Dice): Given {
  const maybe = (chance: number, given: Given): Given => (dice.chance(chance) ? given : {});
  return {
    ...maybe(0.25, { timeout: dice.pick(['2s', '10s', '30s', '45', '90s', '3m', '10m', '1h']) }),
    ...maybe(0.1, { summary: dice.pick(['true', 'false', 'auto']) }),
    ...maybe(0.06, { 'refresh-before': dice.pick(['0', '30s', '5m', '1h']) }),
    ...maybe(0.05, { approve: 'true' }),
    ...maybe(0.04, { 'api-url': 'https://api.machines.dev' }),
  };
}

/** Shares of a group, and numbers of machines, that may be down at once. */
const MOST_DOWN = ['1', '2', '2', '3', '10', '10', '1%', '34%', '50%', '67%', '99%', '100%'] as const;
const ROLLING_WAYS = ['fail', 'fail', 'warn', 'warn', 'stop'] as const;
const CHANGING_WAYS = ['warn', 'fail', 'stop', 'stop'] as const;
const READING_WAYS = ['warn', 'fail'] as const;
const PLACES = ['1', '1', '2', '5', '500'] as const;
/** Values of `settle`. */
const PAUSES = ['0', '5s', '5s', '30s', 'auto'] as const;

/** Draws what a step waits for, and how many machines may be down meanwhile. */
function drawWaiting(dice: Dice, command: InputsPlan['command']): Given {
  const wait = isRead('wait', command) && dice.chance(0.3) ? drawWait(dice, command) : undefined;
  const settle = isRead('settle', command) && dice.chance(0.35) ? dice.pick(PAUSES) : undefined;
  const most = isRead('max-unavailable', command) && dice.chance(0.65) ? dice.pick(MOST_DOWN) : undefined;
  // Who doesn't wait can't know what has come back: then all go at once, and nothing settles.
  const isBlind = wait === 'false' && !dice.chance(0.05);
  const isAll = isBlind && isRead('max-unavailable', command);
  return {
    ...(wait !== undefined && { wait }),
    ...(settle !== undefined && !isBlind && { settle }),
    ...(isAll ? { 'max-unavailable': '100%' } : most !== undefined && { 'max-unavailable': most }),
  };
}

function drawWait(dice: Dice, command: InputsPlan['command']): string {
  if (command === 'restart') return dice.pick(['true', 'true', 'true', 'checks', 'false']);
  return dice.pick(command === 'start' ? ['checks', 'checks', 'false', 'true'] : ['false', 'true']);
}

/** Draws what a failure leads to, and how many machines are changed at once: a halt leaves out those that wait for a place. */
function drawFailing(dice: Dice, command: InputsPlan['command']): Given {
  const mayChange = changesSomething(command);
  const ways = command === 'restart' ? ROLLING_WAYS : mayChange ? CHANGING_WAYS : READING_WAYS;
  const way = dice.chance(command === 'restart' ? 0.5 : 0.3) ? dice.pick(ways) : undefined;
  const most = dice.chance(way === 'stop' ? 0.6 : 0.15) ? dice.pick(PLACES) : undefined;
  return {
    ...(way !== undefined && { 'on-failure': way }),
    ...(mayChange && most !== undefined && { 'max-concurrent': most }),
  };
}
