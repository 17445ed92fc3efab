import type { Dice } from '../../fuzz/dice.js';
import type { CommandName } from '../../src/command-table.js';
import type { ActionStep, ScriptApp, ScriptStep } from '../script/script.js';
import { type Access, CREDENTIAL, drawScope, PARTY_ORIGIN, tokenInputs } from './access.js';
import type { Features } from './features.js';
import { drawInputs } from './inputs/inputs.js';

/** Work that a job is about. */
export type Theme = 'any' | 'evening' | 'morning' | 'restore' | 'rolling';

/** Circumstances of the steps of a job. */
export interface StepsPlan {
  readonly features: Features;
  readonly apps: readonly ScriptApp[];
  readonly access: Access;
  readonly theme: Theme;
}

const THEMES: Readonly<Record<Theme, readonly CommandName[]>> = {
  any: [
    'list',
    'start',
    'start',
    'stop',
    'stop',
    'suspend',
    'suspend',
    'wait',
    'restart',
    'cordon',
    'uncordon',
    'inspect',
  ],
  evening: ['stop', 'suspend', 'list', 'cordon'],
  morning: ['start', 'start', 'uncordon', 'wait', 'list'],
  restore: ['start', 'stop', 'suspend', 'cordon', 'uncordon'],
  rolling: ['restart', 'restart', 'restart', 'restart', 'restart', 'start', 'exec', 'list'],
};

const MINUTE = 60_000;

/** Draws the steps of a job: mostly three or four, at most a dozen. */
export function drawSteps(dice: Dice, plan: StepsPlan): ScriptStep[] {
  const { features, access, theme } = plan;
  const count = dice.chance(0.04) ? 10 : dice.pick([1, 1, 2, 2, 2, 3, 3, 4, 5]);
  const steps: ScriptStep[] = access.by === 'session' ? [drawAuth(dice, plan)] : [];
  for (let index = 0; index < count; index += 1) {
    if (index > 0 && dice.chance(features.longPauses ? 0.45 : 0.12)) steps.push(drawPause(dice, features));
    // Later on, what runs was mostly started by the job itself, and is too young to be idle.
    const looksAround = index === 0 && features.choosing && theme !== 'morning' && dice.chance(0.35);
    if (looksAround) steps.push(drawStep(dice, plan, 'stop-idle'));
    const opensMore = dice.chance(0.06) && access.by === 'session';
    steps.push(opensMore ? drawAuth(dice, plan, 0.5) : drawStep(dice, plan));
  }
  if (dice.chance(features.longPauses ? 0.4 : 0.1)) steps.push(drawPause(dice, features));
  return steps;
}

/** Draws a pause: a long one outlasts discharges, or leaves them so little time that they are due. */
function drawPause(dice: Dice, { longPauses }: Features): ScriptStep {
  const ms = longPauses
    ? dice.pick([11 * MINUTE, 11 * MINUTE, 45 * MINUTE, 3 * MINUTE, 9 * MINUTE, 9 * MINUTE])
    : 20_000;
  return { kind: 'pause', ms: ms + dice.below(5_000) };
}

/** Opens a session: mostly the job's, now and then one with another token; `otherwise` is the chance that it is for other apps. */
function drawAuth(dice: Dice, plan: StepsPlan, otherwise = 0.08): ActionStep {
  const { features, apps, access } = plan;
  const token = dice.chance(0.08) ? dice.pick(['deploy', 'all', 'org', 'second']) : access.token;
  const scope = dice.chance(otherwise)
    ? drawScope(dice, { ...access, by: 'input' }).inputs
    : access.scope.inputs;
  const inputs = drawInputs(dice, { features, command: 'auth', apps, isSweeping: false });
  return {
    ...drawForm(dice),
    kind: 'action',
    command: 'auth',
    inputs: { token: `{token:${token}}`, ...scope, ...credentials(features), ...inputs },
  };
}

function drawStep(dice: Dice, plan: StepsPlan, command = drawCommand(dice, plan)): ActionStep {
  const { features, access } = plan;
  const scope = drawScope(dice, access);
  const bringsOwn = access.by === 'session' && dice.chance(0.07);
  const own = bringsOwn ? { token: `{token:${access.token}}`, ...access.scope.inputs } : {};
  const inputs = drawInputs(dice, { features, command, apps: scope.apps, isSweeping: scope.isSweeping });
  const isAlone = access.by !== 'session' || bringsOwn;
  return {
    ...drawForm(dice),
    kind: 'action',
    command,
    inputs: {
      ...tokenInputs(access),
      ...own,
      ...scope.inputs,
      ...(isAlone && credentials(features)),
      ...inputs,
    },
  };
}

function drawCommand(dice: Dice, { features, theme }: StepsPlan): CommandName {
  if (features.choosing && dice.chance(0.4))
    return theme === 'evening'
      ? 'stop-idle'
      : theme === 'morning'
        ? 'warm-up'
        : dice.pick(['stop-idle', 'warm-up']);
  if (features.exec && dice.chance(0.3)) return 'exec';
  return dice.pick(THEMES[theme]);
}

function drawForm(dice: Dice): Pick<ActionStep, 'isRoot' | 'always' | 'goesOn'> {
  return {
    ...(dice.chance(0.15) && { isRoot: true }),
    ...(dice.chance(0.2) && { always: true }),
    ...(dice.chance(0.4) && { goesOn: true }),
  };
}

function credentials({ ownThirdParty }: Features): Readonly<Record<string, string>> {
  return ownThirdParty ? { 'third-party-credentials': `${PARTY_ORIGIN}: ${CREDENTIAL}` } : {};
}
