import type { Clock } from '../../clock.js';

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
    if (this.#phase !== undefined && now > this.#since) this.#add(this.#phase, this.#since, now);
    this.#phase = phase;
    this.#since = now;
  }

  /** What takes up where the last one ended is one with it. */
  #add(phase: Phase, from: number, to: number): void {
    const last = this.#spans.at(-1);
    const isSame = last?.phase === phase && last.to === from;
    if (isSame) this.#spans.pop();
    this.#spans.push({ phase, from: isSame ? last.from : from, to });
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }
}
