import type { Machine } from './machine/machine.js';
import { RESTING, SETTLED } from './machine/states.js';
import { type Told, tellEnd, tellUp } from './machine/story.js';

/** What proves on one machine that a change has come about. */
export interface Goal {
  /** For sentences: `started`, `stopped or destroyed`. */
  readonly target: string;
  /** States to wait for at Fly; none where reading the machine alone tells. */
  readonly awaited: readonly string[];
  /** Whether waiting needs the machine's version. Docs want it for `stopped`; after a start it would be in the way of a deploy. */
  readonly waitsForVersion: boolean;
  /** Whether a machine that isn't there any more is where it should be. */
  readonly isGoneFine: boolean;
  /** For how long the machine may be seen at rest elsewhere before it counts as not on its way, in milliseconds. */
  readonly restMs: number;
  readonly isReached: (machine: Machine) => boolean;
  /** Whether it comes there by itself, so that nothing needs to be sent. */
  readonly isUnderway: (machine: Machine) => boolean;
  /** Whether its events tell of such a change since; whose it was they don't tell. */
  readonly isTraced: (machine: Machine) => boolean;
  /** What its events tell of a machine that isn't there, nor needs to be waited for any longer; undefined for nothing. */
  readonly tell: (machine: Machine) => Told | undefined;
  /** Takes the machine, read right before a request, as what was before; absent where that doesn't matter. */
  readonly rebase?: (machine: Machine) => void;
  /** Whether nothing counts that came earlier than a request, so that the machine is read before each in any case. */
  readonly isAnew?: true;
}

const REST_MS = 30_000;

/** Of a machine that runs nothing any more, and never will. */
const OVER: ReadonlySet<string> = new Set(['destroyed', 'launch_failed', 'migrated', 'replaced']);

/** The goal of being in one of some states. */
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

/** As `inState`, for a stop or a suspend: a machine may have been started again since, and gone is as down as can be. */
export function down(states: readonly string[], underway: readonly string[], listed: Machine): Goal {
  let before = listed;
  return {
    ...inState(states, [...underway, 'destroying']),
    isGoneFine: true,
    isReached: ({ state }) => states.includes(state) || OVER.has(state),
    tell: (now) => tellUp(now, before),
    rebase: (read) => {
      before = read;
    },
  };
}

/** As `inState`, for a start: a machine may have started since and have ended again already. */
export function started(listed: Machine): Goal {
  let before = listed;
  return {
    ...inState(['started'], ['starting', 'restarting']),
    isTraced: ({ newestStart }) => newestStart > before.newestStart,
    tell: (now) => tellEnd(now, before),
    rebase: (read) => {
      before = read;
    },
  };
}

/**
 * The goal of having started once more: started, by an event that is newer than what was read right before the
 * request. Events alone tell whether a restart is under way; `killTimeout` (in ms) is how long the old process may take.
 */
export function startedAnew(killTimeout: number): Goal {
  let before: Machine | undefined;
  return {
    ...inState(['started'], []),
    target: 'started anew',
    restMs: REST_MS + killTimeout,
    isReached: ({ state, newestStart }) =>
      before !== undefined && state === 'started' && newestStart > before.newestStart,
    isTraced: ({ newestEvent }) => before !== undefined && newestEvent > before.newestEvent,
    tell: (now) => before && tellEnd(now, before),
    isAnew: true,
    rebase: (read) => {
      before = read;
    },
  };
}

/** The goal of being in the proxy's rotation, or out of it. */
export function cordonedIs(cordoned: boolean): Goal {
  return {
    ...inState([], []),
    target: cordoned ? 'cordoned' : 'uncordoned',
    isReached: (machine) => machine.cordoned === cordoned,
  };
}

/** The goal of somebody who only waits: any of some states, `settled` among them, however long it takes. */
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
