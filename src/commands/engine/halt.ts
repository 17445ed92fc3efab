import type { Clock } from '../../clock.js';
import { count, excerpt } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Failure, MachineResult } from '../result/result.js';
import { callOffIf } from './called-off.js';

/** Beginning of the reason of a machine that a halt has left alone. */
export const NOT_BEGUN = 'not begun: ';
/** Reason where the job's end is what made machines fail. */
const CANCELLED = `${NOT_BEGUN}the job was cancelled`;

/** Halt of a step at its first failure: what has not been begun by then is not begun any more. */
export class Halt {
  readonly #clock: Clock;
  #reason: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reason of a machine that is not begun any more; undefined while nothing has failed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Notes the result of a machine; the first that failed halts the step. */
  note({ outcome, machine, error }: MachineResult): void {
    if (outcome !== 'failed') return;
    this.#reason ??= error.class === 'cancelled' ? CANCELLED : `${NOT_BEGUN}machine ${named(machine)} failed`;
  }

  /** Notes apps that could not be read, or what else failed beside machines. */
  noteAll(failures: readonly Failure[]): void {
    const [first] = failures;
    if (first === undefined) return;
    const what = first.app === undefined ? 'a part of the apps' : `app ${first.app}`;
    this.#reason ??= `${NOT_BEGUN}${what} could not be read`;
  }

  /** Warns of the machines that were not begun. */
  warnings(machines: readonly MachineResult[]): string[] {
    const left = machines.filter(({ reason }) => reason === this.#reason).length;
    if (left === 0) return [];
    const why = this.#reason === CANCELLED ? '' : ' (`on-failure: stop`)';
    return [`${count(left, 'machine')} ${this.#reason}${why}.`];
  }

  /**
   * Throws a `ChangeCalledOff` once something has failed. Lets what has just ended be told first: Fly's answer about one
   * machine makes room for the next before its result is made.
   */
  async check(signal: AbortSignal): Promise<void> {
    if (this.#reason === undefined) await this.#clock.sleep(0, signal);
    callOffIf(this.#reason);
  }
}

function named({ id, name, app }: AppMachine): string {
  return `${id}${name === '' ? '' : ` (${excerpt(name)})`} in ${app}`;
}
