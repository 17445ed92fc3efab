import { Dice } from '../../fuzz/dice.js';
import type { Given } from '../draw/inputs/inputs-plan.js';
import type { Script, ScriptApp, ScriptMachine } from '../script/script.js';
import { drawRollingFleet } from './draw-rolling-fleet.js';
import { drawRollingTrouble } from './draw-rolling-trouble.js';

/** Start of all restarts. */
const START = Date.UTC(2026, 0, 5, 9);

/** Draws the script of one case: a single restart step, of any fleet and in any trouble. The same seed and number make the same script. */
export function drawRestart(seed: number, number: number): Script {
  const diceOf = (part: string) => new Dice('restart', seed, number, part);
  const apps = drawRollingFleet(diceOf('fleet'));
  const inputs = drawInputs(diceOf('inputs'), apps);
  const { settings, others, weather, cancelAt, diesAfterMs } = drawRollingTrouble(diceOf('trouble'), apps);
  return {
    start: START,
    seed: diceOf('seed').below(2 ** 31),
    settings,
    apps,
    tokens: { deploy: { app: apps.map(({ name }) => name), thirdParty: false } },
    jobs: [
      {
        name: 'nightly',
        runner: 'runner-1',
        startsAt: 0,
        steps: [
          {
            kind: 'action',
            command: 'restart',
            inputs,
            ...(diesAfterMs !== undefined && { diesAfterMs }),
          },
        ],
        env: {},
        clock: { offsetMs: 0, jumps: [] },
        ...(cancelAt !== undefined && { cancelAt }),
      },
    ],
    others,
    weather,
    moods: [],
  };
}

function drawInputs(dice: Dice, apps: readonly ScriptApp[]): Given {
  const machines = apps.flatMap((it) => it.machines);
  const most = drawMost(dice);
  return {
    token: '{token:deploy}',
    app: apps.map(({ name }) => name).join(', '),
    summary: 'false',
    ...drawChoice(dice, machines),
    ...(most !== undefined && { 'max-unavailable': most }),
    ...drawWait(dice, most),
    ...(dice.chance(0.5) && { 'on-failure': dice.pick(['stop', 'fail', 'fail', 'warn']) }),
    ...(dice.chance(0.3) && { 'on-lease': dice.pick(['wait', 'skip', 'fail']) }),
    ...(dice.chance(0.15) && { lease: 'true' }),
    ...(dice.chance(0.3) && { timeout: dice.pick(['10s', '45s', '3m', '15m']) }),
    ...(dice.chance(0.2) && { 'max-concurrent': dice.pick(['1', '2', '5']) }),
    ...(dice.chance(0.15) && { signal: dice.pick(['SIGTERM', 'SIGKILL']) }),
    ...(dice.chance(0.15) && { 'kill-timeout': dice.pick(['1s', '20s']) }),
  };
}

function drawMost(dice: Dice): string | undefined {
  if (dice.chance(0.3)) return undefined;
  if (dice.chance(0.4)) return dice.pick(['1', '2', '3', '5', '39', '1000']);
  return dice.pick(['1%', '10%', '25%', '34%', '50%', '66%', '75%', '99%', '100%']);
}

function drawWait(dice: Dice, most: string | undefined): Given {
  if (dice.chance(0.5)) return {};
  return { wait: dice.pick(most === '100%' ? ['true', 'checks', 'false'] : ['true', 'true', 'checks']) };
}

/** Draws which of the machines are meant. */
function drawChoice(dice: Dice, machines: readonly ScriptMachine[]): Given {
  const some = machines.filter(() => dice.chance(0.6)).map(({ id }) => id);
  const isSome = some.length > 0 && dice.chance(0.2);
  const left = machines.filter(() => dice.chance(0.2)).map(({ id, name }) => (dice.chance(0.5) ? id : name));
  return {
    machines: isSome ? some.join(', ') : 'all',
    ...(left.length > 0 && dice.chance(0.25) && { exclude: left.join('\n') }),
    ...(dice.chance(0.2) && { limit: String(1 + dice.below(machines.length)) }),
    ...(dice.chance(0.1) && { shard: `${dice.below(2)}/2` }),
    'allow-empty': 'true',
  };
}
