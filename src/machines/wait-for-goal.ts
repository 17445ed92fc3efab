import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import type { MachineRef, MachinesClient } from './client.js';
import { FINAL, type Goal, RESTING } from './goal.js';
import { GONE, isGone, look } from './look.js';
import type { Machine } from './machine.js';
import { Refusal } from './refusals.js';

/** Seconds of one wait at Fly, whose proxy cuts longer ones than 60; short at first, to notice early what won't come. */
const SLICES = [10, 30] as const;
const LONGEST_SLICE = 60;
/** Kept free before the deadline for a last look, in milliseconds. */
const LOOK_MS = 1_000;
/** Between two looks, in milliseconds, so that a server which answers at once isn't asked without end. */
const PAUSE_MS = 1_000;

/** What is waited for, and until when. */
export interface Wait {
  readonly machine: MachineRef;
  readonly goal: Goal;
  /** For sentences: `start`; undefined where nothing was asked of Fly. */
  readonly verb: string | undefined;
  /** The machine's instance id, where it is known. */
  readonly version: string | undefined;
  readonly deadline: Pick<Deadline, 'left' | 'signal'>;
  /** Told of the machine whenever it was read and isn't there yet. */
  readonly seen?: (machine: Machine) => void;
}

/**
 * Waits until the machine has been read back where it should be, and returns the state it is in. Asks in slices
 * until the deadline; in between it looks at the machine, and gives up with `wrong state` when that has ended for
 * good or has rested elsewhere for as long as the goal allows.
 */
export async function waitForGoal(
  { client, clock }: { client: MachinesClient; clock: Clock },
  { machine, goal, verb, version, deadline, seen }: Wait,
): Promise<string> {
  const { awaited, waitsForVersion } = goal;
  let known = waitsForVersion ? version : undefined;
  let restingSince: number | undefined;
  try {
    for (let slice = 0; ; slice += 1) {
      const most = SLICES[slice] ?? LONGEST_SLICE;
      const rest =
        restingSince === undefined ? Number.POSITIVE_INFINITY : restingSince + goal.restMs - clock.now();
      const ms = Math.min(deadline.left - LOOK_MS, Math.max(rest, SLICES[0] * 1000));
      const seconds = Math.max(1, Math.min(most, Math.floor(ms / 1000)));
      let refused: Refusal | undefined;
      try {
        if (awaited.length > 0) {
          const target = { states: awaited, version: known, seconds };
          const state = await client.wait(machine, target, deadline.signal);
          if (state !== undefined && goal.isProvenByState) return state;
        }
      } catch (error) {
        if (!(error instanceof Refusal) || isGone(error) || (known === undefined && !error.passes))
          throw error;
        refused = error;
      }
      const now = await look(client, machine, deadline.signal);
      if (now === undefined) {
        await clock.sleep(PAUSE_MS, deadline.signal);
        continue;
      }
      if (goal.isReached(now)) return now.state;
      seen?.(now);
      // A deploy in between gives the machine another version, and waiting for the old one is refused.
      const isSameVersion = !waitsForVersion || now.instanceId === known;
      if (refused !== undefined && !refused.passes && isSameVersion) throw refused;
      const rests = RESTING.has(now.state) || FINAL.has(now.state);
      restingSince = isSameVersion && rests ? (restingSince ?? clock.now()) : undefined;
      const hasRested = restingSince !== undefined && clock.now() - restingSince >= goal.restMs;
      known = waitsForVersion ? now.instanceId : undefined;
      const isFinal = FINAL.has(now.state) && !goal.isUnderway(now) && !goal.isTraced(now);
      if (isFinal || hasRested) throw settledElsewhere(now, goal, verb);
      await clock.sleep(PAUSE_MS, deadline.signal);
    }
  } catch (error) {
    if (goal.isGoneFine && isGone(error)) return GONE;
    throw error;
  }
}

function settledElsewhere(
  { id, state, hostStatus }: Machine,
  { target, awaited }: Goal,
  verb: string | undefined,
): ActionError {
  const host = hostStatus === 'ok' ? '' : ` and its host is ${hostStatus}`;
  const there = target === state ? `${state}, as before` : `${state} instead of ${target}`;
  const where = awaited.length === 0 ? `not ${target}` : there;
  const story =
    verb === undefined
      ? 'It will not get there by itself'
      : `Fly took the ${verb} on, but the machine didn't follow`;
  return new ActionError('wrong state', `machine ${id} is ${where}${host}`, {
    hint: `${story}; \`fly logs\` and \`fly machine status ${id}\` show why.`,
  });
}
