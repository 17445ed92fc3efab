import type { Dice } from '../../../fuzz/dice.js';
import { rowOf } from '../../../src/command-table.js';
import { drawAwaited, drawExec, drawIdle, drawOpening, drawWarm } from './choosing.js';
import type { Given, InputsPlan } from './inputs-plan.js';
import { drawMistake } from './mistakes.js';
import { drawSelection } from './selection.js';
import { drawCommon, drawWork } from './work.js';

/** Draws all inputs of a step but those that say which token and which apps. */
export function drawInputs(dice: Dice, plan: InputsPlan): Given {
  const { kind } = rowOf(plan.command);
  const isWork = kind !== 'session' && kind !== 'token';
  return {
    ...(isWork && drawSelection(dice, plan)),
    ...(isWork && drawWork(dice, plan)),
    ...drawCommon(dice),
    ...drawOwn(dice, plan),
    ...(plan.features.mistakes && dice.chance(0.3) && drawMistake(dice)),
  };
}

function drawOwn(dice: Dice, { command, apps }: InputsPlan): Given {
  switch (command) {
    case 'auth':
      return drawOpening(dice, apps);
    case 'wait':
      return drawAwaited(dice);
    case 'stop-idle':
      return drawIdle(dice);
    case 'warm-up':
      return drawWarm(dice);
    case 'exec':
      return drawExec(dice, apps);
    default:
      return {};
  }
}
