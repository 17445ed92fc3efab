import { OVER, passOn } from './abort.js';
import { type Clock, forManyListeners } from './clock.js';
import { ActionError } from './errors.js';
import { formatDuration } from './text.js';

/**
 * Deadline of a step, counted from its start: one signal that every request and pause carries. It also
 * aborts at once when the job is cancelled. The deadline may be set anew once more is known.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #over = new AbortController();
  readonly #unsubscribe: () => void;
  readonly #late: (ms: number) => ActionError;
  #timer = new AbortController();
  #ms = 0;

  constructor(
    clock: Clock,
    cancelled: AbortSignal,
    ms: number,
    late: (ms: number) => ActionError = lateness,
  ) {
    this.#clock = clock;
    this.#start = clock.now();
    this.#late = late;
    this.signal = forManyListeners(this.#over.signal);
    this.#unsubscribe = passOn(cancelled, this.#over);
    this.set(ms);
  }

  /** Returns the same deadline for a part of the step, which `signal` ends, too. It has no timer of its own: the step's ends it, and says what time it was given. */
  partUntil(signal: AbortSignal): Deadline {
    const part = new Deadline(this.#clock, this.signal, this.left);
    part.#timer.abort(OVER);
    passOn(signal, part.#over);
    return part;
  }

  /** Returns the deadline of the first of so many parts of the step that follow each other: its share of the time left. */
  share(parts: number): Deadline {
    if (parts <= 1) return this.partUntil(new AbortController().signal);
    const { left } = this;
    return new Deadline(this.#clock, this.signal, left / parts, (ms) => shortness(ms, left));
  }

  /** Milliseconds since the step's start. */
  get elapsed(): number {
    return this.#clock.now() - this.#start;
  }

  /** Milliseconds that are left; 0 when it is over. */
  get left(): number {
    return Math.max(0, this.#ms - this.elapsed);
  }

  /** Sets the deadline to `ms` after the step's start. */
  set(ms: number): void {
    this.#ms = ms;
    this.#timer.abort(OVER);
    this.#timer = new AbortController();
    this.#clock.sleep(this.left, this.#timer.signal).then(
      () => this.#over.abort(this.#late(ms)),
      () => undefined, // Set anew or over: this timer isn't waited for any more.
    );
  }

  /** Ends the step: what is still under way for it, such as the other requests of one that failed, is given up. */
  end(): void {
    this.#timer.abort(OVER);
    this.#unsubscribe();
    this.#over.abort(new ActionError('cancelled', 'the step is over'));
  }
}

/** Time in milliseconds for all of a step that is not the work itself. */
const GRACE_MS = 60_000;
/** Longest time in milliseconds, as for `timeout`: a machine's configuration may hold any number, and a timer can't. */
const LONGEST_STEP_MS = 86_400_000;

/** Returns how long a step needs for work that may take `ms`, in milliseconds. */
export function roomFor(ms: number): number {
  return Math.min(ms + GRACE_MS, LONGEST_STEP_MS);
}

function shortness(ms: number, left: number): ActionError {
  const share = `its share of the ${formatDuration(left)} that were left`;
  return new ActionError('timeout', `not done within ${formatDuration(ms)}, ${share}`, {
    hint: 'Give the step more time with `timeout`; `fly logs` and https://status.flyio.net show what is slow.',
  });
}

function lateness(ms: number): ActionError {
  return new ActionError('timeout', `not done within ${formatDuration(ms)}`, {
    hint: 'Give the step more time with `timeout`; `fly logs` and https://status.flyio.net show what is slow.',
  });
}
