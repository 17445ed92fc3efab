import type { Deadline } from '../../deadline.js';
import { asActionError } from '../../errors.js';
import type { Halt } from '../engine/halt.js';
import { NOT_BEGUN } from '../engine/halt.js';
import type { AppMachine } from '../result/app-machine.js';
import { isUp, type RollingGroup } from './groups.js';
import { stillDown } from './words.js';

/** Turn of one machine: the time that it may take, or the reason why its turn never comes. */
export type Turn = { readonly deadline: Deadline } | NoTurn;

/** Reason why a machine's turn never comes. */
export interface NoTurn {
  readonly never: string;
  /** True where nothing has failed so far: what isn't done must make the step fail. */
  readonly mustFail: boolean;
}

/**
 * Condition of a machine after its turn: `back`; `down`, by us; `lost`, which is down by others; or `left` alone, as up or down
 * as it was.
 */
export type After = 'back' | 'down' | 'lost' | 'left';

/** Dependencies of the turns of a group. */
export interface TurnTools {
  readonly deadline: Deadline;
  /** Halt of the step; undefined where every machine is tried. */
  readonly halt: Halt | undefined;
  /** Reports that it is this machine's turn. */
  readonly turn: (machine: AppMachine) => void;
  /** Reports that a round is over and the next machines have been begun. */
  readonly round: () => void;
}

/**
 * Turns of a group's machines. At most so many are under way at once as the group has places; those that serve go one by
 * one until the first of them is back. A machine that is still down after its turn keeps its place.
 */
export class GroupTurns {
  readonly #group: RollingGroup;
  readonly #tools: TurnTools;
  readonly #queue: readonly AppMachine[];
  /** Number of rounds from that of each machine on. */
  readonly #roundsFrom: ReadonlyMap<AppMachine, number>;
  readonly #waiting = new Map<AppMachine, (turn: Turn) => void>();
  readonly #underWay = new Map<AppMachine, Deadline>();
  readonly #down: AppMachine[] = [];
  /** Number of machines that were up, and that others have taken down since. */
  #lost = 0;
  /** True once a machine that served is back. */
  #isProven = false;
  /** Place in the queue of the machine whose turn is next. */
  #next = 0;
  #hasFailed = false;
  /** Number of machines in the current round, and how many of them are done. */
  #size = 0;
  #done = 0;

  constructor(group: RollingGroup, tools: TurnTools) {
    const { rounds } = group;
    this.#group = group;
    this.#tools = tools;
    this.#queue = rounds.flat();
    this.#roundsFrom = new Map(
      rounds.flatMap((round, index) => round.map((it) => [it, rounds.length - index])),
    );
  }

  /** Machines of the group, in the order of their turns. */
  get machines(): readonly AppMachine[] {
    return this.#queue;
  }

  /** Waits for the machine's turn. */
  of(machine: AppMachine): Promise<Turn> {
    return new Promise((resolve) => {
      this.#waiting.set(machine, resolve);
      // All others that are waited for at the same time are known by then.
      queueMicrotask(() => this.#fill());
    });
  }

  /** Ends the turn of a machine, if it had one. */
  end(machine: AppMachine, after: After, hasFailed: boolean): void {
    this.#underWay.get(machine)?.end();
    if (!this.#underWay.delete(machine)) return;
    this.#hasFailed ||= hasFailed;
    if (after === 'back') this.#isProven ||= this.#serves(machine);
    if (after === 'down') this.#down.push(machine);
    if (after === 'lost' && isUp(machine)) this.#lost += 1;
    this.#done += 1;
    this.#fill();
  }

  /** Begins as many machines as may be, and tells those whose turn never comes. */
  #fill(): void {
    const first = this.#next;
    for (;;) {
      const next = this.#queue[this.#next];
      const tell = next && this.#waiting.get(next);
      if (next === undefined || tell === undefined) break;
      const never = this.#never;
      if (never === undefined && !this.#isFree(next)) break;
      this.#next += 1;
      tell(never === undefined ? { deadline: this.#begin(next) } : this.#noTurn(never));
    }
    if (this.#next === first || this.#underWay.size === 0 || this.#done < this.#size) return;
    if (this.#done > 0) this.#tools.round();
    this.#size = this.#underWay.size;
    this.#done = 0;
  }

  #begin(machine: AppMachine): Deadline {
    const deadline = this.#tools.deadline.share(this.#roundsFrom.get(machine) ?? 1);
    this.#underWay.set(machine, deadline);
    this.#tools.turn(machine);
    return deadline;
  }

  #noTurn(never: string): NoTurn {
    const mustFail = !this.#hasFailed && this.#tools.halt?.reason === undefined;
    this.#hasFailed ||= mustFail;
    return { never, mustFail };
  }

  #isFree(next: AppMachine): boolean {
    if (this.#serves(next) && !this.#isProven) return this.#underWay.size === 0;
    return this.#underWay.size + this.#down.length < this.#places;
  }

  #serves(machine: AppMachine): boolean {
    return this.#group.serving.has(machine);
  }

  /** Number of machines that may be down at once by now: of those that are left, one stays up. */
  get #places(): number {
    const { places, up } = this.#group;
    return Math.max(1, Math.min(places, up - this.#lost - 1));
  }

  /** Reason why no further turn comes; undefined while one may. */
  get #never(): string | undefined {
    const { deadline, halt } = this.#tools;
    if (halt?.reason !== undefined) return halt.reason;
    // Where nothing has failed, the next is begun all the same, and fails of it: what isn't done must make the step fail.
    if (deadline.signal.aborted && this.#hasFailed)
      return `${NOT_BEGUN}${asActionError(deadline.signal.reason).message}`;
    const isFull = this.#underWay.size === 0 && this.#down.length >= this.#places;
    return isFull ? stillDown(this.#group, this.#down) : undefined;
  }
}
