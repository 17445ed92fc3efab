import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { ActionError, isOfClass } from '../errors.js';
import { commandWord, excerpt } from '../text.js';
import type { MachineRef, MachinesClient } from './api/client.js';
import { look } from './look.js';
import { isRestarting, newestEnd } from './machine/events.js';
import type { Machine } from './machine/machine.js';
import { FINAL, RESTING } from './machine/states.js';
import { exitWords } from './machine/story.js';

const FIRST_CHECK_PAUSE_MS = 500;
const MAX_CHECK_PAUSE_MS = 4_000;

/** Prefix of the checks that come from a service. (superfly/fly-go: machine_types.go) */
const OF_SERVICE = 'servicecheck-';

/** Longest time in ms until a machine reports its containers; one that is silent for longer never does. */
const SILENT_MS = 10_000;
/** State of a container whose health checks pass. (superfly/fly-go: machine_types.go) */
const HEALTHY = 'healthy';

/** Returns whether a machine has health checks to wait for, configured or reported. */
export function hasChecks(machine: Machine): boolean {
  const { names, ofServices } = machine.configuredChecks;
  return names.length + ofServices + machine.checks.length + reportedOf(machine).length > 0;
}

/** Returns whether a machine has containers with health checks of their own, but reports none of them. */
export function isSilent(machine: Machine): boolean {
  return machine.checkedContainers.length > 0 && reportedOf(machine).length === 0;
}

function reportedOf({ containers, checkedContainers }: Machine): Machine['containers'] {
  return containers.filter(({ name }) => checkedContainers.includes(name));
}

/**
 * Returns why a machine does not count as healthy; undefined when every check passes that is configured or reported. A
 * check not reported yet is no pass: a machine that has just started lists none. Containers count only once the machine
 * reports some of them, because not every machine does.
 */
export function checkTrouble(machine: Machine): string | undefined {
  const { state, checks, configuredChecks } = machine;
  if (state !== 'started') return `it is ${state}`;
  const failing = checks.find(({ status }) => status !== 'passing');
  if (failing !== undefined) {
    const output = failing.output === '' ? '' : `: ${excerpt(failing.output)}`;
    return `check ${failing.name} is ${failing.status}${output}`;
  }
  const silent = configuredChecks.names.find((name) => !checks.some((check) => check.name === name));
  if (silent !== undefined) return `check ${silent} has not reported yet`;
  const reported = checks.filter(({ name }) => name.startsWith(OF_SERVICE)).length;
  if (reported < configuredChecks.ofServices)
    return `${reported} of ${configuredChecks.ofServices} checks of services have reported`;
  return containerTrouble(machine);
}

/** Returns whether a machine counts as healthy: it has no checks, or is started and all of them pass. */
export function isHealthy(machine: Machine): boolean {
  return !hasChecks(machine) || checkTrouble(machine) === undefined;
}

function containerTrouble(machine: Machine): string | undefined {
  if (isSilent(machine)) return undefined;
  const reported = reportedOf(machine);
  const ailing = reported.find(({ state }) => state !== HEALTHY);
  if (ailing !== undefined) return `container ${excerpt(ailing.name)} is ${excerpt(ailing.state)}`;
  const missing = machine.checkedContainers.find((name) => !reported.some((it) => it.name === name));
  return missing === undefined ? undefined : `container ${excerpt(missing)} has not reported yet`;
}

/** Options of waiting for checks. */
export interface ChecksWait {
  readonly machine: MachineRef;
  readonly deadline: Pick<Deadline, 'signal'>;
  /** Checks that it reported before the change. It will report them again, unless a deploy removed them. */
  readonly before?: Machine['checks'];
  /** Reports the machine each time it was read. */
  readonly seen?: (machine: Machine) => void;
}

/**
 * Waits until all checks of a started machine pass. Returns true then, and false if it has containers with checks and
 * reports none of them. Throws `wrong state` if the machine has left `started`, unless Fly starts it again after a crash;
 * at the deadline a `timeout` that says which check was missing.
 */
export async function waitForChecks(
  { client, clock }: { client: MachinesClient; clock: Clock },
  { machine, deadline: { signal }, before = [], seen }: ChecksWait,
): Promise<boolean> {
  const begun = clock.now();
  let trouble: string | undefined;
  let wasThere = false;
  try {
    for (let pause = FIRST_CHECK_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_CHECK_PAUSE_MS)) {
      const now = await look({ client, clock }, machine, signal);
      if (now !== undefined) {
        seen?.(now);
        trouble = checkTrouble(now);
        wasThere = failingAsBefore(now, before);
        const isLate = clock.now() - begun >= SILENT_MS;
        const isDue = !isLate && before.some(({ name }) => !now.checks.some((it) => it.name === name));
        if (trouble === undefined && !isDue && !isSilent(now)) return true;
        if (trouble === undefined && isLate) return false;
        const rests = (RESTING.has(now.state) || FINAL.has(now.state)) && !isRestarting(now.events);
        if (now.state !== 'started' && rests) throw left(now);
      }
      await clock.sleep(pause, signal);
    }
  } catch (error) {
    if (trouble === undefined || !isOfClass(error, 'timeout')) throw error;
    const alsoBefore = wasThere ? ', as it was before' : '';
    throw new ActionError('timeout', `${error.message}; ${trouble}${alsoBefore}`, {
      hint: wasThere
        ? 'With `wait: true` the step goes on without its checks; `fly checks list` and `fly logs` may show what is wrong.'
        : '`fly checks list` and `fly logs` show why; a slow start may need more time (`timeout`).',
      cause: error,
    });
  }
}

/** Returns whether the check that fails now was reported as failing before the change. */
function failingAsBefore({ state, checks }: Machine, before: Machine['checks']): boolean {
  const failing = checks.find(({ status }) => status !== 'passing');
  if (state !== 'started' || failing === undefined) return false;
  return before.some(({ name, status }) => name === failing.name && status !== 'passing');
}

function left({ id, state, events }: Machine): ActionError {
  const exit = newestEnd(events);
  const how = exit === undefined ? '' : `: ${exitWords(exit)}`;
  return new ActionError('wrong state', `machine ${id} is ${state} before its checks passed${how}`, {
    hint: `\`fly logs\` and \`fly machine status ${commandWord(id)}\` show why.`,
  });
}
