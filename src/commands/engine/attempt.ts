import type { Clock } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import { joined } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult, Outcome } from '../result/result.js';
import { type Phase, Timeline } from '../result/timeline.js';

/** What is done to one machine, from its beginning to its result. */
export class Attempt {
  /** As it was listed. */
  readonly machine: AppMachine;
  /** As it was right before the request that was taken on, or as listed. */
  before: AppMachine;
  /** The machine's state as last read. */
  state: string;
  /** What has been sent, as a sentence, once Fly has taken it on. */
  sent: string | undefined;
  /** What else there is to say of it, however it ends. */
  note = '';
  /** When it began, by the clock. */
  readonly #begun: number;
  readonly #clock: Clock;
  readonly #timeline: Timeline;

  /** `origin` is when the work on all machines began, by the clock. */
  constructor(machine: AppMachine, clock: Clock, origin: number) {
    this.machine = machine;
    this.before = machine;
    this.state = machine.state;
    this.#clock = clock;
    this.#begun = clock.now();
    this.#timeline = new Timeline(clock, origin);
  }

  /** A phase begins, and the one before it ends. */
  enter(phase: Phase): void {
    this.#timeline.enter(phase);
  }

  /** The result, as of now. */
  end(outcome: Outcome, changes: Partial<MachineResult> = {}): MachineResult {
    this.#timeline.enter(undefined);
    const { before: machine, state } = this;
    const durationMs = this.#clock.now() - this.#begun;
    const { spans } = this.#timeline;
    return this.#noted({ machine, state, outcome, reason: '', durationMs, spans, ...changes });
  }

  /** The result of what was thrown. Where time ran out or the job was cancelled, what was sent and read says more than that. */
  fail(thrown: unknown): MachineResult {
    const error = asActionError(thrown);
    if (error.class !== 'timeout' && error.class !== 'cancelled') return this.end('failed', { error });
    const sent = this.sent === undefined ? '' : `; ${this.sent}`;
    const message = `${error.message}${sent}; it was ${this.state} when it was last read`;
    return this.end('failed', { error: new ActionError(error.class, message, error) });
  }

  #noted(result: MachineResult): MachineResult {
    const { note } = this;
    const { error, reason } = result;
    if (note === '') return result;
    if (error === undefined) return { ...result, reason: joined(reason, note) };
    return { ...result, error: new ActionError(error.class, joined(error.message, note), error) };
  }
}
