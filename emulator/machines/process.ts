import type { Cause } from '../happening.js';
import type { World } from '../world.js';
import type { Behaviour } from './behaviour.js';
import { type Exit, exitDetails } from './exits.js';
import type { Machine } from './machine.js';
import { type EventDetails, enter, forget, plan, type Source } from './transitions.js';

/** Restarts before Fly gives up, if the config names no number. (docs: machine-restart-policy) */
const DEFAULT_RETRIES = 10;
/** Milliseconds that a machine is destroying. */
const DESTROY_MS = 500;

/** Cause of whatever a machine, or Fly, does without being told. */
export const BY_ITSELF: Cause = { kind: 'machine' };

/** Start of a machine. */
interface Boot {
  readonly source: Source;
  readonly cause: Cause;
  /** Type of its event. A launch has none of its own. */
  readonly type: 'start' | 'restart' | 'launch';
}

/** Starts a process; the machine's behaviour decides how that ends. */
export function begin(world: World, machine: Machine, now: number, { source, cause, type }: Boot): void {
  const { settings } = world;
  const { behaviour } = machine;
  const resuming = machine.state === 'suspended';
  forget(machine);
  const event = type === 'launch' ? undefined : { type, source };
  enter(world, machine, { state: 'starting', at: now, cause, event });
  if (behaviour.boot === 'never') return;
  // At least one millisecond, so that a machine that ends and restarts at once takes time to do so.
  const usual = resuming ? settings.resumeMs : settings.bootMs;
  const up = now + Math.max(1, behaviour.bootMs ?? usual);
  plan(machine, up, () => {
    if (behaviour.boot === 'fails') {
      const details = exitDetails(settings, { code: behaviour.exitCode ?? 1, requested: false }, up);
      enter(world, machine, { state: 'failed', at: up, cause, event: { ...details, status: 'failed' } });
      return;
    }
    if (behaviour.boot === 'ends') {
      endByItself(world, machine, up);
      return;
    }
    enter(world, machine, { state: 'started', at: up, cause, event: { type: 'start' } });
    if (behaviour.boot !== 'exits') return;
    const end = up + (behaviour.exitAfterMs ?? 1_000);
    plan(machine, end, () => endByItself(world, machine, end));
  });
}

/**
 * Ends a process that ends by itself, as the machine's behaviour has it or as told; the restart policy decides
 * what comes next.
 */
export function endByItself(
  world: World,
  machine: Machine,
  at: number,
  { exitCode = 0, killed = false }: Pick<Behaviour, 'exitCode' | 'killed'> = machine.behaviour,
): void {
  const { policy = 'on-failure', max_retries: retries = DEFAULT_RETRIES } = machine.config.restart ?? {};
  const failed = killed || exitCode !== 0;
  const wanted = policy === 'always' || (policy === 'on-failure' && failed && machine.restarts < retries);
  const how: Exit = { code: exitCode, killed, requested: false };
  forget(machine);
  if (!wanted) {
    finish(world, machine, at, { how, cause: BY_ITSELF });
    return;
  }
  machine.restarts += 1;
  const event = exitDetails(world.settings, { ...how, restarting: true }, at);
  enter(world, machine, { state: 'stopped', at, cause: BY_ITSELF, event });
  begin(world, machine, at, { source: 'flyd', cause: BY_ITSELF, type: 'restart' });
}

/** Stops a machine whose process ended; it is destroyed if the config says so. */
export function finish(
  world: World,
  machine: Machine,
  at: number,
  { how, cause }: { readonly how: Exit; readonly cause: Cause },
): void {
  machine.activeUntil = at + (machine.behaviour.lingersMs ?? 0);
  enter(world, machine, { state: 'stopped', at, cause, event: exitDetails(world.settings, how, at) });
  if (machine.config.auto_destroy === true) destroy(world, machine, at, cause);
}

/** Destroys a machine, whatever it does: it is destroying, then destroyed. */
export function destroy(world: World, machine: Machine, now: number, cause: Cause): void {
  const at = now + DESTROY_MS;
  const event: EventDetails = { type: 'destroy' };
  forget(machine);
  enter(world, machine, { state: 'destroying', at: now, cause, event });
  plan(machine, at, () => enter(world, machine, { state: 'destroyed', at, cause, event }));
}
