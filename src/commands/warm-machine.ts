import { asActionError } from '../errors.js';
import { hasChecks, waitForChecks } from '../machines/checks.js';
import type { MachineRef } from '../machines/client.js';
import { hasDoneNothing } from '../machines/fate.js';
import type { Machine } from '../machines/machine.js';
import type { Transition } from '../machines/transitions.js';
import { formatDuration } from '../text.js';
import { Attempt } from './attempt.js';
import { MachineChanger } from './change-machine.js';
import type { WorkTools } from './engine.js';
import type { Holding } from './hold.js';
import type { LeaseOptions } from './leasing.js';
import type { RestoreKeeper } from './restore-record.js';
import { type MachineResult, untouched } from './result.js';
import type { Candidate } from './warm-plan.js';
import type { WarmTime } from './warm-times.js';

/** How machines are warmed. */
export interface WarmOptions {
  readonly leases: LeaseOptions;
  /** The start, watched where it must be put back. */
  readonly transition: Transition;
  readonly keeper: RestoreKeeper | undefined;
  readonly holding: Holding | undefined;
  /** When the work on all began, by the clock. */
  readonly origin: number;
}

const NO_CHECKS = 'has no health checks, so that started is ready';

/** Brings machines to be started and ready, one by one. */
export class MachineWarmer {
  /** Of those that were started here and became ready. */
  readonly times: WarmTime[] = [];
  readonly #options: WarmOptions;
  readonly #tools: WorkTools;
  readonly #started = new Set<string>();
  readonly #starter: MachineChanger;
  /** Doesn't wait for anybody's lease. */
  readonly #hasty: MachineChanger;

  constructor(options: WarmOptions, tools: WorkTools) {
    this.#options = options;
    this.#tools = tools;
    const starter = (leases: LeaseOptions) =>
      new MachineChanger(this.#watched(options.transition), { wishes: {}, wait: true, ...leases }, tools);
    this.#starter = starter(options.leases);
    this.#hasty = starter({ ...options.leases, onLease: 'skip' });
  }

  /** Whether a start was sent to it that wasn't clearly refused. */
  hasStarted({ id }: MachineRef): boolean {
    return this.#started.has(id);
  }

  /**
   * Warms one machine; never throws. `changed` and `unchanged` are ready, everything else is not. Where that `isHasty`,
   * somebody else's lease is not waited for, and the result is `skipped`.
   */
  async warm({ kind, machine }: Candidate, isHasty: boolean): Promise<MachineResult> {
    const { keeper, holding, origin } = this.#options;
    const { clock } = this.#tools;
    const begun = clock.now();
    try {
      // What the record has already, it passes over.
      if (kind === 'change') keeper?.before([{ kind, machine }]);
    } catch (thrown) {
      return { ...untouched(machine, 'failed'), error: asActionError(thrown) };
    }
    const starter = isHasty ? this.#hasty : this.#starter;
    const isUp = machine.state === 'started';
    const up = isUp
      ? untouched(machine, 'unchanged', 'already started')
      : await starter.carryOut({ kind: kind === 'change' ? 'change' : 'await', machine }, origin);
    if (up.outcome !== 'changed' && up.outcome !== 'unchanged') return up;
    const started = clock.now() - begun;
    // Before its checks: they take time, in which another job's end must not stop it.
    const bare = { ...up, reason: '' };
    const held = (await holding?.hold(bare)) ?? bare;
    if (kind === 'change') keeper?.after(held);
    const checked = kind === 'ready' || !hasChecks(machine) ? undefined : await this.#checked(held);
    const durationMs = clock.now() - begun;
    const spans = [...(up.spans ?? []), ...(checked?.spans ?? [])];
    if (checked?.outcome === 'failed') return { ...held, ...checked, reason: held.reason, durationMs, spans };
    const time = { started, ready: durationMs };
    if (up.outcome === 'changed') this.times.push(time);
    const story = [
      storyOf(up, time, checked !== undefined),
      ...(hasChecks(machine) ? [] : [NO_CHECKS]),
      ...(held.reason === '' ? [] : [held.reason]),
    ];
    return { ...held, state: checked?.state ?? held.state, reason: story.join('; '), durationMs, spans };
  }

  #watched(transition: Transition): Transition {
    return {
      ...transition,
      send: async (client, machine, options, signal) => {
        const wasSent = this.#started.has(machine.id);
        const before = async (limited: AbortSignal) => {
          await options.before?.(limited);
          this.#started.add(machine.id);
        };
        try {
          await transition.send(client, machine, { ...options, before }, signal);
        } catch (error) {
          if (!wasSent && hasDoneNothing(error)) this.#started.delete(machine.id);
          throw error;
        }
      },
    };
  }

  async #checked({ machine, state }: MachineResult): Promise<MachineResult> {
    const { client, clock, deadline } = this.#tools;
    const attempt = new Attempt(machine, clock, this.#options.origin);
    attempt.state = state;
    attempt.enter('checks');
    const seen = (read: Machine) => {
      attempt.state = read.state;
    };
    try {
      await waitForChecks({ client, clock }, { machine, deadline, seen });
      return attempt.end('unchanged');
    } catch (thrown) {
      return attempt.fail(thrown);
    }
  }
}

function storyOf(
  { outcome, reason }: MachineResult,
  { started, ready }: WarmTime,
  hasWaited: boolean,
): string {
  const readyAfter = `ready after ${formatDuration(ready)}`;
  if (outcome === 'changed') return `started after ${formatDuration(started)}, ${readyAfter}`;
  return hasWaited ? `${reason}, ${readyAfter}` : `${reason} and ready`;
}
