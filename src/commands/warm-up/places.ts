import { OVER } from '../../abort.js';
import type { Clock } from '../../clock.js';
import type { Candidate } from './plan.js';

/** Share of the time left that a machine has before the next is begun beside it. */
const SHARE = 1 / 3;
/** Shortest time after which a start counts as slow, in milliseconds: one with health checks takes tens of seconds. */
const LEAST_SHARE_MS = 30_000;

/** Returns after how long a machine counts as slow, in milliseconds; undefined where nothing begun then could still help. */
function timeShareOf(left: number): number | undefined {
  const share = Math.max(LEAST_SHARE_MS, Math.floor(left * SHARE));
  return share < left ? share : undefined;
}

/** Place of one candidate, while work on it goes on. */
interface Slot {
  readonly begun: number;
  readonly over: AbortController;
  hasPlace: boolean;
}

/** Candidates of a group that are worked on; each holds a place until it is passed. */
export class WarmPlaces {
  readonly #clock: Clock;
  readonly #onLate: () => void;
  readonly #working = new Map<Candidate, Slot>();
  /** Candidates that have had their share of the time and still hold their places. */
  readonly #late = new Set<Candidate>();
  #taken = 0;

  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** Number of places that are held. */
  get taken(): number {
    return this.#taken;
  }

  /** True where no candidate is being worked on, with or without a place. */
  get isIdle(): boolean {
    return this.#working.size === 0;
  }

  /** First candidate that has had its share of the time and still holds its place; undefined for none. */
  get late(): Candidate | undefined {
    const [first] = this.#late;
    return first;
  }

  /**
   * Begins work on a candidate and gives it a place. `left` is the time left to the step, in ms; a `pause` of it passes
   * however fast the machine is.
   */
  enter(candidate: Candidate, { left, pause }: { readonly left: number; readonly pause: number }): void {
    const work: Slot = { begun: this.#clock.now(), over: new AbortController(), hasPlace: true };
    this.#working.set(candidate, work);
    this.#taken += 1;
    const share = timeShareOf(left - pause);
    if (share === undefined) return;
    this.#clock.sleep(share + pause, work.over.signal).then(
      () => {
        if (!work.hasPlace) return;
        this.#late.add(candidate);
        this.#onLate();
      },
      () => undefined, // It wasn't slow.
    );
  }

  /** Frees its place for the next candidate. Returns how long it was held, in ms. */
  pass(candidate: Candidate): number {
    const work = this.#working.get(candidate);
    this.#vacate(candidate, work);
    return work === undefined ? 0 : this.#clock.now() - work.begun;
  }

  /** Ends work on a candidate; returns whether it still held its place. */
  leave(candidate: Candidate): boolean {
    const work = this.#working.get(candidate);
    this.#working.delete(candidate);
    work?.over.abort(OVER);
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
