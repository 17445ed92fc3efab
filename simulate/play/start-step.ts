import type { ProcessRun } from '../history/history.js';
import { skewedClock } from '../host/skewed-clock.js';
import { inputVariables, jobVariables, withTokens } from '../host/step-environment.js';
import type { ActionStep, ScriptJob } from '../script/script.js';
import { startProcess, type UnderWay } from './processes.js';
import type { Stage } from './stage.js';

/** Part of a step to start, and what earlier processes of the job handed on to it. */
export interface StepStart {
  readonly part: ProcessRun['part'];
  readonly step: ActionStep;
  readonly place: number;
  readonly exported: Readonly<Record<string, string>>;
  /** State that the main part has left for its post. */
  readonly state: Readonly<Record<string, string>>;
}

/** Starts a step of a job, or its post, in the environment that a runner gives it. */
export function startStep(
  stage: Stage,
  job: ScriptJob,
  { part, step, place, exported, state }: StepStart,
): UnderWay {
  const { clock, network, script, tokens } = stage;
  const isPost = part === 'post';
  const id = `${job.name}/${place}${isPost ? '/post' : ''}`;
  const left = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
  return startProcess(clock, {
    job: job.name,
    place,
    part,
    step,
    diesAfterMs: isPost ? step.postDiesAfterMs : step.diesAfterMs,
    env: {
      ...jobVariables(job, place),
      ...withTokens({ ...job.env, ...inputVariables(step) }, tokens),
      ...exported,
      ...Object.fromEntries(left),
    },
    surroundings: {
      id,
      lacks: job.lacks ?? [],
      world: clock,
      clock: skewedClock(clock, job.clock, script.start),
      dice: stage.diceOf(id),
      runner: stage.runner(job.runner),
      diesAtWrite: isPost ? undefined : step.diesAtWrite,
      send: network.send,
    },
  });
}
