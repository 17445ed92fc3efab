import type { ProcessRun } from '../../history/history.js';
import { heldWithin, type Life } from '../view/life.js';
import { statesIn, type TruthSpan } from '../view/span.js';
import type { Told } from '../view/told.js';
import type { Wish } from '../view/wish.js';

/** States of a machine that runs nothing any more, and never will. */
const ENDED = ['destroyed', 'launch_failed', 'migrated', 'replaced'];
/** The same for a step that wants a machine down: one that is being destroyed counts, too. */
const DOWN = [...ENDED, 'destroying'];
/** States that `wait` calls settled. */
const RESTS = ['created', 'started', 'stopped', 'suspended', 'failed', 'destroyed'];

/** States from which a machine gets there by itself: enough for a step that waits for nothing. */
const UNDERWAY: Readonly<Record<string, readonly string[]>> = {
  start: ['starting', 'restarting'],
  'warm-up': ['starting', 'restarting'],
  stop: ['stopping', 'destroying'],
  suspend: ['suspending', 'stopping', 'destroying'],
};

/** Words for a goal, and whether a machine was there within a span. */
export interface TrueGoal {
  readonly words: string;
  readonly wasThere: boolean;
}

/** Returns where a machine must have been, to be told as changed or unchanged by a run; undefined where nothing is claimed. */
export function goalOf(wish: Wish, told: Told, life: Life, span: TruthSpan): TrueGoal | undefined {
  const goal = goalReached(wish, told, life, span);
  const waitsForNothing = wish.wait === 'false' || wish.dryRun;
  if (goal === undefined || !waitsForNothing || told.outcome !== 'unchanged') return goal;
  const been = statesIn(life, span);
  return {
    words: `${goal.words} or on its way`,
    wasThere: goal.wasThere || (UNDERWAY[wish.command] ?? []).some((it) => been.has(it)),
  };
}

function goalReached(wish: Wish, told: Told, life: Life, span: TruthSpan): TrueGoal | undefined {
  const been = (...states: readonly string[]) => states.some((it) => statesIn(life, span).has(it));
  switch (wish.command) {
    case 'start':
    case 'warm-up':
      return { words: 'started', wasThere: been('started') || hasDoneItsWork(life, span) };
    case 'stop':
      return {
        words: 'stopped',
        wasThere: been('stopped', ...asleep(wish, told), ...DOWN) || isAtRest(told, life, span),
      };
    case 'suspend':
      return {
        words: 'suspended',
        wasThere: been(...suspended(wish), ...asleep(wish, told), ...DOWN) || isAtRest(told, life, span),
      };
    case 'stop-idle': {
      // What is down in either way is left as it is.
      const isSuspend = wish.idleAction === 'suspend' && told.outcome === 'changed';
      const states = isSuspend
        ? suspended(wish)
        : ['stopped', ...(told.outcome === 'changed' ? [] : ['suspended'])];
      return { words: 'down', wasThere: been(...states, ...DOWN) || isAtRest(told, life, span) };
    }
    case 'restart':
      return { words: 'started anew', wasThere: hasStartedAnew(life, span) || hasDoneItsWork(life, span) };
    case 'cordon':
    case 'uncordon':
      return { words: `${wish.command}ed`, wasThere: wasCordoned(life, span, wish.command === 'cordon') };
    case 'wait':
      return waited(wish.states ?? ['settled'], been);
    default:
      return undefined;
  }
}

/** Returns the states of what a step that marks leaves as it is, since it was down before. */
function asleep({ marks }: Wish, { outcome }: Told): string[] {
  return marks && outcome === 'unchanged' ? ['stopped', 'suspended', 'failed'] : [];
}

function suspended({ fallback }: Wish): string[] {
  return fallback ? ['suspended', 'stopped'] : ['suspended'];
}

function waited(states: readonly string[], been: (...states: readonly string[]) => boolean): TrueGoal {
  const isSettled = states.includes('settled');
  // Fly destroys a machine whose launch has failed, and those replaced or moved are gone.
  const mayEnd = isSettled || states.includes('destroyed');
  const fitting = [...states, ...(isSettled ? RESTS : []), ...(mayEnd ? ENDED : [])];
  return { words: states.join(' or '), wasThere: been(...fitting) };
}

/** Returns whether it was created long ago and never started, which is told in these words. */
function isAtRest({ reason }: Told, life: Life, span: TruthSpan): boolean {
  return reason.includes('never started') && statesIn(life, span).has('created');
}

function hasStartedAnew({ states }: Life, { from, until }: TruthSpan): boolean {
  return states.some(
    ({ at, is, cause }) => is === 'started' && cause !== undefined && at >= from && at <= until,
  );
}

/** Returns whether a machine that runs once has ended well within the span: it can't be found started any more. */
export function hasDoneItsWork({ happenings, spec }: Life, { from, until }: TruthSpan): boolean {
  const { restart, auto_destroy: isDestroyed, schedule } = spec?.config ?? {};
  if (restart?.policy !== 'no' && isDestroyed !== true && schedule === undefined) return false;
  return happenings.some(
    (it) => it.kind === 'state' && it.at >= from && it.at <= until && it.exit?.code === 0 && !it.exit.oom,
  );
}

function wasCordoned({ cordons, spec }: Life, { from, until }: TruthSpan, cordoned: boolean): boolean {
  // Of such a machine, Fly doesn't show whether it is.
  if (spec?.behaviour?.zombie === true) return true;
  return heldWithin(cordons, from, until).some(({ is }) => is === cordoned);
}

/** Returns whether a command ran in a machine for this run, and ended with this code. */
export function hasRun({ happenings }: Life, { id }: ProcessRun): boolean {
  return happenings.some((it) => it.kind === 'exec' && it.cause.kind === 'request' && it.cause.by === id);
}
