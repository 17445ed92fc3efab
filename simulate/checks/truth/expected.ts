import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { durationIn } from '../time/duration.js';
import { gives } from '../view/calm.js';
import { whyNot } from '../view/chosen.js';
import { heldAt, type Life, stateAt } from '../view/life.js';
import { scopeOf } from '../view/scope.js';
import { statesIn } from '../view/span.js';
import type { Wish } from '../view/wish.js';

/** Most memory, in megabytes, with which Fly suspends a machine. */
const SUSPENDABLE_MB = 2_048;
/** Shortest `timeout`, in milliseconds, of which no machine's share is too short for a restart. */
const LONG_MS = 3_600_000;
const RESTING = ['started', 'stopped', 'suspended'];

/**
 * Returns the outcome that a machine must have, by a simple model: where it is at the begin of a run, and what the step wants of it.
 * Undefined where the model doesn't know.
 */
export function expectedOutcome(view: View, run: ProcessRun, wish: Wish, life: Life): string | undefined {
  const span = { from: run.startedAt, until: run.endedAt };
  const state = stateAt(life, run.startedAt);
  const isSteady = state !== undefined && RESTING.includes(state) && !isPassing(life, run);
  if (!isSteady || wish.limit !== undefined || whyNot(wish, life, span, maySweep(view, run)) !== undefined)
    return undefined;
  // That is told before anything is sent, and so by a dry run, too.
  if (lacksContainer(wish, life)) return 'failed';
  const outcome = outcomeOf(view, wish, life, run, state);
  if ((outcome === 'changed' || outcome === 'failed') && wish.dryRun) return 'skipped';
  return outcome === 'changed' && wish.wait === 'false' && wish.command !== 'exec' ? 'requested' : outcome;
}

/** Returns whether a machine was still on its way when the run began. */
function isPassing(life: Life, { startedAt }: ProcessRun): boolean {
  return statesIn(life, { from: startedAt - 1, until: startedAt }).size > 1;
}

function maySweep(view: View, run: ProcessRun): boolean {
  return scopeOf(view, run)?.maySweep ?? true;
}

function outcomeOf(view: View, wish: Wish, life: Life, run: ProcessRun, state: string): string | undefined {
  const { command, fallback, states } = wish;
  const { config = {}, program } = life.spec ?? {};
  const isOrdinary =
    config.auto_destroy !== true && config.schedule === undefined && config.containers === undefined;
  const isUp = state === 'started';
  switch (command) {
    case 'start':
      if (!isUp) return wish.wait === 'checks' ? undefined : 'changed';
      return wish.wait === 'checks' ? undefined : 'unchanged';
    case 'stop':
      return state === 'stopped' ? 'unchanged' : isOrdinary ? 'changed' : undefined;
    case 'suspend':
      if (state === 'suspended') return 'unchanged';
      if (!isUp) return fallback ? 'unchanged' : 'skipped';
      return !isOrdinary ? undefined : isSuspendable(life) || fallback ? 'changed' : 'failed';
    case 'restart':
      return isUp && comesBack(view, wish, life, run) ? 'changed' : undefined;
    case 'cordon':
    case 'uncordon':
      return heldAt(life.cordons, run.startedAt)?.is === (command === 'cordon') ? 'unchanged' : 'changed';
    case 'list':
      return 'unchanged';
    case 'wait':
      return [...(states ?? ['settled'])].some((it) => it === 'settled' || it === state)
        ? 'unchanged'
        : undefined;
    case 'exec':
      return !isUp || program === undefined || program.takesMs > 500
        ? undefined
        : program.exitCode === 0
          ? 'changed'
          : 'failed';
    default:
      return undefined;
  }
}

function lacksContainer({ command, container }: Wish, { spec }: Life): boolean {
  const { containers = [] } = spec?.config ?? {};
  return command === 'exec' && container !== undefined && !containers.some(({ name }) => name === container);
}

/** Returns whether a machine must come back from a restart: where its checks are waited for, they are plain ones, or none. */
function comesBack({ script }: View, { wait }: Wish, { spec }: Life, { step }: ProcessRun): boolean {
  const { containers = [] } = spec?.config ?? {};
  // Its turn is a share of the step's time.
  const timeout = durationIn(step.inputs['timeout'] ?? 'auto');
  const arePlain = containers.length === 0 && !gives(script, 'compatChecks');
  return (wait !== 'checks' || arePlain) && (timeout === undefined || timeout >= LONG_MS);
}

function isSuspendable({ spec }: Life): boolean {
  const { guest, init } = spec?.config ?? {};
  return (guest?.memory_mb ?? 256) <= SUSPENDABLE_MB && (init?.swap_size_mb ?? 0) === 0;
}
