import type { Clock } from '../../clock.js';

/** Phase of a machine in a step: it waits for its turn, a lease, Fly's answer, the state itself, checks, or whether it stays up. */
export type Phase = 'turn' | 'lease' | 'request' | 'state' | 'checks' | 'settle';

/** Part of the time that a machine took, in milliseconds since the step's work began. */
export interface Span {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** Records which phases one machine goes through, and when. */
export class Timeline {
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #spans: Span[] = [];
  #phase: Phase | undefined;
  #since = 0;

  /** Starts an empty timeline. `origin` is the time in ms, by the clock, from which all machines of the step count. */
  constructor(clock: Clock, origin: number) {
    this.#clock = clock;
    this.#origin = origin;
  }

  /** Begins a phase and ends the one before it; `undefined` only ends the last one. */
  enter(phase: Phase | undefined): void {
    const now = this.#clock.now() - this.#origin;
    if (this.#phase !== undefined && now > this.#since) this.#add(this.#phase, this.#since, now);
    this.#phase = phase;
    this.#since = now;
  }

  /** Adds a span; one that continues the last span extends it. */
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
