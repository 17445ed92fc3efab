import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import type { MachineRef, MachinesClient } from './client.js';
import type { Machine } from './machine.js';
import { Refusal } from './refusals.js';
import type { Transition } from './transitions.js';

/** Seconds of one wait at Fly, whose proxy cuts longer ones than 60; short at first, to notice early what won't come. */
const SLICES = [10, 30] as const;
/** Kept free before the deadline for a last look, in milliseconds. */
const LOOK_MS = 1_000;
const LONGEST_SLICE = 60;

/** States that no machine leaves by itself. */
const FINAL = new Set(['destroyed', 'destroying', 'failed', 'launch_failed', 'migrated', 'replaced']);

/** States in which a machine stays until somebody asks something else of it. */
const RESTING = new Set(['created', 'started', 'stopped', 'suspended']);

/** Seen at rest elsewhere for so long, a machine isn't on its way any more. */
const REST_MS = 30_000;

/** Between two looks, in milliseconds, so that a server which answers at once isn't asked without end. */
const PAUSE_MS = 1_000;

/** What is waited for, and until when. */
export interface Wait {
  readonly machine: MachineRef;
  readonly transition: Transition;
  /** The machine's instance id, where it is known. */
  readonly version: string | undefined;
  readonly deadline: Pick<Deadline, 'left' | 'signal'>;
  /** Told of the machine whenever it was read and isn't there yet. */
  readonly seen?: (machine: Machine) => void;
}

/**
 * Waits until the machine is read back in the transition's target state. Asks in slices until the deadline; in
 * between it looks at the machine, and gives up with `wrong state` when that has ended for good or rests
 * elsewhere for half a minute.
 */
export async function waitForState(
  { client, clock }: { client: MachinesClient; clock: Clock },
  { machine, transition, version, deadline, seen }: Wait,
): Promise<void> {
  const { target, waitsForVersion } = transition;
  let awaited = waitsForVersion ? version : undefined;
  let restingSince: number | undefined;
  for (let slice = 0; ; slice += 1) {
    const most = SLICES[slice] ?? LONGEST_SLICE;
    const seconds = Math.max(1, Math.min(most, Math.floor((deadline.left - LOOK_MS) / 1000)));
    let refused: Refusal | undefined;
    try {
      if (await client.wait(machine, { state: target, version: awaited, seconds }, deadline.signal)) return;
    } catch (error) {
      if (!(error instanceof Refusal) || (awaited === undefined && !error.passes)) throw error;
      refused = error;
    }
    const now = await client.get(machine, deadline.signal);
    if (now.state === target) return;
    seen?.(now);
    // A deploy in between gives the machine another version, and waiting for the old one is refused.
    const isSameVersion = !waitsForVersion || now.instanceId === awaited;
    if (refused !== undefined && !refused.passes && isSameVersion) throw refused;
    restingSince = isSameVersion && RESTING.has(now.state) ? (restingSince ?? clock.now()) : undefined;
    const hasRested = restingSince !== undefined && clock.now() - restingSince >= REST_MS;
    awaited = waitsForVersion ? now.instanceId : undefined;
    if (FINAL.has(now.state) || hasRested) throw settledElsewhere(now, transition);
    await clock.sleep(PAUSE_MS, deadline.signal);
  }
}

function settledElsewhere({ id, state, hostStatus }: Machine, { target, verb }: Transition): ActionError {
  const host = hostStatus === 'ok' ? '' : ` and its host is ${hostStatus}`;
  return new ActionError('wrong state', `machine ${id} is ${state} instead of ${target}${host}`, {
    hint: `Fly took the ${verb} on, but the machine didn't follow; \`fly logs\` and \`fly machine status ${id}\` show why.`,
  });
}
