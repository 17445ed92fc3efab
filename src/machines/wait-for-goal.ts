import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import { commandWord } from '../text.js';
import type { MachineRef, MachinesClient } from './api/client.js';
import { Refusal } from './api/refusals.js';
import type { Goal } from './goal.js';
import { GONE_STATE, Gone, isGone, look } from './look.js';
import { isRestarting } from './machine/events.js';
import type { Machine } from './machine/machine.js';
import { FINAL, RESTING } from './machine/states.js';
import { whyFailed } from './machine/story.js';

/** Seconds of one wait at Fly, whose proxy cuts waits over 60; short at first, to notice a failure early. */
const SLICES = [2, 10, 30] as const;
const LONGEST_SLICE = 60;
/** Shortest wait in ms for the remainder of a rest, which is otherwise waited for in one go. */
const SHORTEST_WAIT_MS = 10_000;
/** Time kept free before the deadline for a last look, in ms. */
const LOOK_MS = 1_000;
/** Pause between two looks in ms, so that we don't flood a server that answers at once. */
const LOOK_PAUSE_MS = 1_000;

/** Options of a wait. */
export interface Wait {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** Verb for sentences: `start`; undefined if we asked Fly for no change. */
  readonly verb: string | undefined;
  /** Instance id of the machine, if known. */
  readonly version: string | undefined;
  readonly deadline: Pick<Deadline, 'left' | 'signal'>;
  /** Reports the machine each time it was read. */
  readonly seen?: (machine: Machine) => void;
  /** Reports how a machine that was there, and has moved on, did its work. */
  readonly done?: (what: string) => void;
}

/**
 * Waits until the machine, read back, is where it should be, and returns its state: Fly's word that it was there is no
 * proof, since it may have ended meanwhile. Waits in slices until the deadline and looks at the machine after each. Throws
 * `wrong state` if its events tell why it isn't there, if it has ended for good, or if it rests elsewhere for longer than
 * the goal allows.
 */
export async function waitForGoal(
  { client, clock }: { client: MachinesClient; clock: Clock },
  { machine, goal, verb, version, deadline, seen, done }: Wait,
): Promise<string> {
  const { awaited, waitsForVersion } = goal;
  let known = waitsForVersion ? version : undefined;
  let restingSince: number | undefined;
  try {
    for (let slice = 0; ; slice += 1) {
      const most = SLICES[slice] ?? LONGEST_SLICE;
      const rest =
        restingSince === undefined ? Number.POSITIVE_INFINITY : restingSince + goal.restMs - clock.now();
      const ms = Math.min(deadline.left - LOOK_MS, Math.max(rest, SHORTEST_WAIT_MS));
      const seconds = Math.max(1, Math.min(most, Math.floor(ms / 1000)));
      let refused: Refusal | undefined;
      try {
        if (awaited.length > 0) {
          const target = { states: awaited, version: known, seconds };
          await client.wait(machine, target, deadline.signal);
        }
      } catch (error) {
        // The look below tells whether the machine is gone.
        if (!isGone(error)) {
          if (!(error instanceof Refusal) || (known === undefined && !error.passes)) throw error;
          refused = error;
        }
      }
      const now = await look({ client, clock }, machine, deadline.signal);
      if (now === undefined) {
        await clock.sleep(LOOK_PAUSE_MS, deadline.signal);
        continue;
      }
      seen?.(now);
      if (goal.isReached(now)) return now.state;
      const told = goal.tell(now);
      if (told?.isDone) {
        done?.(told.what);
        return now.state;
      }
      if (told !== undefined) throw wentOn(now, goal, told.what);
      // A deploy meanwhile gives the machine another version, and Fly refuses to wait for the old one.
      const isSameVersion = !waitsForVersion || now.instanceId === known;
      if (refused !== undefined && !refused.passes && isSameVersion) throw refused;
      const rests = (RESTING.has(now.state) || FINAL.has(now.state)) && !isRestarting(now.events);
      restingSince = isSameVersion && rests ? (restingSince ?? clock.now()) : undefined;
      const hasRested = restingSince !== undefined && clock.now() - restingSince >= goal.restMs;
      known = waitsForVersion ? now.instanceId : undefined;
      const isFinal = FINAL.has(now.state) && rests && !goal.isUnderway(now) && !goal.isTraced(now);
      if (isFinal || hasRested) throw settledElsewhere(now, goal, verb);
      await clock.sleep(LOOK_PAUSE_MS, deadline.signal);
    }
  } catch (error) {
    if (goal.isGoneFine && error instanceof Gone) return GONE_STATE;
    throw error;
  }
}

function settledElsewhere(now: Machine, goal: Goal, verb: string | undefined): ActionError {
  const { id, hostStatus } = now;
  const host = hostStatus === 'ok' ? '' : ` and its host is ${hostStatus}`;
  const why = whyFailed(now);
  const story =
    verb === undefined
      ? 'It will not get there by itself'
      : `Fly accepted the ${verb}, but the machine didn't follow`;
  return new ActionError('wrong state', `machine ${id} is ${whereIs(now, goal)}${host}${why && `: ${why}`}`, {
    hint: `${story}; \`fly logs\` and \`fly machine status ${commandWord(id)}\` show why.`,
  });
}

function wentOn(now: Machine, goal: Goal, what: string): ActionError {
  return new ActionError('wrong state', `machine ${now.id} is ${whereIs(now, goal)}: it ${what}`, {
    hint: `\`fly logs\` and \`fly machine status ${commandWord(now.id)}\` show more.`,
  });
}

function whereIs({ state }: Machine, { target, awaited }: Goal): string {
  if (awaited.length === 0) return `not ${target}`;
  return target === state ? `${state}, as before` : `${state} instead of ${target}`;
}
