import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import { excerpt } from '../text.js';
import type { MachineRef, MachinesClient } from './client.js';
import { FINAL, RESTING } from './goal.js';
import { look } from './look.js';
import type { Machine } from './machine.js';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 4_000;

/** Fly names the checks that come from a service like this. (superfly/fly-go: machine_types.go) */
const OF_SERVICE = 'servicecheck-';

/** Whether a machine has any health checks configured. */
export function hasChecks({ configuredChecks: { names, ofServices } }: Machine): boolean {
  return names.length + ofServices > 0;
}

/**
 * What keeps a machine from counting as healthy; undefined when every configured check passes. A check that hasn't
 * been reported yet is no pass: the list of a machine that has just started is empty.
 */
export function checkTrouble({ state, checks, configuredChecks }: Machine): string | undefined {
  if (state !== 'started') return `it is ${state}`;
  const failing = checks.find(({ status }) => status !== 'passing');
  if (failing !== undefined) {
    const output = failing.output === '' ? '' : `: ${excerpt(failing.output)}`;
    return `check ${failing.name} is ${failing.status}${output}`;
  }
  const silent = configuredChecks.names.find((name) => !checks.some((check) => check.name === name));
  if (silent !== undefined) return `check ${silent} has not reported yet`;
  const reported = checks.filter(({ name }) => name.startsWith(OF_SERVICE)).length;
  if (reported >= configuredChecks.ofServices) return undefined;
  return `${reported} of ${configuredChecks.ofServices} checks of services have reported`;
}

/** What is waited for, and until when. */
export interface ChecksWait {
  readonly machine: MachineRef;
  readonly deadline: Pick<Deadline, 'signal'>;
  /** Told of the machine whenever it was read. */
  readonly seen?: (machine: Machine) => void;
}

/**
 * Waits until all configured checks of a started machine pass. Throws `wrong state` when the machine has left
 * `started`; at the deadline, a `timeout` that says which check was missing.
 */
export async function waitForChecks(
  { client, clock }: { client: MachinesClient; clock: Clock },
  { machine, deadline: { signal }, seen }: ChecksWait,
): Promise<void> {
  let trouble: string | undefined;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
      const now = await look({ client, clock }, machine, signal);
      if (now !== undefined) {
        seen?.(now);
        trouble = checkTrouble(now);
        if (trouble === undefined) return;
        if (now.state !== 'started' && (RESTING.has(now.state) || FINAL.has(now.state))) throw left(now);
      }
      await clock.sleep(pause, signal);
    }
  } catch (error) {
    if (trouble === undefined || !(error instanceof ActionError) || error.class !== 'timeout') throw error;
    throw new ActionError('timeout', `${error.message}; ${trouble}`, {
      hint: 'Give the step more time with `timeout`, or see `fly checks list` and `fly logs`.',
      cause: error,
    });
  }
}

function left({ id, state }: Machine): ActionError {
  return new ActionError('wrong state', `machine ${id} is ${state} before its checks passed`, {
    hint: `\`fly logs\` and \`fly machine status ${id}\` show why.`,
  });
}
