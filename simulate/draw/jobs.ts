import type { Dice } from '../../fuzz/dice.js';
import type { CommandName } from '../../src/command-table.js';
import type { ScriptApp, ScriptJob, ScriptStep } from '../script/script.js';
import type { Features } from './features.js';
import type { DrawnTokens } from './tokens.js';

/** Circumstances of the jobs. */
export interface JobsPlan {
  readonly features: Features;
  readonly apps: readonly ScriptApp[];
  readonly tokens: DrawnTokens;
}

const WORKING: readonly CommandName[] = [
  'list',
  'start',
  'stop',
  'suspend',
  'wait',
  'restart',
  'cordon',
  'uncordon',
];

/** Draws the jobs of a script. */
export function drawJobs(dice: Dice, { features }: JobsPlan): ScriptJob[] {
  const steps: ScriptStep[] = [];
  if (features.sessions)
    steps.push({ kind: 'action', command: 'auth', inputs: { token: '{token:deploy}', app: 'my-app' } });
  const count = 1 + dice.below(4);
  for (let index = 0; index < count; index += 1) {
    const command = dice.pick(WORKING);
    const access = features.sessions
      ? []
      : ([
          ['token', '{token:deploy}'],
          ['app', 'my-app'],
        ] as const);
    const choice = command === 'list' || command === 'wait' ? [] : ([['machines', 'all']] as const);
    steps.push({ kind: 'action', command, inputs: Object.fromEntries([...access, ...choice]) });
  }
  return [
    {
      name: 'nightly',
      runner: 'runner-1',
      startsAt: 0,
      steps,
      env: {},
      clock: { offsetMs: 0, jumps: [] },
    },
  ];
}
