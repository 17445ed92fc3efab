import type { Clock } from '../clock.js';

/** What a machine is at in a step: waiting for its turn, for a lease, for Fly's answer, for the state itself, or for checks. */
export type Phase = 'turn' | 'lease' | 'request' | 'state' | 'checks';

/** A part of the time that a machine took, in milliseconds since the step's work began. */
export interface Span {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** Takes note of what one machine waits for, and when. */
export class Timeline {
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #spans: Span[] = [];
  #phase: Phase | undefined;
  #since = 0;

  /** `origin` is the time, by the clock, that all machines of the step count from. */
  constructor(clock: Clock, origin: number) {
    this.#clock = clock;
    this.#origin = origin;
  }

  /** A phase begins, and the one before it ends; `undefined` ends the last. */
  enter(phase: Phase | undefined): void {
    const now = this.#clock.now() - this.#origin;
    if (this.#phase !== undefined && now > this.#since)
      this.#spans.push({ phase: this.#phase, from: this.#since, to: now });
    this.#phase = phase;
    this.#since = now;
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }
}
