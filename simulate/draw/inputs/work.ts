import type { Dice } from '../../../fuzz/dice.js';
import { isRead } from '../../../src/action/inputs/table.js';
import { STOP_SIGNALS } from '../../../src/action/inputs/values/forms.js';
import { changesSomething, rowOf } from '../../../src/command-table.js';
import type { Given, InputsPlan } from './inputs-plan.js';

/** Draws how a step does its work: what it waits for, how long, how many at once, and what it does on trouble. */
export function drawWork(dice: Dice, { features, command }: InputsPlan): Given {
  const maybe = (chance: number, given: Given): Given => (dice.chance(chance) ? given : {});
  const reads = (name: Parameters<typeof isRead>[0]) => isRead(name, command);
  return {
    ...(reads('wait') && maybe(0.25, { wait: drawWait(dice, command) })),
    ...(reads('signal') && maybe(0.15, { signal: dice.pick(STOP_SIGNALS) })),
    ...(reads('kill-timeout') && maybe(0.15, { 'kill-timeout': dice.pick(['0', '1s', '2s', '5s']) })),
    ...(reads('fallback') && maybe(0.4, { fallback: 'stop' })),
    ...(reads('max-concurrent') && maybe(0.15, { 'max-concurrent': dice.pick(['1', '2', '5', '500']) })),
    ...(reads('on-failure') && maybe(0.2, { 'on-failure': dice.pick(['warn', 'fail']) })),
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

function drawWait(dice: Dice, command: InputsPlan['command']): string {
  const { kind } = rowOf(command);
  const hasChecks = kind === 'transition' && (command === 'start' || command === 'restart');
  return dice.pick(hasChecks ? ['checks', 'checks', 'false', 'true'] : ['false', 'true']);
}
