import { type ActionError, asActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import type { WorkTools } from '../engine/work-tools.js';
import { clearMark } from '../keep-alive/clear-mark.js';
import type { KeepAliveMark } from '../keep-alive/mark.js';
import { KEEP_ALIVE_UNTIL } from '../keep-alive/mark.js';
import type { MachineResult } from '../result/result.js';

/** Dependencies of `MarkRemover`. */
export interface MarkRemoverTools extends Pick<WorkTools, 'client' | 'clock' | 'deadline'> {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}

/** Remover, at a job's end, of the marks that its step wrote to have machines left running. */
export class MarkRemover {
  readonly #tools: MarkRemoverTools;
  readonly #stuck: string[] = [];
  #why: ActionError | undefined;

  constructor(tools: MarkRemoverTools) {
    this.#tools = tools;
  }

  /** Warning about the marks that could not be removed, one for all. */
  get warnings(): readonly string[] {
    if (this.#why === undefined) return [];
    const ids = enumerated(this.#stuck);
    return [`\`${KEEP_ALIVE_UNTIL}\` of this job stays in the metadata of ${ids}: ${this.#why.line}`];
  }

  /**
   * Removes the mark of a machine that the job is done with, unless another job has overwritten it. Restores the mark it
   * replaced if that is still in the future, so that its owner finds it. A machine that could not be put back keeps its
   * mark. Never throws.
   */
  async remove({ machine, outcome }: MachineResult, mark: KeepAliveMark | undefined): Promise<void> {
    if (outcome === 'failed' || mark === undefined) return;
    if (machine.metadata[KEEP_ALIVE_UNTIL] !== mark.held) return;
    const { client, clock, deadline, now } = this.#tools;
    try {
      await clearMark(mark, { client, clock, now, signal: deadline.signal });
    } catch (thrown) {
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
    }
  }
}
