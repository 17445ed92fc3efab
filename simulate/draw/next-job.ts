import type { Dice } from '../../fuzz/dice.js';
import type { ActionStep, ScriptApp, ScriptJob, ScriptStep } from '../script/script.js';
import type { Features } from './features.js';
import { OUR_ORG } from './fleet.js';
import { lengthOf } from './timeline.js';

/** Name of the job that is added: no other has it. */
const NEXT = 'next';

/**
 * Draws now and then that the runner of the first job is lost while a session is open, and that its next job finds what is left:
 * that has a session of its own for the last app, and a step or two for the first app without any.
 */
export function drawNextJob(
  dice: Dice,
  jobs: readonly ScriptJob[],
  { features, apps }: { readonly features: Features; readonly apps: readonly ScriptApp[] },
): ScriptJob[] {
  const ours = apps.filter(({ org }) => org === OUR_ORG);
  const [first, last] = [ours[0], ours.at(-1)];
  const [lost, ...others] = jobs;
  const isHit = features.deaths && features.sessions && dice.chance(0.5);
  if (!isHit || lost === undefined || first === undefined || last === undefined || first === last)
    return [...jobs];
  const length = lengthOf(lost.steps);
  const lostAt = lost.startsAt + 2_000 + dice.below(Math.min(length, 60_000));
  const steps = lost.steps.filter(isWork).slice(0, 2);
  const next: ScriptJob = {
    name: NEXT,
    runner: lost.runner,
    startsAt: lostAt + 5_000,
    env: {},
    clock: { offsetMs: 0, jumps: [] },
    steps: [authFor(last), ...steps.map((it) => forApp(it, first))],
  };
  return [{ ...lost, lostAt }, ...others, next];
}

function isWork(step: ScriptStep): step is ActionStep {
  return step.kind === 'action' && step.command !== 'auth';
}

function authFor({ name }: ScriptApp): ActionStep {
  return { kind: 'action', command: 'auth', inputs: { token: '{token:second}', app: name } };
}

/** Returns a step for another app, without a token. */
function forApp({ command, inputs }: ActionStep, { name }: ScriptApp): ActionStep {
  const { token: _, org: __, ...others } = inputs;
  return { kind: 'action', command, inputs: { ...others, app: name }, always: true };
}
