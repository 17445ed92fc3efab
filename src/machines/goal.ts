import { isLater } from './machine/events.js';
import type { Machine } from './machine/machine.js';
import { RESTING, SETTLED } from './machine/states.js';
import { type Story, tellEnd, tellUp } from './machine/story.js';

/** Goal of a change: what proves on one machine that the change is done. */
export interface Goal {
  /** Words for sentences: `started`, `stopped or destroyed`. */
  readonly target: string;
  /** States to wait for at Fly; none if only reading the machine tells. */
  readonly awaited: readonly string[];
  /** True if waiting needs the machine's version. Docs want it for `stopped`; after a start a deploy may change it. */
  readonly waitsForVersion: boolean;
  /** True if a machine that is gone counts as having reached the goal. */
  readonly isGoneFine: boolean;
  /** Longest rest in another state, in milliseconds, before the machine counts as not on its way. */
  readonly restMs: number;
  readonly isReached: (machine: Machine) => boolean;
  /** Returns whether the machine gets there by itself, so that no request is needed. */
  readonly isUnderway: (machine: Machine) => boolean;
  /** Returns whether its events show such a change since. They do not tell which client made it. */
  readonly isTraced: (machine: Machine) => boolean;
  /** Returns an outcome from its events that makes waiting longer useless; undefined if there is none. */
  readonly tell: (machine: Machine) => Story | undefined;
  /** Stores the machine, read right before a request, as the state before it; absent if that does not matter. */
  readonly rebase?: (machine: Machine) => void;
  /** True if only what follows a request counts, so that the machine must be read before each request. */
  readonly isAnew?: true;
}

const REST_MS = 30_000;

/** States of a machine that runs nothing any more, and never will. */
const ENDED: ReadonlySet<string> = new Set(['destroyed', 'launch_failed', 'migrated', 'replaced']);

/** Returns the goal of being in one of the states. */
export function inState(states: readonly string[], underway: readonly string[]): Goal {
  const target = states.join(' or ');
  return {
    target,
    awaited: states,
    waitsForVersion: states.includes('stopped'),
    isGoneFine: states.includes('destroyed'),
    restMs: REST_MS,
    isReached: ({ state }) => states.includes(state),
    isUnderway: ({ state }) => underway.includes(state),
    isTraced: () => false,
    tell: () => undefined,
  };
}

/** Returns the goal of a stop or a suspend: like `inState`, but tells of a start since, and counts gone as down. */
export function down(states: readonly string[], underway: readonly string[], listed: Machine): Goal {
  let before = listed;
  return {
    ...inState(states, [...underway, 'destroying']),
    isGoneFine: true,
    isReached: ({ state }) => states.includes(state) || ENDED.has(state),
    tell: (now) => tellUp(now, before),
    rebase: (read) => {
      before = read;
    },
  };
}

/** Returns the goal of a start: like `inState`, but tells of a machine that started and has ended again. */
export function started(listed: Machine): Goal {
  let before = listed;
  return {
    ...inState(['started'], ['starting', 'restarting']),
    // A machine that ended while it was starting never became `started`.
    isTraced: (now) => isLater(now.newestStart, before.newestStart) || tellEnd(now, before) !== undefined,
    tell: (now) => tellEnd(now, before),
    rebase: (read) => {
      before = read;
    },
  };
}

/**
 * Returns the goal of having started once more: started, by an event newer than those read right before the request. Only
 * events tell whether a restart is under way. `killTimeout` is how long the old process may take to end, in ms.
 */
export function startedAnew(killTimeout: number): Goal {
  let before: Machine | undefined;
  return {
    ...inState(['started'], []),
    target: 'started anew',
    restMs: REST_MS + killTimeout,
    isReached: ({ state, newestStart }) =>
      before !== undefined && state === 'started' && isLater(newestStart, before.newestStart),
    isTraced: ({ newestEvent }) => before !== undefined && isLater(newestEvent, before.newestEvent),
    tell: (now) => before && tellEnd(now, before),
    isAnew: true,
    rebase: (read) => {
      before = read;
    },
  };
}

/** Returns the goal of being out of the proxy's rotation, or in it. */
export function cordonedIs(cordoned: boolean): Goal {
  return {
    ...inState([], []),
    target: cordoned ? 'cordoned' : 'uncordoned',
    isReached: (machine) => machine.cordoned === cordoned,
  };
}

/** Returns the goal of a step that only waits: any of the states, which may include `settled`, however long it takes. */
export function awaiting(states: readonly string[]): Goal {
  const rests = (state: string) => RESTING.has(state) || state === 'failed' || state === 'destroyed';
  const mayEnd = states.includes('destroyed') || states.includes(SETTLED);
  return {
    // Fly destroys a machine whose launch has failed.
    ...inState(states, mayEnd ? ['destroying', 'launch_failed'] : []),
    restMs: Number.POSITIVE_INFINITY,
    isGoneFine: mayEnd,
    isReached: ({ state }) => states.includes(state) || (states.includes(SETTLED) && rests(state)),
  };
}
