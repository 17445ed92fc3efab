import type { World } from '../world.js';
import { type Exit, exitDetails } from './exits.js';
import type { Machine } from './machine.js';
import { enter, forget, makeEvent, plan, type Source } from './transitions.js';
import { readDuration } from './wire/go-duration.js';

const SIGKILL = 9;
const DEFAULT_KILL_TIMEOUT_MS = 5_000;
/** Restarts before Fly gives up, if the config names no number. (docs: machine-restart-policy) */
const DEFAULT_RETRIES = 10;

/**
 * Starts a machine that isn't running; its behaviour decides how that ends. The events name a restart after a
 * crash as such, and tell of the first start of all only when the machine has started.
 */
export function boot(
  world: World,
  machine: Machine,
  now: number,
  source: Source,
  cause: 'start' | 'restart' | 'launch' = 'start',
): void {
  const { settings } = world;
  const { behaviour } = machine;
  const resuming = machine.state === 'suspended';
  forget(machine);
  if (source !== 'flyd') machine.restarts = 0;
  enter(world, machine, 'starting', now, cause === 'launch' ? undefined : { type: cause, source });
  if (behaviour.boot === 'never') return;
  // At least one millisecond, so that a machine that ends and restarts at once takes time to do so.
  const usual = resuming ? settings.resumeMs : settings.bootMs;
  const up = now + Math.max(1, behaviour.bootMs ?? usual);
  plan(machine, up, () => {
    if (behaviour.boot === 'fails') {
      enter(world, machine, 'failed', up, {
        ...exitDetails(settings, { code: behaviour.exitCode ?? 1, requested: false }, up),
        status: 'failed',
      });
      return;
    }
    if (behaviour.boot === 'ends') {
      exit(world, machine, up, behaviour.exitCode ?? 0);
      return;
    }
    enter(world, machine, 'started', up, { type: 'start' });
    if (behaviour.boot !== 'exits') return;
    const end = up + (behaviour.exitAfterMs ?? 1_000);
    plan(machine, end, () => exit(world, machine, end, behaviour.exitCode ?? 0));
  });
}

/** Ends a process that ended by itself; the restart policy decides what comes next. */
function exit(world: World, machine: Machine, at: number, code: number): void {
  const { policy = 'on-failure', max_retries: retries = DEFAULT_RETRIES } = machine.config.restart ?? {};
  const killed = machine.behaviour.killed === true;
  const failed = killed || code !== 0;
  const wanted = policy === 'always' || (policy === 'on-failure' && failed && machine.restarts < retries);
  const how: Exit = { code, killed, requested: false };
  if (!wanted) {
    finish(world, machine, at, how);
    return;
  }
  machine.restarts += 1;
  enter(world, machine, 'stopped', at, exitDetails(world.settings, { ...how, restarting: true }, at));
  boot(world, machine, at, 'flyd', 'restart');
}

function finish(world: World, machine: Machine, at: number, how: Exit): void {
  machine.activeUntil = at + (machine.behaviour.lingersMs ?? 0);
  enter(world, machine, 'stopped', at, exitDetails(world.settings, how, at));
  if (machine.config.auto_destroy !== true) return;
  enter(world, machine, 'destroying', at, { type: 'destroy' });
  plan(machine, at + 500, () => enter(world, machine, 'destroyed', at + 500, { type: 'destroy' }));
}

/** Wishes of a client that ends a process. */
export interface Halt {
  readonly signal?: string | undefined;
  /** Milliseconds until SIGKILL; absent: the machine's own. */
  readonly timeoutMs?: number | undefined;
}

/** Computes when a process ends that gets its signal now, and how. */
function planEnd(
  world: World,
  machine: Machine,
  now: number,
  { signal, timeoutMs }: Halt,
): { at: number; how: Exit } {
  const { behaviour, config } = machine;
  const wish = signal ?? config.stop_config?.signal ?? 'SIGINT';
  if (wish === 'SIGKILL') return { at: now, how: { code: 137, signal: SIGKILL, requested: true } };
  const patience = timeoutMs ?? readDuration(config.stop_config?.timeout) ?? DEFAULT_KILL_TIMEOUT_MS;
  const needed = behaviour.ignoresSignal
    ? Number.POSITIVE_INFINITY
    : (behaviour.stopMs ?? world.settings.stopMs);
  if (needed <= patience) return { at: now + needed, how: { code: 0, requested: true } };
  return { at: now + patience, how: { code: 137, signal: SIGKILL, requested: true } };
}

/** Ends the machine's process: it is stopping, then stopped, or destroyed if the config says so. */
export function halt(world: World, machine: Machine, now: number, wish: Halt = {}): void {
  const { at, how } = planEnd(world, machine, now, wish);
  forget(machine);
  enter(world, machine, 'stopping', now, { type: 'stop', source: 'user' });
  plan(machine, at, () => finish(world, machine, at, how));
  expectVisit(world, machine, now);
}

/** Ends the machine's process and starts it again in the same version. */
export function reboot(world: World, machine: Machine, now: number, wish: Halt = {}): void {
  const { at, how } = planEnd(world, machine, now, wish);
  forget(machine);
  machine.restarts = 0;
  enter(world, machine, 'restarting', now, { type: 'restart', source: 'user' });
  plan(machine, at, () => {
    enter(world, machine, 'restarting', at, exitDetails(world.settings, { ...how, restarting: true }, at));
    boot(world, machine, at, 'flyd');
    const up = machine.plan[0]?.at;
    if (up === undefined || world.settings.restartStarts === 'once') return;
    plan(machine, up, () => {
      if (machine.state === 'started')
        machine.events.unshift(makeEvent(world, 'started', up, { type: 'start' }));
    });
  });
}

/** Takes a snapshot of a running machine: it is suspending, then suspended. */
export function freeze(world: World, machine: Machine, now: number): void {
  const at = now + world.settings.suspendMs;
  forget(machine);
  enter(world, machine, 'suspending', now, { type: 'suspend', source: 'user' });
  plan(machine, at, () => enter(world, machine, 'suspended', at, { type: 'suspend' }));
  expectVisit(world, machine, now);
}

function expectVisit(world: World, machine: Machine, now: number): void {
  const { visitedAfterMs } = machine.behaviour;
  if (visitedAfterMs === undefined) return;
  plan(machine, now + visitedAfterMs, () => visit(world, machine, now + visitedAfterMs));
}

/**
 * Brings the machine a request through the proxy, which wakes it, keeps it from being suspended, or changes
 * nothing.
 */
export function visit(world: World, machine: Machine, now: number): void {
  if (machine.state === 'stopped' || machine.state === 'suspended') boot(world, machine, now, 'proxy');
  if (machine.state !== 'suspending') return;
  const began = machine.startedAt;
  forget(machine);
  enter(world, machine, 'started', now, { type: world.settings.cancelledSuspend });
  // Its process never ended.
  machine.startedAt = began;
}
