import type { Clock } from '../../clock.js';
import { asActionError } from '../../errors.js';
import type { Machine } from '../../machines/machine/machine.js';
import { joined } from '../../text.js';
import { Unmarked } from '../marks/marker.js';
import type { AppMachine } from '../result/app-machine.js';
import type { MachineResult, ResultEnding, ResultFacts } from '../result/result.js';
import { type Phase, Timeline } from '../result/timeline.js';
import { ChangeCalledOff } from './called-off.js';

/** Classes of errors that tell what became of the machine. */
const ABOUT_MACHINE: ReadonlySet<string> = new Set(['wrong state', 'not found']);

/** Work on one machine, from its beginning to its result. */
export class Attempt {
  /** Machine as it was listed. */
  readonly machine: AppMachine;
  /** Machine right before the request that Fly took on, or as it was listed. */
  before: AppMachine;
  /** State of the machine as last read. */
  state: string;
  /** Machine as it was read when it was where it should be; undefined where nobody looked, or it is gone. */
  read: Machine | undefined;
  /** Sentence about what has been sent, once Fly has taken it on. */
  sent: string | undefined;
  /** True once its process, which the change had brought up, has ended by itself. */
  hasEnded = false;
  /** Remark for the result, however the attempt ends. */
  note = '';
  /** Time by the clock at which it began. */
  readonly #begun: number;
  readonly #clock: Clock;
  readonly #timeline: Timeline;

  /** Begins an attempt; `origin` is the time, by the clock, at which the work on all machines began. */
  constructor(machine: AppMachine, clock: Clock, origin: number) {
    this.machine = machine;
    this.before = machine;
    this.state = machine.state;
    this.#clock = clock;
    this.#begun = clock.now();
    this.#timeline = new Timeline(clock, origin);
  }

  /** Begins a phase, and ends the one before it. */
  enter(phase: Phase): void {
    this.#timeline.enter(phase);
  }

  /** Ends the attempt and returns its result. */
  end(ending: ResultEnding & Partial<Pick<ResultFacts, 'reason' | 'exec' | 'marks'>>): MachineResult {
    this.#timeline.enter(undefined);
    const { before: machine, state, hasEnded } = this;
    const durationMs = this.#clock.now() - this.#begun;
    const { spans } = this.#timeline;
    const facts = { machine, state, reason: '', durationMs, spans, ...(hasEnded && { hasEnded }) };
    return this.#noted({ ...facts, ...ending });
  }

  /**
   * Ends the attempt by what was thrown. The message adds what was sent and the state last read, unless it tells of the
   * machine itself: "timed out" alone explains nothing, nor does a token that ran out meanwhile.
   */
  fail(thrown: unknown): MachineResult {
    if (thrown instanceof ChangeCalledOff)
      return this.end({ outcome: thrown.outcome, reason: thrown.message });
    const error = asActionError(thrown instanceof Unmarked ? thrown.error : thrown);
    const isLate = error.class === 'timeout' || error.class === 'cancelled';
    const isPlain = this.sent === undefined || ABOUT_MACHINE.has(error.class);
    if (!isLate && isPlain) return this.end({ outcome: 'failed', error });
    const sent = this.sent === undefined ? '' : `; ${this.sent}`;
    const message = `${error.message}${sent}; it was ${this.state} when it was last read`;
    return this.end({ outcome: 'failed', error: error.with({ message }) });
  }

  #noted(result: MachineResult): MachineResult {
    const { note } = this;
    if (note === '') return result;
    if (result.outcome !== 'failed') return { ...result, reason: joined(result.reason, note) };
    const { error } = result;
    return { ...result, error: error.with({ message: joined(error.message, note) }) };
  }
}

/** Beginning of an attempt. */
export interface AttemptStart {
  readonly machine: AppMachine;
  readonly clock: Clock;
  /** Time, by the clock, at which the work on all machines began. */
  readonly origin: number;
}

/** Works on one machine and returns the result, be it that of what was thrown; never throws. */
export async function attempted(
  { machine, clock, origin }: AttemptStart,
  work: (attempt: Attempt) => Promise<MachineResult>,
): Promise<MachineResult> {
  const attempt = new Attempt(machine, clock, origin);
  try {
    return await work(attempt);
  } catch (thrown) {
    return attempt.fail(thrown);
  }
}
