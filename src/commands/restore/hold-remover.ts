import { type ActionError, asActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import type { WorkTools } from '../engine/work-tools.js';
import { clearHold } from '../keep-alive/clear-hold.js';
import type { Hold } from '../keep-alive/hold.js';
import { KEEP_ALIVE_UNTIL } from '../keep-alive/hold.js';
import type { MachineResult } from '../result/result.js';

/** Dependencies of `HoldRemover`. */
export interface HoldRemoverTools extends Pick<WorkTools, 'client' | 'clock' | 'deadline'> {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}

/** Remover, at a job's end, of the holds that its step wrote to have machines left running. */
export class HoldRemover {
  readonly #tools: HoldRemoverTools;
  readonly #stuck: string[] = [];
  #why: ActionError | undefined;

  constructor(tools: HoldRemoverTools) {
    this.#tools = tools;
  }

  /** Warning about the holds that could not be removed, one for all. */
  get warnings(): readonly string[] {
    if (this.#why === undefined) return [];
    const ids = enumerated(this.#stuck);
    return [`\`${KEEP_ALIVE_UNTIL}\` of this job stays in the metadata of ${ids}: ${this.#why.line}`];
  }

  /**
   * Removes the hold of a machine that the job is done with, unless another job has overwritten it. Restores the hold it
   * replaced if that is still in the future, so that its owner finds it. A machine that could not be put back keeps its
   * hold. Never throws.
   */
  async remove({ machine, outcome }: MachineResult, hold: Hold | undefined): Promise<void> {
    if (outcome === 'failed' || hold === undefined) return;
    if (machine.metadata[KEEP_ALIVE_UNTIL] !== hold.held) return;
    const { client, clock, deadline, now } = this.#tools;
    try {
      await clearHold(hold, { client, clock, now, signal: deadline.signal });
    } catch (thrown) {
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
    }
  }
}
