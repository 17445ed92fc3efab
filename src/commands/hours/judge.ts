import type { UnixMs } from '../../clock.js';
import { HoursReader } from '../../hours/hours-reader.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { guardOf } from '../../machines/machine/guards.js';
import type { Transition, TransitionOptions } from '../../machines/transitions.js';
import { ChangeCalledOff } from '../engine/called-off.js';
import type { Watch } from '../engine/change-request.js';
import type { Findings } from '../engine/command-spec.js';
import type { AppMachine } from '../result/app-machine.js';
import { guardUnder, type Scope } from '../selection/scope.js';
import type { Selected } from '../selection/selection.js';
import { unreadableHours } from './unreadable.js';
import { type HoursQuestion, type HoursVerdict, verdictOf } from './verdict.js';

/** Way that a machine is brought. */
export type Way = Exclude<HoursVerdict['wants'], 'stay'>;

/** Judge of where machines belong, which keeps its last verdict on each. */
export class HoursJudge {
  readonly #defaultHours: string | undefined;
  readonly #now: () => UnixMs;
  readonly #verdicts = new Map<string, HoursVerdict>();

  /** `now` tells Unix milliseconds by the servers' clock. */
  constructor(defaultHours: string | undefined, now: () => UnixMs) {
    this.#defaultHours = defaultHours;
    this.#now = now;
  }

  /** Judges the machines as they were listed, all as of one moment. */
  examine(selected: readonly Selected[], scope: Scope): Findings {
    const question = this.#question();
    const guard = guardUnder(scope, guardOf);
    const leftAlone = new Map<AppMachine, string>();
    const open: (readonly [AppMachine, HoursVerdict])[] = [];
    for (const { machine, named, excluded } of selected) {
      const verdict = this.#judge(machine, question);
      if (verdict.wants === 'stay' && !verdict.isRight) leftAlone.set(machine, verdict.why);
      if (excluded === undefined && (named || guard(machine) === undefined)) open.push([machine, verdict]);
    }
    return { leftAlone, failures: [], warnings: unreadableHours(open) };
  }

  /** Judges a machine anew right before a request: it may have been woken since, or an edge may have passed. */
  recheck(way: Way, { goal }: Transition, wishes: TransitionOptions): Watch['recheck'] {
    return (machine, listed) => {
      const { isReached, isUnderway } = goal(listed, wishes);
      // There already, be it by our own request.
      if (machine === undefined || isReached(machine) || isUnderway(machine)) return;
      const { wants, why, isRight } = this.#judge(machine, this.#question());
      if (wants !== way) throw new ChangeCalledOff(why, isRight ? 'unchanged' : 'skipped');
    };
  }

  /** Returns the last verdict on a machine; undefined where there was none. */
  on(machine: AppMachine): HoursVerdict | undefined {
    return this.#verdicts.get(keyOf(machine));
  }

  #judge(machine: AppMachine, question: HoursQuestion): HoursVerdict {
    const verdict = verdictOf(machine, question);
    this.#verdicts.set(keyOf(machine), verdict);
    return verdict;
  }

  #question(): HoursQuestion {
    const readers = new Map<UnixMs, HoursReader>();
    const readerAt = (at: UnixMs) => {
      const reader = readers.get(at) ?? new HoursReader(at);
      readers.set(at, reader);
      return reader;
    };
    const read: HoursQuestion['read'] = (text, at) => readerAt(at).of(text);
    return { now: this.#now(), defaultHours: this.#defaultHours, read };
  }
}
