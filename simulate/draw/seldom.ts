import type { Dice } from '../../fuzz/dice.js';
import type { ActionStep, ScriptApp, ScriptJob, ScriptMachine } from '../script/script.js';
import { drawGap } from './machine.js';

/** Signals that don't tell by metrics of a known name whether a machine is idle. */
const UNMEASURED: ReadonlySet<string> = new Set(['uptime', 'query']);

const HOURS_MS = 9 * 3_600_000;

/**
 * Draws gaps in the metrics of machines that run, where a job looks by metrics for idle ones: chance alone seldom has a gap,
 * quiet before and after it, and a window that is long enough.
 */
export function withGaps(
  dice: Dice,
  apps: readonly ScriptApp[],
  jobs: readonly ScriptJob[],
): readonly ScriptApp[] {
  const looks = stepsOf(jobs).some(
    ({ command, inputs }) => command === 'stop-idle' && !UNMEASURED.has(inputs['idle-signal'] ?? ''),
  );
  if (!looks || !dice.chance(0.3)) return apps;
  const withGap = (machine: ScriptMachine): ScriptMachine =>
    machine.state === 'started' && machine.load !== 'busy' && dice.chance(0.5)
      ? { ...machine, sinceMs: HOURS_MS, load: drawGap(dice) }
      : machine;
  return apps.map((app) => ({ ...app, machines: app.machines.map(withGap) }));
}

/** Inputs that a limited warm-up keeps: where it gets its rights, and for which apps. */
const KEPT: ReadonlySet<string> = new Set(['token', 'app', 'org', 'third-party-credentials', 'restore']);

/**
 * Draws warm-ups of three machines of which only one may be started, and has most machines stopped: chance alone seldom has one
 * started while others wait for their turn.
 */
export function withLimits(
  dice: Dice,
  apps: readonly ScriptApp[],
  jobs: readonly ScriptJob[],
): { readonly apps: readonly ScriptApp[]; readonly jobs: ScriptJob[] } {
  const isDue = stepsOf(jobs).some(({ command }) => command === 'warm-up') && dice.chance(0.2);
  if (!isDue) return { apps, jobs: [...jobs] };
  const asleep = ({ behaviour: _, ...machine }: ScriptMachine): ScriptMachine =>
    dice.chance(0.7) ? { ...machine, state: 'stopped' } : machine;
  const limited = (step: ScriptJob['steps'][number]): ScriptJob['steps'][number] => {
    if (step.kind !== 'action' || step.command !== 'warm-up') return step;
    const kept = Object.fromEntries(Object.entries(step.inputs).filter(([name]) => KEPT.has(name)));
    return { ...step, inputs: { ...kept, count: '3', limit: '1' } };
  };
  return {
    apps: apps.map((app) => ({ ...app, machines: app.machines.map(asleep) })),
    jobs: jobs.map((job) => ({ ...job, steps: job.steps.map(limited) })),
  };
}

/** Draws machines without checks that crash three seconds after each start, where a job restarts some, and has the restart look again as usual. */
export function withCrashes(
  dice: Dice,
  apps: readonly ScriptApp[],
  jobs: readonly ScriptJob[],
): { readonly apps: readonly ScriptApp[]; readonly jobs: readonly ScriptJob[] } {
  const isDue = stepsOf(jobs).some(({ command }) => command === 'restart') && dice.chance(0.15);
  if (!isDue) return { apps, jobs };
  const crashing = (machine: ScriptMachine): ScriptMachine => {
    if (machine.state !== 'started' || !dice.chance(0.4)) return machine;
    const { config: _, ...plain } = machine;
    const how = dice.chance(0.5) ? { exitCode: 1 } : { killed: true };
    return { ...plain, behaviour: { boot: 'exits', exitAfterMs: 3_000, ...how } };
  };
  const usual = (step: ScriptJob['steps'][number]): ScriptJob['steps'][number] => {
    if (step.kind !== 'action' || step.command !== 'restart') return step;
    const { settle: _, wait: __, ...inputs } = step.inputs;
    return { ...step, inputs };
  };
  return {
    apps: apps.map((app) => ({ ...app, machines: app.machines.map(crashing) })),
    jobs: jobs.map((job) => ({ ...job, steps: job.steps.map(usual) })),
  };
}

function stepsOf(jobs: readonly ScriptJob[]): readonly ActionStep[] {
  return jobs.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'action' ? [step] : [])));
}
