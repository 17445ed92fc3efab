import type { Clock } from '../../clock.js';
import type { Candidate } from './plan.js';
import { shareOf } from './share.js';

/** The work on one candidate. */
interface Slot {
  readonly begun: number;
  readonly over: AbortController;
  hasPlace: boolean;
}

/** The candidates of a group that are worked on; each holds a place until it is passed. */
export class WarmPlaces {
  readonly #clock: Clock;
  readonly #onLate: () => void;
  readonly #working = new Map<Candidate, Slot>();
  /** Those that have had their share of the time and still hold their places. */
  readonly #late = new Set<Candidate>();
  #taken = 0;

  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** How many places are held. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether nothing is worked on, with a place or without. */
  get isIdle(): boolean {
    return this.#working.size === 0;
  }

  /** The first that has had its share of the time and still holds its place. */
  get late(): Candidate | undefined {
    const [first] = this.#late;
    return first;
  }

  /** Work on it begins, with so many milliseconds left to the step. */
  enter(candidate: Candidate, left: number): void {
    const work: Slot = { begun: this.#clock.now(), over: new AbortController(), hasPlace: true };
    this.#working.set(candidate, work);
    this.#taken += 1;
    const share = shareOf(left);
    if (share === undefined) return;
    this.#clock.sleep(share, work.over.signal).then(
      () => {
        if (!work.hasPlace) return;
        this.#late.add(candidate);
        this.#onLate();
      },
      () => undefined, // It wasn't slow.
    );
  }

  /** Gives its place away; returns for how many milliseconds it had it. */
  pass(candidate: Candidate): number {
    const work = this.#working.get(candidate);
    this.#vacate(candidate, work);
    return work === undefined ? 0 : this.#clock.now() - work.begun;
  }

  /** Work on it is over; returns whether it still held its place. */
  leave(candidate: Candidate): boolean {
    const work = this.#working.get(candidate);
    this.#working.delete(candidate);
    work?.over.abort();
    return this.#vacate(candidate, work);
  }

  #vacate(candidate: Candidate, work: Slot | undefined): boolean {
    this.#late.delete(candidate);
    if (work?.hasPlace !== true) return false;
    work.hasPlace = false;
    this.#taken -= 1;
    return true;
  }
}
